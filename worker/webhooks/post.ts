/**
 * Sends one request to an address that a tenant chose. Whoever chooses could choose our own network, so: the name is resolved once,
 * each of its addresses must be public, and the connection goes to what was checked, not to what the name says a moment later.
 * Redirects are not followed, and of the answer only its status is read.
 */
import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';

/** What to send. */
export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a request is sent. */
export interface PostOptions {
  /** This machine itself may be called, and no certificate is asked of it: for tests of receivers. */
  readonly allowLoopback: boolean;
  /** For everything from the resolution of the name to the head of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Resolves a name; the system's resolver unless a test has its own. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

/** The address is one that webhooks never reach. */
export class ClosedAddressError extends Error {
  override readonly name = 'ClosedAddressError';
}

/**
 * @returns the status of the answer, whatever it is
 * @throws ClosedAddressError before anything is sent; otherwise what the resolver, the socket or TLS says
 */
export async function post({ url, body, headers }: Post, options: PostOptions): Promise<number> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  const target = new URL(url);
  if (target.protocol !== 'https:') throw new ClosedAddressError('only https is called');
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const address = await within(signal, openAddress(host, options));
  return await new Promise<number>((resolve, reject) => {
    const sent = request(
      target,
      {
        method: 'POST',
        headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
        agent: false,
        signal,
        rejectUnauthorized: !isLoopbackAddress(address.address),
        // Node asks for one address or for all, by its own settings; both get the one that was checked.
        lookup: (_name, { all }, callback) => {
          if (all === true) callback(null, [address]);
          else callback(null, address.address, address.family);
        },
      },
      (answer) => {
        resolve(answer.statusCode ?? 0);
        answer.destroy();
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** One of the host's addresses, once all of them have been found open. */
async function openAddress(host: string, options: PostOptions): Promise<LookupAddress> {
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
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
  ]);
}
