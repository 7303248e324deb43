import { describe, expect, test } from 'vitest';
import { generateSigningKey, openPrivateKey, openPublicKey, publishedJwk } from '../../server/identity/keys.ts';
import { localSealer, sealingContext } from '../../server/identity/sealer.ts';

const sealer = localSealer(Buffer.alloc(32, 1));
const secret = Buffer.from('a private key');

describe('a sealed value', () => {
  test('opens in its context, and is never twice the same', () => {
    const sealed = sealer.seal(secret, 'tenant:aurora');
    expect(sealer.unseal(sealed, 'tenant:aurora')).toEqual(secret);
    expect(sealer.seal(secret, 'tenant:aurora')).not.toEqual(sealed);
    expect(sealed.includes(secret)).toBe(false);
  });

  test('does not open when any of its bytes was changed', () => {
    const sealed = sealer.seal(secret, 'platform');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => sealer.unseal(changed, 'platform'), `byte ${at}`).toThrow(/seal/);
    }
  });

  test('does not open when it was cut, for another context, or under another master key', () => {
    const sealed = sealer.seal(secret, 'tenant:aurora');
    expect(() => sealer.unseal(sealed.subarray(0, 20), 'tenant:aurora')).toThrow();
    expect(() => sealer.unseal(sealed.subarray(0, -1), 'tenant:aurora')).toThrow();
    expect(() => sealer.unseal(sealed, 'tenant:borealis')).toThrow();
    expect(() => sealer.unseal(sealed, 'platform')).toThrow();
    expect(() => localSealer(Buffer.alloc(32, 2)).unseal(sealed, 'tenant:aurora')).toThrow();
  });

  test('needs a master key of 32 bytes', () => {
    expect(() => localSealer(Buffer.alloc(16))).toThrow(TypeError);
  });
});

describe('a signing key', () => {
  test('is stored with its private half sealed, and publishes nothing else', async () => {
    const key = await generateSigningKey(sealer, sealingContext('aurora'));
    expect(openPrivateKey(sealer, sealingContext('aurora'), key.sealed).asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    expect(() => openPrivateKey(sealer, sealingContext('borealis'), key.sealed)).toThrow();
    expect(key.publicJwk).not.toHaveProperty('d');
    expect(publishedJwk(key.kid, { ...key.publicJwk, d: 'secret' })).not.toHaveProperty('d');
  });

  test('of another kind verifies nothing', () => {
    expect(() => openPublicKey({ kty: 'RSA', n: 'x', e: 'AQAB' })).toThrow(TypeError);
    expect(() => openPublicKey({ kty: 'EC', crv: 'P-384', x: 'x', y: 'y' })).toThrow(TypeError);
    expect(() => openPublicKey({ kty: 'oct', k: 'c2VjcmV0' })).toThrow(TypeError);
  });
});
