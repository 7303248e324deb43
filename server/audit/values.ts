/**
 * The sealed values of events: what is confidential or personal in them, encrypted under a key of the tenant's, or of one person in it,
 * so that destroying the key destroys the values while the chain over the stored bytes still holds.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { sealingContext } from '../identity/sealer.ts';
import type { KeySealer } from '../identity/sealer.ts';

const VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A data key, open. */
export interface DataKey {
  readonly id: string;
  readonly key: Buffer;
}

/** Makes a data key. @returns it, and how it is stored */
export async function makeDataKey(sealer: KeySealer, chain: string, person: string | null): Promise<{ key: Buffer; sealed: Buffer }> {
  const key = randomBytes(KEY_BYTES);
  return { key, sealed: await sealer.seal(key, dataKeyContext(chain, person)) };
}

/** Opens a stored data key. @throws SealError if it was made for another tenant or person */
export async function openDataKey(sealer: KeySealer, chain: string, person: string | null, sealed: Buffer): Promise<Buffer> {
  return await sealer.unseal(sealed, dataKeyContext(chain, person));
}

/**
 * Encrypts an event's values with AES-256-GCM: version (1), nonce (12, random), tag (16), ciphertext. The chain and the number of the key
 * are authenticated, so values moved to another tenant's event don't open. Random nonces are safe for 2^32 events a key (NIST SP
 * 800-38D, 8.3).
 */
export function encryptValues({ id, key }: DataKey, chain: string, values: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(chain, id));
  const ciphertext = Buffer.concat([cipher.update(values, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), ciphertext]);
}

/** Opens what `encryptValues` closed. @throws if the bytes were changed, or belong to another chain or key */
export function decryptValues({ id, key }: DataKey, chain: string, sealed: Buffer): string {
  if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw new TypeError('not sealed values of this version');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(bound(chain, id))
    .setAuthTag(sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}

function bound(chain: string, keyId: string): Buffer {
  return Buffer.from(`tenantry/audit/v1:${chain}:${keyId}`);
}

/** What a data key is sealed for. No id holds a colon, so no context of one kind reads as one of another. */
export function dataKeyContext(chain: string, person: string | null): string {
  return `${sealingContext(chain === '' ? null : chain)}:audit:${person ?? ''}`;
}
