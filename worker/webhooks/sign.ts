/** How a receiver knows that an event is ours and fresh: HMAC-SHA-256 over time and body. */
import { createHmac } from 'node:crypto';

/** Header that carries the signature. */
export const SIGNATURE_HEADER = 'Tenantry-Signature';

/**
 * @param at seconds since 1970, which the receiver compares with its clock
 * @returns `t=<at>,v1=<hex>`; the signature is over `<at>.<body>`
 */
export function signature(secret: string, at: number, body: string): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
