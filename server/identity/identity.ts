import type { Logger } from 'pino';
import type { DatabaseEndpoint } from '../../database/logins.ts';
import { ATTEMPTS_PER_MINUTE, createAttemptLimit } from './attempt-limit.ts';
import { createAuthPool } from './auth-pool.ts';
import type { AuthPool } from './auth-pool.ts';
import { createExternalSignIn } from './external-issuers.ts';
import type { ExternalSignIn } from './external-issuers.ts';
import { createKeyStore } from './key-store.ts';
import type { KeyStore } from './key-store.ts';
import { createPrincipals } from './principal.ts';
import type { Principals } from './principal.ts';
import { createTenantRegistry } from './registry.ts';
import type { TenantRegistry } from './registry.ts';
import { localSealer } from './sealer.ts';
import { createServiceTokens } from './service-tokens.ts';
import type { ServiceTokens } from './service-tokens.ts';
import { createSecondFactor } from './second-factor.ts';
import type { SecondFactor } from './second-factor.ts';
import { createSignIn } from './sign-in.ts';
import type { SignIn } from './sign-in.ts';
import { createStandings } from './standing.ts';
import type { Standings } from './standing.ts';
import { createTokens } from './tokens.ts';
import type { Tokens } from './tokens.ts';

/** Who is who: everything behind a token, over one small pool. */
export interface Identity {
  readonly registry: TenantRegistry;
  readonly keys: KeyStore;
  readonly standings: Standings;
  readonly tokens: Tokens;
  readonly principals: Principals;
  readonly signIn: SignIn;
  readonly secondFactor: SecondFactor;
  readonly serviceTokens: ServiceTokens;
  readonly externalSignIn: ExternalSignIn;
  /** The way to the functions of sign-in, for what else the server asks in its own name. */
  readonly pool: AuthPool;
  close(): Promise<void>;
}

export interface IdentityOptions {
  readonly endpoint: DatabaseEndpoint;
  readonly prefix: string;
  readonly masterKey: Buffer;
  /** Opens what is not yet sealed under the master key. */
  readonly previousMasterKey: Buffer | null;
  readonly publicUrl: string;
  /** Keys of tenants' issuers may be fetched from this machine itself. */
  readonly issuerAllowLoopback: boolean;
  readonly logger: Logger;
}

/** Puts sign-in, tokens and keys together. Connects to nothing yet. */
export function createIdentity(options: IdentityOptions): Identity {
  const { endpoint, prefix, masterKey, previousMasterKey, publicUrl, issuerAllowLoopback, logger } = options;
  const pool = createAuthPool({ endpoint, prefix, masterKey, logger });
  const registry = createTenantRegistry(pool);
  const sealer = localSealer(masterKey, previousMasterKey);
  const keys = createKeyStore({ pool, sealer });
  const tokens = createTokens({ publicUrl, keys, isTenant: async (tenantId) => (await registry.route(tenantId)) !== null });
  const standings = createStandings(pool);
  const limit = createAttemptLimit(ATTEMPTS_PER_MINUTE);
  const secondFactor = createSecondFactor({ pool, sealer, limit });
  return {
    registry,
    keys,
    standings,
    tokens,
    principals: createPrincipals({ tokens, registry, standings }),
    signIn: createSignIn({ pool, tokens, limit, standings, secondFactor }),
    secondFactor,
    externalSignIn: createExternalSignIn({ pool, tokens, limit, allowLoopback: issuerAllowLoopback }),
    serviceTokens: createServiceTokens({ pool, tokens, limit, publicUrl }),
    pool,
    close: () => pool.close(),
  };
}
