import { BlockList, isIP, isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Network } from '../../config/addresses.ts';

/** Where a request comes from, as far as it can be believed. */
export interface Client {
  /** An IP address; '' when the connection is gone already. */
  readonly address: string;
  readonly protocol: 'http' | 'https';
  /** Whether it came through a proxy of ours, whose other headers can be believed too. */
  readonly proxied: boolean;
}

/** Finds out where a request comes from. */
export type ClientOf = (req: IncomingMessage) => Client;

/** An IPv4 address that a socket for both families shows as IPv6. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Makes the one reader of `X-Forwarded-For` and `X-Forwarded-Proto`. They count only from `trusted` peers, and the list is read
 * from its end: what our own proxies wrote is believed, up to the first address that is none of them. Anybody can write the
 * beginning of that list. Neither header has any other meaning; the origin is PUBLIC_URL, whatever a request says.
 */
export function createClientOf(trusted: readonly Network[]): ClientOf {
  const proxies = new BlockList();
  for (const { address, prefix, family } of trusted) proxies.addSubnet(address, prefix, family);
  const isProxy = (address: string) => isIP(address) !== 0 && proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

  return (req) => {
    const peer = plainAddress(req.socket.remoteAddress ?? '');
    const own = (req.socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
    if (!isProxy(peer)) return { address: peer, protocol: own, proxied: false };
    let address = peer;
    for (const hop of listOf(req.headers['x-forwarded-for']).toReversed()) {
      const next = plainAddress(hop);
      if (isIP(next) === 0) break;
      address = next;
      if (!isProxy(next)) break;
    }
    const stated = listOf(req.headers['x-forwarded-proto']).at(-1)?.toLowerCase();
    return { address, protocol: stated === 'http' || stated === 'https' ? stated : own, proxied: true };
  };
}

function listOf(header: string | string[] | undefined): string[] {
  return [header ?? []].flat().join(',').split(',').map((part) => part.trim());
}

/** Without a port, brackets or a zone: some proxies write `203.0.113.7:4711` or `[2001:db8::1]:4711`. */
function plainAddress(text: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? [];
  const [, ported] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  const [plain = ''] = (bracketed ?? ported ?? text).split('%');
  return MAPPED.exec(plain)?.[1] ?? plain;
}
