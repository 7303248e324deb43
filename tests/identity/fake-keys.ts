import { SignJWT, importJWK } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import type { AuthPool } from '../../server/identity/auth-pool.ts';
import { createKeyStore } from '../../server/identity/key-store.ts';
import { generateSigningKey } from '../../server/identity/keys.ts';
import type { SealedSigningKey } from '../../server/identity/keys.ts';
import { localSealer, sealingContext } from '../../server/identity/sealer.ts';
import { createTokens } from '../../server/identity/tokens.ts';

export const publicUrl = 'https://tenantry.example';
const masterKey = Buffer.alloc(32, 7);
export const sealer = localSealer(masterKey);

/** Keys of a few issuers, answered as the database does; counts how often it is asked. */
export async function fakeIssuers(tenants: readonly string[]) {
  const keys = new Map<string | null, SealedSigningKey>();
  for (const issuer of [null, ...tenants]) keys.set(issuer, await generateSigningKey(sealer, issuer));
  const asked = { verification: 0, signing: 0 };

  const encrypting = new Set<unknown>();
  const lost = new Set<unknown>();
  const mode = (issuer: unknown, key: SealedSigningKey) => {
    const encrypted = encrypting.has(issuer);
    return { encrypted, encryption: encrypted && !lost.has(issuer) ? key.encryption : null };
  };

  const pool: AuthPool = {
    query: async <Row extends object>(statement: { name: string }, values: readonly unknown[]) => {
      const key = keys.get(values[0] as string | null);
      if (statement.name === 'verification_keys') {
        asked.verification += 1;
        const row = key && { kid: key.kid, public_jwk: key.publicJwk, state: 'current', ...mode(values[0], key) };
        return (row === undefined ? [] : [row]) as unknown as Row[];
      }
      asked.signing += 1;
      return (key === undefined ? [] : [{ kid: key.kid, sealed: key.sealed, ...mode(values[0], key) }]) as unknown as Row[];
    },
    close: async () => undefined,
  };

  let clock = Date.parse('2030-01-01T00:00:00Z');
  const now = () => clock;
  const store = createKeyStore({ pool, sealer, now });
  const tokens = createTokens({ publicUrl, keys: store, isTenant: async (tenantId) => keys.has(tenantId), now });

  return {
    tokens,
    store,
    asked,
    now,
    advance: (seconds: number) => {
      clock += seconds * 1_000;
    },
    /** Replaces an issuer's key, as a rotation without overlap does. */
    rotate: async (issuer: string | null) => {
      keys.set(issuer, await generateSigningKey(sealer, issuer));
    },
    /** Lets an issuer's tokens be encrypted from now on. */
    encrypt: (issuer: string) => {
      encrypting.add(issuer);
      store.drop(issuer);
    },
    /** As keys are that were made before tokens could be encrypted. */
    loseEncryption: (issuer: string) => {
      lost.add(issuer);
      store.drop(issuer);
    },
    kid: (issuer: string | null) => keys.get(issuer)?.kid ?? '',
    publicJwk: (issuer: string | null): JWK => keys.get(issuer)?.publicJwk ?? {},
    /** Signs whatever it is told to with an issuer's real key: what only a forger with that key could do. */
    forge: async (issuer: string | null, payload: JWTPayload, header: Record<string, unknown> = {}) => {
      const key = keys.get(issuer);
      if (key === undefined) throw new Error('no such issuer');
      const jwk = JSON.parse((await sealer.unseal(key.sealed, sealingContext(issuer))).toString('utf8')) as JWK;
      return await new SignJWT(payload)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
        .sign(await importJWK(jwk, 'ES256'));
    },
    /** Claims that hold for a user of `aurora` at the fake clock's time. */
    claims: (changes: Readonly<Record<string, unknown>> = {}): JWTPayload => {
      const seconds = Math.floor(clock / 1_000);
      const held: Record<string, unknown> = {
        iss: `${publicUrl}/t/aurora`,
        aud: 'tenantry',
        sub: 'user-1',
        tid: 'aurora',
        role: 'manager',
        sid: 'session-1',
        iat: seconds,
        exp: seconds + 900,
        ...changes,
      };
      return Object.fromEntries(Object.entries(held).filter(([, value]) => value !== undefined));
    },
  };
}
