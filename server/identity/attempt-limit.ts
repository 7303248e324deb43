import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problem } from '../http/problems.ts';

/** Failed sign-ins of one address in one minute; counted in each server process by itself. */
export const ATTEMPTS_PER_MINUTE = 30;

/** Slows down guessing over many accounts, which no account's own lock sees. */
export interface AttemptLimit {
  /** Counts an attempt before it is looked at. @throws `RATE_LIMITED` */
  count(address: string): Promise<void>;
  /** Takes the attempt back: it succeeded, and many people may sit behind one address. */
  succeeded(address: string): Promise<void>;
}

/** Makes the limit; `points` attempts a minute. */
export function createAttemptLimit(points: number): AttemptLimit {
  const limiter = new RateLimiterMemory({ points, duration: 60 });
  return {
    async count(address) {
      try {
        await limiter.consume(network(address));
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw problem('RATE_LIMITED', 'Too many sign-ins failed from this address. Try again later.', {
          retryAfter: refusal.msBeforeNext / 1_000,
        });
      }
    },
    async succeeded(address) {
      await limiter.reward(network(address));
    },
  };
}

/** One customer of an IPv6 network owns a /64, so that is what is counted; an IPv4 address stands for itself. */
export function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const full = [...groups, ...Array<string>(missing).fill('0'), ...(tail ?? '').split(':')];
  return `${full.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
