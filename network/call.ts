/**
 * Calls an address that somebody else chose, a tenant or its administrator. Whoever chooses could choose our own network, so: the name is
 * resolved once, each of its addresses must be public, and the connection goes to what was checked, not to what the name says a moment later.
 * Redirects are not followed.
 */
import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { request as requestPlain } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';

/** What to send. */
export interface Call {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Where a call may go. */
export interface CallOptions {
  /** This machine itself may be called, and no certificate is asked of it: for tests. */
  readonly allowLoopback: boolean;
  /** Plain HTTP is spoken with this machine, if that may be called at all; never with another. */
  readonly plainOnLoopback?: boolean;
  /** Ends the call, and the reading of its answer. */
  readonly signal: AbortSignal;
  /** Resolves a name; the system's resolver unless a test has its own. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

/** The address is one that is never called. */
export class ClosedAddressError extends Error {
  override readonly name = 'ClosedAddressError';
}

/**
 * @returns the answer, whatever its status, with its body still to be read or destroyed
 * @throws ClosedAddressError before anything is sent; otherwise what the resolver, the socket or TLS says
 */
export async function callOutside({ url, method, headers, body = '' }: Call, options: CallOptions): Promise<IncomingMessage> {
  const target = new URL(url);
  const plain = target.protocol === 'http:' && options.plainOnLoopback === true;
  if (target.protocol !== 'https:' && !plain) throw new ClosedAddressError('only https is called');
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const address = await within(options.signal, openAddress(host, options));
  const own = isLoopbackAddress(address.address);
  if (plain && !own) throw new ClosedAddressError('plain http is for this machine only');
  return await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = (plain ? requestPlain : requestTls)(
      target,
      {
        method,
        headers: { ...headers, ...(body !== '' && { 'Content-Length': String(Buffer.byteLength(body)) }) },
        agent: false,
        signal: options.signal,
        rejectUnauthorized: !own,
        // Node asks for one address or for all, by its own settings; both get the one that was checked.
        lookup: (_name, { all }, callback) => {
          if (all === true) callback(null, [address]);
          else callback(null, address.address, address.family);
        },
      },
      resolve,
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** One of the host's addresses, once all of them have been found open. */
async function openAddress(host: string, options: CallOptions): Promise<LookupAddress> {
  const family = isIP(host);
  const resolve = options.resolve ?? ((name) => lookup(name, { all: true, order: 'ipv4first' }));
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  const open = addresses.every(({ address }) => isPublicAddress(address) || (options.allowLoopback && isLoopbackAddress(address)));
  const [first] = addresses;
  if (first === undefined || !open) throw new ClosedAddressError('the address is private');
  return first;
}

/** The system's resolver takes no signal. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return await Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
  ]);
}
