import { createPrivateKey, createPublicKey, createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import { sealingContext } from './sealer.ts';
import type { KeySealer } from './sealer.ts';

/** The one algorithm of every token's signature; a token that names another is refused before its key is looked up. */
export const SIGNING_ALGORITHM = 'ES256';

/** The one way of encrypting a token: with the tenant's secret key itself, no key agreed or wrapped (RFC 7518, 4.5 and 5.3). */
export const ENCRYPTION = { alg: 'dir', enc: 'A256GCM' } as const;
const ENCRYPTION_KEY_BYTES = 32;

/** A signing key as it is stored: the public half in the clear, the private half sealed, and a sealed key to encrypt with. */
export interface SealedSigningKey {
  readonly kid: string;
  readonly alg: typeof SIGNING_ALGORITHM;
  readonly publicJwk: JWK;
  readonly sealed: Buffer;
  readonly encryption: Buffer;
}

/** A way to the database's functions on keys, whose answers are `yes`: a connection of the owner's, or the worker's. */
export interface KeyDatabase {
  query(text: string, values: unknown[]): Promise<{ rows: { readonly yes: boolean }[] }>;
}

/**
 * Makes a signing key for a tenant or the platform (null). The kid is the thumbprint of the public key (RFC 7638), so it
 * says nothing and can't name two keys.
 */
export async function generateSigningKey(sealer: KeySealer, tenantId: string | null): Promise<SealedSigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    alg: SIGNING_ALGORITHM,
    publicJwk: { ...publicJwk, kid, alg: SIGNING_ALGORITHM, use: 'sig' },
    sealed: await sealer.seal(Buffer.from(JSON.stringify(await exportJWK(privateKey))), sealingContext(tenantId)),
    encryption: await sealer.seal(randomBytes(ENCRYPTION_KEY_BYTES), encryptionContext(tenantId, kid)),
  };
}

/**
 * Makes whichever of its two keys an issuer lacks, the current and the next. Safe to run twice and at once.
 * @returns how many it made
 */
export async function completeKeys(database: KeyDatabase, sealer: KeySealer, tenantId: string | null): Promise<number> {
  let made = 0;
  for (;;) {
    const { rows } = await database.query('select platform_private.lacks_signing_key($1) as yes', [tenantId]);
    if (rows[0]?.yes !== true) return made;
    const key = await generateSigningKey(sealer, tenantId);
    const stored = await database.query(
      'select platform_private.store_signing_key($1, $2, $3, $4, $5, $6) as yes',
      [tenantId, key.kid, key.alg, JSON.stringify(key.publicJwk), key.sealed, key.encryption],
    );
    if (stored.rows[0]?.yes === true) made += 1;
  }
}

/** A signing key's sealed values, sealed anew under the present master key. */
export async function resealKey(
  sealer: KeySealer,
  key: { readonly kid: string; readonly tenantId: string | null; readonly sealed: Buffer; readonly encryption: Buffer | null },
): Promise<{ readonly sealed: Buffer; readonly encryption: Buffer | null }> {
  const again = async (value: Buffer, context: string) => await sealer.seal(await sealer.unseal(value, context), context);
  return {
    sealed: await again(key.sealed, sealingContext(key.tenantId)),
    encryption: key.encryption === null ? null : await again(key.encryption, encryptionContext(key.tenantId, key.kid)),
  };
}

/** Opens a stored private key. @throws SealError if it was sealed for another tenant */
export async function openPrivateKey(sealer: KeySealer, tenantId: string | null, sealed: Buffer): Promise<KeyObject> {
  const plain = await sealer.unseal(sealed, sealingContext(tenantId));
  return createPrivateKey({ key: JSON.parse(plain.toString('utf8')), format: 'jwk' });
}

/** Opens a stored encryption key. @throws SealError if it was sealed for another tenant or signing key */
export async function openEncryptionKey(sealer: KeySealer, tenantId: string | null, kid: string, sealed: Buffer): Promise<KeyObject> {
  return createSecretKey(await sealer.unseal(sealed, encryptionContext(tenantId, kid)));
}

/** Reads a stored public key. @throws unless it is a point on P-256: nothing else may verify an ES256 token */
export function openPublicKey(publicJwk: JWK): KeyObject {
  if (publicJwk.kty !== 'EC' || publicJwk.crv !== 'P-256') throw new TypeError('not a key for ES256');
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: publicJwk.x ?? '', y: publicJwk.y ?? '' }, format: 'jwk' });
}

/** What is published of a key: never more than its public half, whatever was stored with it. */
export function publishedJwk(kid: string, publicJwk: JWK): JWK {
  const { kty = 'EC', crv = 'P-256', x = '', y = '' } = publicJwk;
  return { kty, crv, x, y, kid, alg: SIGNING_ALGORITHM, use: 'sig' };
}

/** No id holds a colon, so no context of one kind reads as one of another. */
function encryptionContext(tenantId: string | null, kid: string): string {
  return `${sealingContext(tenantId)}:encryption:${kid}`;
}
