import type { KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import type { AuthPool } from './auth-pool.ts';
import { openEncryptionKey, openPrivateKey, openPublicKey, publishedJwk } from './keys.ts';
import { loadingCache } from './loading-cache.ts';
import type { KeySealer } from './sealer.ts';

/** A key whose tokens hold. */
export interface VerificationKey {
  readonly key: KeyObject;
  /** Opens the tokens that this key signed, where they are encrypted. */
  readonly encryption: KeyObject | null;
}

/** The keys of one issuer as they were when loaded. A newer state is another object. */
export interface VerificationKeys {
  readonly byId: ReadonlyMap<string, VerificationKey>;
  /** Whether this issuer's tokens are encrypted; then no other is one of its, and else no encrypted one. */
  readonly encrypted: boolean;
  /** What `jwks.json` answers. */
  readonly published: readonly JWK[];
  readonly loadedAt: number;
}

export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
  /** Whether tokens are encrypted as well. */
  readonly encrypted: boolean;
  /** The key to encrypt them with; null while one is still to be made. */
  readonly encryption: KeyObject | null;
}

/** Keys of every issuer; a tenant's are found under its id, the platform's under null. */
export interface KeyStore {
  verificationKeys(tenantId: string | null): Promise<VerificationKeys>;
  /** The keys of an issuer if they are loaded: equal objects mean that nothing changed in between. */
  presentKeys(tenantId: string | null): VerificationKeys | undefined;
  /** One key of one issuer. A kid that isn't there is looked for once more, since keys may have just been rotated. */
  verificationKey(tenantId: string | null, kid: string): Promise<(VerificationKey & { readonly keys: VerificationKeys }) | null>;
  /** The key that signs now; null for an issuer without one. */
  signingKey(tenantId: string | null): Promise<SigningKey | null>;
  drop(tenantId: string | null): void;
  clear(): void;
}

/** 2,000 issuers with three keys each are about 4 MB. */
const MAX_ISSUERS = 2_000;
/** How long a revoked key may live on if its notification is lost. */
const TTL_MS = 60_000;
/** Tokens with invented kids make an issuer's keys be read at most this often. */
const RELOAD_AFTER_MS = 5_000;
/** No id of a tenant; the cache is keyed by text. */
const PLATFORM = '';

const VERIFICATION_KEYS = {
  name: 'verification_keys',
  text: 'select kid, public_jwk, state, encrypted, encryption from identity.verification_keys($1::text)',
};
const STATEMENT_KEYS = { name: 'statement_keys', text: 'select kid, public_jwk from identity.statement_keys()' };
const SIGNING_KEY = {
  name: 'signing_key',
  text: 'select kid, sealed, encrypted, encryption from identity.signing_key($1::text)',
};

interface VerificationRow {
  readonly kid: string;
  readonly public_jwk: JWK;
  readonly state: string;
  readonly encrypted: boolean;
  readonly encryption: Buffer | null;
}

interface SigningRow {
  readonly kid: string;
  readonly sealed: Buffer;
  readonly encrypted: boolean;
  readonly encryption: Buffer | null;
}

/** Makes the store over the sign-in login. */
export function createKeyStore(options: { pool: AuthPool; sealer: KeySealer; now?: () => number }): KeyStore {
  const { pool, sealer } = options;
  const now = options.now ?? Date.now;
  const name = (tenantId: string | null) => tenantId ?? PLATFORM;
  const issuer = (key: string) => (key === PLATFORM ? null : key);

  const publicKeys = loadingCache<VerificationKeys>({
    max: MAX_ISSUERS,
    ttlMs: () => TTL_MS,
    load: async (key) => {
      const rows = await pool.query<VerificationRow>(VERIFICATION_KEYS, [issuer(key)]);
      const usable = rows.filter((row) => row.state !== 'revoked');
      // Statements are checked with the platform's published keys for years; no token is, for they are not in `byId`.
      const statements = issuer(key) === null ? await pool.query<Pick<VerificationRow, 'kid' | 'public_jwk'>>(STATEMENT_KEYS, []) : [];
      const opened = usable.map(
        async (row) =>
          [row.kid, { key: openPublicKey(row.public_jwk), encryption: await encryptionKey(sealer, issuer(key), row) }] as const,
      );
      return {
        byId: new Map(await Promise.all(opened)),
        encrypted: rows.some((row) => row.encrypted),
        published: [...usable, ...statements].map((row) => publishedJwk(row.kid, row.public_jwk)),
        loadedAt: now(),
      };
    },
  });

  const privateKeys = loadingCache<{ readonly signing: SigningKey | null }>({
    max: MAX_ISSUERS,
    ttlMs: (value) => (value.signing === null ? RELOAD_AFTER_MS : TTL_MS),
    load: async (key) => {
      const [row] = await pool.query<SigningRow>(SIGNING_KEY, [issuer(key)]);
      if (row === undefined) return { signing: null };
      const { kid, encrypted } = row;
      const [privateKey, encryption] = await Promise.all([
        openPrivateKey(sealer, issuer(key), row.sealed),
        encryptionKey(sealer, issuer(key), row),
      ]);
      return { signing: { kid, key: privateKey, encrypted, encryption } };
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
      const found = keys.byId.get(kid);
      return found === undefined ? null : { ...found, keys };
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

async function encryptionKey(
  sealer: KeySealer,
  tenantId: string | null,
  row: { readonly kid: string; readonly encryption: Buffer | null },
): Promise<KeyObject | null> {
  return row.encryption === null ? null : await openEncryptionKey(sealer, tenantId, row.kid, row.encryption);
}
