import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Keeps secrets closed at rest. `context` says what a secret belongs to (`tenant:<id>` or `platform`) and is bound to it: what
 * was sealed for one tenant can't be opened as another's.
 *
 * The local implementation is below. A key management service fits behind the same calls, which wait for that reason: `seal`
 * and `unseal` become its Encrypt and Decrypt with the context as additional authenticated data, and `header` a version of
 * ours with the number of its key. Login passwords are derived from the master key as well, so a service that only wraps keys
 * is asked once instead, where config/master-key.ts resolves it: see docs/how-to/rotate-keys.md.
 */
export interface KeySealer {
  /** How everything sealed now begins. The database tells by it what is sealed under an earlier key. */
  readonly header: Buffer;
  seal(plain: Buffer, context: string): Promise<Buffer>;
  /** @throws SealError if the bytes were changed, or sealed for another context or under a key that isn't known here */
  unseal(sealed: Buffer, context: string): Promise<Buffer>;
}

/** A value that doesn't open; the message says why as far as that can be known. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** The context of a tenant's secrets, or of the platform's own. */
export function sealingContext(tenantId: string | null): string {
  return tenantId === null ? 'platform' : `tenant:${tenantId}`;
}

/** The context of a person's second factor: one row of one table, so that it can't be put into another person's. */
export function factorContext(tenantId: string | null, personId: string): string {
  return `${sealingContext(tenantId)}/second_factors/${personId}`;
}

/** Values of the first layout don't name their key. */
const NAMELESS = 1;
const VERSION = 2;
const KEY_NAME_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A master key as it seals. */
interface SealingKey {
  readonly name: Buffer;
  readonly key: Buffer;
}

/**
 * Seals with AES-256-GCM under a key derived from the master key (HKDF-SHA-256, RFC 5869): the login
 * passwords are derived from the same master key, and no two uses share key material.
 *
 * Layout: version (1), name of the master key (4), nonce (12, random), tag (16), ciphertext. Version, name and context are
 * authenticated. Random nonces are safe for 2^32 seals under one key (NIST SP 800-38D, 8.3); Tenantry seals a few a tenant.
 *
 * While the master key changes, what `previous` sealed is opened as well; nothing new is sealed under it.
 */
export function localSealer(masterKey: Buffer, previous: Buffer | null = null): KeySealer {
  const present = sealingKey(masterKey);
  const known = previous === null ? [present] : [present, sealingKey(previous)];
  const header = Buffer.concat([Buffer.of(VERSION), present.name]);
  return {
    header,
    async seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', present.key, nonce).setAAD(bound(header, context));
      const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([header, nonce, cipher.getAuthTag(), ciphertext]);
    },
    async unseal(sealed, context) {
      if (sealed[0] === NAMELESS) return unsealNameless(known, sealed, context);
      const start = sealed.subarray(0, header.length);
      const sealing = known.find(({ name }) => name.equals(start.subarray(1)));
      if (start[0] !== VERSION) throw new SealError('not a sealed value of this version');
      if (sealing === undefined) {
        throw new SealError(
          'a value is sealed under a master key that this process does not have: set TENANTRY_MASTER_KEY_PREVIOUS to it until everything is sealed anew',
        );
      }
      return open(sealing.key, sealed.subarray(start.length), bound(start, context));
    },
  };
}

function sealingKey(masterKey: Buffer): SealingKey {
  if (masterKey.length !== 32) throw new TypeError('the master key has 32 bytes');
  return {
    name: createHmac('sha256', masterKey).update('tenantry/sealing-key-name/v1').digest().subarray(0, KEY_NAME_BYTES),
    key: Buffer.from(hkdfSync('sha256', masterKey, '', 'tenantry/sealed-keys/v1', 32)),
  };
}

/** What is authenticated beside the ciphertext. */
function bound(header: Buffer, context: string): Buffer {
  return Buffer.from(`${header.toString('hex')}:${context}`);
}

/** The first layout, as above without the name: whichever key opens it sealed it. */
function unsealNameless(known: readonly SealingKey[], sealed: Buffer, context: string): Buffer {
  const refusals: unknown[] = [];
  for (const { key } of known) {
    try {
      return open(key, sealed.subarray(1), Buffer.from(`${NAMELESS}:${context}`));
    } catch (error) {
      refusals.push(error);
    }
  }
  throw new SealError('a sealed value does not open under any key that is known here', { cause: refusals[0] });
}

function open(key: Buffer, body: Buffer, aad: Buffer): Buffer {
  if (body.length < NONCE_BYTES + TAG_BYTES) throw new SealError('not a sealed value: it is too short');
  const ciphertext = body.subarray(NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(aad)
    .setAuthTag(body.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch (cause) {
    throw new SealError('a sealed value does not open: changed, of another context, or under another master key', { cause });
  }
}
