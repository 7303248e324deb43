/** How a receiver knows that an event is ours and fresh: HMAC-SHA-256 over time and body. */
import { createHmac } from 'node:crypto';

/** Header that carries the signature. */
export const SIGNATURE_HEADER = 'Tenantry-Signature';

/**
 * @param secrets all that sign: after a rotation the earlier one does too, for a while
 * @param at seconds since 1970, which the receiver compares with its clock
 * @returns `t=<at>,v1=<hex>`, with one `v1` a secret, the newest first; each is over `<at>.<body>`
 */
export function signature(secrets: readonly string[], at: number, body: string): string {
  const signatures = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`);
  return [`t=${at}`, ...signatures].join(',');
}
