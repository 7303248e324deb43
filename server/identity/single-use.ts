/** Tokens that are handed out once and kept as hashes: refresh tokens, invitations, resets. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: nothing to guess, so a plain hash is enough to keep. */
const BYTES = 32;
const FORM = /^[A-Za-z0-9_-]{43}$/;

/** A new token and the hash under which the database knows it. */
export function makeSingleUseToken(): { readonly token: string; readonly hash: string } {
  const token = randomBytes(BYTES).toString('base64url');
  return { token, hash: hashSingleUseToken(token) };
}

/** SHA-256 in lower-case hexadecimal. What isn't of the form of a token hashes too, and is found nowhere. */
export function hashSingleUseToken(token: string): string {
  return createHash('sha256').update(FORM.test(token) ? token : `malformed:${token}`).digest('hex');
}
