/** Time-based codes (RFC 6238) and the codes for whoever has lost what makes them. Nothing here knows whose they are. */
import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/**
 * What every authenticator app takes, and some take alone: SHA-1, six digits, 30 seconds. HMAC-SHA-1 is not touched by SHA-1's
 * collisions (RFC 6194, 3.3).
 */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
const DIGITS = /^[0-9]{6}$/;
/** Steps before and after the present one that count: a clock may go wrong by 30 seconds (RFC 6238, 5.2). */
const WINDOW = 1;
/** 160 bits, as long as the hash's output (RFC 4226, 4). */
const SECRET_BYTES = 20;

const RECOVERY_CODES = 10;
/** 120 bits: from 112 on a plain hash is enough to keep (ASVS 5.0, 6.5.2). */
const RECOVERY_BYTES = 15;

/** A new secret. */
export function makeTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** A secret as people type it: base32 (RFC 4648). */
export function base32(secret: Buffer): string {
  return secretOf(secret).base32;
}

/** What a QR code for an authenticator app holds: `otpauth://totp/…`. */
export function keyUri(secret: Buffer, realmName: string, email: string): string {
  // A colon parts issuer and label, so none may stand in them.
  const plain = (text: string): string => text.replaceAll(':', ' ');
  return new TOTP({ ...FORM, issuer: plain(realmName), label: plain(email), secret: secretOf(secret) }).toString();
}

/** The time step that a code is of; null if it is of none that counts now. `now` in milliseconds since 1970. */
export function stepOf(secret: Buffer, code: string, now: number = Date.now()): number | null {
  const token = code.replaceAll(' ', '');
  // The library throws for digits of other scripts, which are six characters and more bytes.
  if (!DIGITS.test(token)) return null;
  const away = TOTP.validate({ ...FORM, token, secret: secretOf(secret), timestamp: now, window: WINDOW });
  return away === null ? null : TOTP.counter({ period: FORM.period, timestamp: now }) + away;
}

/** Codes that work once each, and the hashes under which the database knows them. */
export function makeRecoveryCodes(): { readonly codes: readonly string[]; readonly hashes: readonly string[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () => {
    const groups = base32(randomBytes(RECOVERY_BYTES)).match(/.{4}/g) ?? [];
    return groups.join('-');
  });
  return { codes, hashes: codes.map(hashRecoveryCode) };
}

/** SHA-256 of a recovery code in lower-case hexadecimal, however it was typed. What is none hashes too, and is found nowhere. */
export function hashRecoveryCode(code: string): string {
  return createHash('sha256').update(code.toUpperCase().replaceAll(/[^A-Z2-7]/g, '')).digest('hex');
}

function secretOf(secret: Buffer): Secret {
  return Secret.fromHex(secret.toString('hex'));
}
