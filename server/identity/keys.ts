import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import type { KeySealer } from './sealer.ts';

/** The one algorithm of every token; a token that names another is refused before its key is looked up. */
export const SIGNING_ALGORITHM = 'ES256';

/** A key pair as it is stored: the public half in the clear, the private half sealed. */
export interface SealedSigningKey {
  readonly kid: string;
  readonly alg: typeof SIGNING_ALGORITHM;
  readonly publicJwk: JWK;
  readonly sealed: Buffer;
}

/**
 * Makes a signing key for a tenant or the platform. The kid is the thumbprint of the public key (RFC 7638), so it
 * says nothing and can't name two keys.
 */
export async function generateSigningKey(sealer: KeySealer, context: string): Promise<SealedSigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const sealed = sealer.seal(Buffer.from(JSON.stringify(await exportJWK(privateKey))), context);
  return { kid, alg: SIGNING_ALGORITHM, publicJwk: { ...publicJwk, kid, alg: SIGNING_ALGORITHM, use: 'sig' }, sealed };
}

/** Opens a stored private key. @throws if it was sealed for another context */
export function openPrivateKey(sealer: KeySealer, context: string, sealed: Buffer): KeyObject {
  return createPrivateKey({ key: JSON.parse(sealer.unseal(sealed, context).toString('utf8')), format: 'jwk' });
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
