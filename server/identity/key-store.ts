import type { KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import type { AuthPool } from './auth-pool.ts';
import { openPrivateKey, openPublicKey, publishedJwk } from './keys.ts';
import { loadingCache } from './loading-cache.ts';
import { sealingContext } from './sealer.ts';
import type { KeySealer } from './sealer.ts';

/** The public keys of one issuer as they were when loaded. A newer state is another object. */
export interface VerificationKeys {
  /** By kid; null for the platform's own issuer means the same as for a tenant's. */
  readonly byId: ReadonlyMap<string, KeyObject>;
  /** What `jwks.json` answers. */
  readonly published: readonly JWK[];
  readonly loadedAt: number;
}

export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
}

/** Keys of every issuer; a tenant's are found under its id, the platform's under null. */
export interface KeyStore {
  verificationKeys(tenantId: string | null): Promise<VerificationKeys>;
  /** The keys of an issuer if they are loaded: equal objects mean that nothing changed in between. */
  presentKeys(tenantId: string | null): VerificationKeys | undefined;
  /** One key of one issuer. A kid that isn't there is looked for once more, since keys may have just been rotated. */
  verificationKey(tenantId: string | null, kid: string): Promise<{ key: KeyObject; keys: VerificationKeys } | null>;
  /** The key that signs now; null for an issuer without one. */
  signingKey(tenantId: string | null): Promise<SigningKey | null>;
  drop(tenantId: string | null): void;
  clear(): void;
}

/** 2,000 issuers with two keys each are about 4 MB. */
const MAX_ISSUERS = 2_000;
/** How long a revoked key may live on if its notification is lost. */
const TTL_MS = 60_000;
/** Tokens with invented kids make an issuer's keys be read at most this often. */
const RELOAD_AFTER_MS = 5_000;
/** No id of a tenant; the cache is keyed by text. */
const PLATFORM = '';

const VERIFICATION_KEYS = {
  name: 'verification_keys',
  text: 'select kid, public_jwk, state from identity.verification_keys($1::text)',
};
const SIGNING_KEY = {
  name: 'signing_key',
  text: 'select kid, sealed from identity.signing_key($1::text)',
};

/** Makes the store over the sign-in login. */
export function createKeyStore(options: { pool: AuthPool; sealer: KeySealer; now?: () => number }): KeyStore {
  const now = options.now ?? Date.now;
  const name = (tenantId: string | null) => tenantId ?? PLATFORM;
  const issuer = (key: string) => (key === PLATFORM ? null : key);

  const publicKeys = loadingCache<VerificationKeys>({
    max: MAX_ISSUERS,
    ttlMs: () => TTL_MS,
    load: async (key) => {
      const rows = await options.pool.query<{ kid: string; public_jwk: JWK; state: string }>(VERIFICATION_KEYS, [issuer(key)]);
      const usable = rows.filter((row) => row.state !== 'revoked');
      return {
        byId: new Map(usable.map((row) => [row.kid, openPublicKey(row.public_jwk)])),
        published: usable.map((row) => publishedJwk(row.kid, row.public_jwk)),
        loadedAt: now(),
      };
    },
  });

  const privateKeys = loadingCache<{ readonly signing: SigningKey | null }>({
    max: MAX_ISSUERS,
    ttlMs: (value) => (value.signing === null ? RELOAD_AFTER_MS : TTL_MS),
    load: async (key) => {
      const [row] = await options.pool.query<{ kid: string; sealed: Buffer }>(SIGNING_KEY, [issuer(key)]);
      if (row === undefined) return { signing: null };
      const context = sealingContext(issuer(key));
      return { signing: { kid: row.kid, key: openPrivateKey(options.sealer, context, row.sealed) } };
    },
  });

  return {
    verificationKeys: (tenantId) => publicKeys.get(name(tenantId)),
    presentKeys: (tenantId) => publicKeys.peek(name(tenantId)),
    async verificationKey(tenantId, kid) {
      let keys = await publicKeys.get(name(tenantId));
      if (!keys.byId.has(kid) && now() - keys.loadedAt >= RELOAD_AFTER_MS) {
        publicKeys.drop(name(tenantId));
        keys = await publicKeys.get(name(tenantId));
      }
      const key = keys.byId.get(kid);
      return key === undefined ? null : { key, keys };
    },
    signingKey: async (tenantId) => (await privateKeys.get(name(tenantId))).signing,
    drop(tenantId) {
      publicKeys.drop(name(tenantId));
      privateKeys.drop(name(tenantId));
    },
    clear() {
      publicKeys.clear();
      privateKeys.clear();
    },
  };
}
