import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Keeps secrets closed at rest. `context` says what a secret belongs to (`tenant:<id>` or `platform`) and
 * is bound to it: what was sealed for one tenant can't be opened as another's. The local implementation is
 * below; a key management service fits behind the same two calls.
 */
export interface KeySealer {
  seal(plain: Buffer, context: string): Buffer;
  /** @throws if the bytes were changed, or sealed for another context or under another master key */
  unseal(sealed: Buffer, context: string): Buffer;
}

/** The context of a tenant's secrets, or of the platform's own. */
export function sealingContext(tenantId: string | null): string {
  return tenantId === null ? 'platform' : `tenant:${tenantId}`;
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Seals with AES-256-GCM under a key derived from the master key (HKDF-SHA-256, RFC 5869): the login
 * passwords are derived from the same master key, and no two uses share key material.
 *
 * Layout: version (1), nonce (12, random), tag (16), ciphertext. Version and context are authenticated.
 * Random nonces are safe for 2^32 seals under one key (NIST SP 800-38D, 8.3); Tenantry seals a few a tenant.
 */
export function localSealer(masterKey: Buffer): KeySealer {
  if (masterKey.length !== 32) throw new TypeError('the master key has 32 bytes');
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'tenantry/sealed-keys/v1', 32));
  const bound = (context: string) => Buffer.from(`${VERSION}:${context}`);
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(context));
      const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), ciphertext]);
    },
    unseal(sealed, context) {
      if (sealed.length < HEADER_BYTES || sealed[0] !== VERSION) throw new Error('not a sealed value of this version');
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(bound(context))
        .setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEADER_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES)), decipher.final()]);
      } catch (cause) {
        throw new Error('a sealed value does not open: changed, of another context, or under another master key', { cause });
      }
    },
  };
}
