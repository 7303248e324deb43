import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  generateSigningKey,
  openEncryptionKey,
  openPrivateKey,
  openPublicKey,
  publishedJwk,
  resealKey,
} from '../../server/identity/keys.ts';
import { localSealer } from '../../server/identity/sealer.ts';

const oldKey = Buffer.alloc(32, 1);
const newKey = Buffer.alloc(32, 2);
const sealer = localSealer(oldKey);
const secret = Buffer.from('a private key');

describe('a sealed value', () => {
  test('opens in its context, and is never twice the same', async () => {
    const sealed = await sealer.seal(secret, 'tenant:aurora');
    expect(await sealer.unseal(sealed, 'tenant:aurora')).toEqual(secret);
    expect(await sealer.seal(secret, 'tenant:aurora')).not.toEqual(sealed);
    expect(sealed.includes(secret)).toBe(false);
  });

  test('does not open when any of its bytes was changed', async () => {
    const sealed = await sealer.seal(secret, 'platform');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(sealer.unseal(changed, 'platform'), `byte ${at}`).rejects.toThrow(/seal/);
    }
  });

  test('does not open when it was cut, for another context, or under another master key', async () => {
    const sealed = await sealer.seal(secret, 'tenant:aurora');
    for (const length of [0, 1, 5, 20, sealed.length - 1]) {
      await expect(sealer.unseal(sealed.subarray(0, length), 'tenant:aurora'), `${length} bytes`).rejects.toThrow(/seal/);
    }
    await expect(sealer.unseal(sealed, 'tenant:borealis')).rejects.toThrow(/seal/);
    await expect(sealer.unseal(sealed, 'platform')).rejects.toThrow(/seal/);
    await expect(localSealer(newKey).unseal(sealed, 'tenant:aurora')).rejects.toThrow(/TENANTRY_MASTER_KEY_PREVIOUS/);
  });

  test('needs a master key of 32 bytes', () => {
    expect(() => localSealer(Buffer.alloc(16))).toThrow(TypeError);
    expect(() => localSealer(oldKey, Buffer.alloc(16))).toThrow(TypeError);
  });
});

describe('a change of the master key', () => {
  test('names the key in each value, opens what the one before sealed, and seals under the new one only', async () => {
    const both = localSealer(newKey, oldKey);
    const before = await sealer.seal(secret, 'tenant:aurora');
    const after = await both.seal(secret, 'tenant:aurora');
    expect(before.subarray(0, 5)).toEqual(sealer.header);
    expect(after.subarray(0, 5)).toEqual(both.header);
    expect(both.header).toEqual(localSealer(newKey).header);
    expect(both.header).not.toEqual(sealer.header);
    expect(await both.unseal(before, 'tenant:aurora')).toEqual(secret);
    expect(await localSealer(newKey).unseal(after, 'tenant:aurora')).toEqual(secret);
    await expect(sealer.unseal(after, 'tenant:aurora')).rejects.toThrow(/TENANTRY_MASTER_KEY_PREVIOUS/);
  });

  test('seals a signing key anew, both of its secrets', async () => {
    const both = localSealer(newKey, oldKey);
    const key = await generateSigningKey(sealer, 'aurora');
    const anew = await resealKey(both, { ...key, tenantId: 'aurora' });
    const alone = localSealer(newKey);
    await expect(openPrivateKey(alone, 'aurora', key.sealed)).rejects.toThrow(/seal/);
    const [was, is] = [await openPrivateKey(sealer, 'aurora', key.sealed), await openPrivateKey(alone, 'aurora', anew.sealed)];
    expect(is.equals(was)).toBe(true);
    const encryption = await openEncryptionKey(alone, 'aurora', key.kid, anew.encryption ?? Buffer.alloc(0));
    expect(encryption.equals(await openEncryptionKey(sealer, 'aurora', key.kid, key.encryption))).toBe(true);
    expect(await resealKey(both, { ...key, tenantId: 'aurora', encryption: null })).toMatchObject({ encryption: null });
  });

  test('opens values of the first layout, which do not name their key', async () => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(hkdfSync('sha256', oldKey, '', 'tenantry/sealed-keys/v1', 32)), nonce);
    cipher.setAAD(Buffer.from('1:platform'));
    const body = Buffer.concat([cipher.update(secret), cipher.final()]);
    const nameless = Buffer.concat([Buffer.of(1), nonce, cipher.getAuthTag(), body]);
    expect(await sealer.unseal(nameless, 'platform')).toEqual(secret);
    expect(await localSealer(newKey, oldKey).unseal(nameless, 'platform')).toEqual(secret);
    await expect(localSealer(newKey).unseal(nameless, 'platform')).rejects.toThrow(/seal/);
    await expect(sealer.unseal(nameless, 'tenant:aurora')).rejects.toThrow(/seal/);
  });
});

describe('a signing key', () => {
  test('is stored with its private half sealed, and publishes nothing else', async () => {
    const key = await generateSigningKey(sealer, 'aurora');
    expect((await openPrivateKey(sealer, 'aurora', key.sealed)).asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    await expect(openPrivateKey(sealer, 'borealis', key.sealed)).rejects.toThrow(/seal/);
    expect(key.publicJwk).not.toHaveProperty('d');
    expect(publishedJwk(key.kid, { ...key.publicJwk, d: 'secret' })).not.toHaveProperty('d');
  });

  test('comes with a key to encrypt, which belongs to that tenant and that key alone', async () => {
    const key = await generateSigningKey(sealer, 'aurora');
    expect((await openEncryptionKey(sealer, 'aurora', key.kid, key.encryption)).symmetricKeySize).toBe(32);
    await expect(openEncryptionKey(sealer, 'borealis', key.kid, key.encryption)).rejects.toThrow(/seal/);
    await expect(openEncryptionKey(sealer, 'aurora', 'another', key.encryption)).rejects.toThrow(/seal/);
    await expect(openEncryptionKey(sealer, 'aurora', key.kid, key.sealed)).rejects.toThrow(/seal/);
    await expect(openPrivateKey(sealer, 'aurora', key.encryption)).rejects.toThrow(/seal/);
  });

  test('of another kind verifies nothing', () => {
    expect(() => openPublicKey({ kty: 'RSA', n: 'x', e: 'AQAB' })).toThrow(TypeError);
    expect(() => openPublicKey({ kty: 'EC', crv: 'P-384', x: 'x', y: 'y' })).toThrow(TypeError);
    expect(() => openPublicKey({ kty: 'oct', k: 'c2VjcmV0' })).toThrow(TypeError);
  });
});
