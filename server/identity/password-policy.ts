/**
 * What a chosen password must be: long enough, and none that everybody tries first. No rules about kinds of characters and no
 * expiry: OWASP ASVS 5.0, 6.2 (V6.2.1 length, V6.2.4 the commonest, V6.2.5 any composition).
 */
import { dictionary } from '@zxcvbn-ts/language-common';
import { problem } from '../http/problems.ts';
import { PASSWORD_MAX_LENGTH } from './passwords.ts';

/** Characters. ASVS demands 8 and recommends 15; 12 beside a list and a lock after five failures. */
export const PASSWORD_MIN_LENGTH = 12;

/** About 49,000 of the commonest, lower case. */
const common = new Set(dictionary['passwords-common']);

/**
 * Refuses a new password.
 * @param email the account's, which an attacker would try
 * @param current the password it replaces, if there is one
 * @throws `INVALID_INPUT` for the field newPassword, saying what to change
 */
export function checkNewPassword(password: string, email: string, current: string | null): void {
  const complaint = complaintAbout(password, email, current);
  if (complaint === null) return;
  throw problem('INVALID_INPUT', complaint, { errors: [{ field: 'newPassword', message: complaint }] });
}

function complaintAbout(password: string, email: string, current: string | null): string | null {
  const { length } = password;
  if (length < PASSWORD_MIN_LENGTH) return `A password has at least ${PASSWORD_MIN_LENGTH} characters; a sentence is easy to remember.`;
  if (length > PASSWORD_MAX_LENGTH) return `A password has at most ${PASSWORD_MAX_LENGTH} characters.`;
  const folded = password.toLowerCase();
  if (common.has(folded) || new Set(folded).size < 4) return 'This is one of the passwords that are tried first. Choose another.';
  if (isHardlyMoreThan(folded, email)) return 'This password is hardly more than your e-mail address. Choose another.';
  if (password === current) return 'This is the password that you have. Choose another.';
  if (current !== null && isHardlyMoreThan(folded, current)) return 'This password is hardly more than the one you have. Choose another.';
  return null;
}

function isHardlyMoreThan(folded: string, known: string): boolean {
  return known.length >= 4 && folded.includes(known.toLowerCase()) && folded.length - known.length < PASSWORD_MIN_LENGTH / 2;
}
