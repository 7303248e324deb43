import { operatorEnvelope, tenantEnvelope } from '../../database/envelope.ts';
import type { Access } from '../../database/envelope.ts';
import type { Database } from '../../database/lanes.ts';
import type { ScopedClient } from '../../database/scope.ts';
import { counting } from '../http/counting.ts';
import { currentRequest } from '../http/current-request.ts';
import { behindTenant, problem } from '../http/problems.ts';
import type { OperatorPrincipal, Principals, TenantPrincipal } from '../identity/principal.ts';
import type { ExternalSignIn } from '../identity/external-issuers.ts';
import type { KeySealer } from '../identity/sealer.ts';
import type { SecondFactor } from '../identity/second-factor.ts';
import type { ServiceTokens } from '../identity/service-tokens.ts';
import type { SignIn } from '../identity/sign-in.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { BeginVisit, ForEachTenant } from '../tenancy/for-each-tenant.ts';
import type { RunWaiter } from './run-waiter.ts';

/** Runs statements as an operator, in one transaction. */
export type Operate = <T>(
  operator: OperatorPrincipal,
  access: Access,
  callback: (client: ScopedClient) => Promise<T>,
) => Promise<T>;

/** Runs statements as a tenant's user inside that tenant, in one transaction. @throws `FORBIDDEN` for what writes on a visit that may only read */
export type InTenant = <T>(user: TenantPrincipal, access: Access, callback: (client: ScopedClient) => Promise<T>) => Promise<T>;

/** What calls are answered with. */
export interface Services {
  readonly principals: Principals;
  readonly signIn: SignIn;
  readonly secondFactor: SecondFactor;
  readonly serviceTokens: ServiceTokens;
  readonly externalSignIn: ExternalSignIn;
  readonly tokens: Tokens;
  /** Whether cookies are for HTTPS only: what the users' origin says. */
  readonly secureCookies: boolean;
  /** The origin under which people know this server. */
  readonly publicOrigin: string;
  readonly operate: Operate;
  readonly forEachTenant: ForEachTenant;
  readonly inTenant: InTenant;
  readonly sealer: KeySealer;
  readonly waitForRun: RunWaiter;
  /** What waits until the audit trail has room for one more request; undefined if it has. */
  readonly room: () => Promise<void> | undefined;
}

/** Counts rows for the request at hand. */
function counted(client: ScopedClient): ScopedClient {
  const call = currentRequest()?.call;
  return call === undefined ? client : counting(client, call);
}

/** Binds {@link Operate} to a database. */
export function operateOn(database: Database, prefix: string, statementTimeoutMs: number): Operate {
  return async (operator, access, callback) =>
    await database.withClient(operatorEnvelope(operator.role, prefix, operator.claims, access, statementTimeoutMs), (client) => callback(counted(client)));
}

/** Begins visits by the function that says who may, and why. */
export function visitBy(operate: Operate): BeginVisit {
  return async (operator, tenantId, reason) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<{ id: string }>({ text: 'select id from platform.enter_tenant($1, $2)', values: [tenantId, reason] }),
    );
    if (rows[0] === undefined) throw new Error('a visit that began has no row');
    return rows[0].id;
  };
}

/**
 * Binds {@link InTenant} to a database. `schemaHead` is the newest version of the tenant stream; `examine` looks closer at a failure, and throws
 * when the tenant was closed meanwhile.
 */
export function inTenantOn(
  database: Database,
  statementTimeoutMs: number,
  schemaHead: number,
  examine: (tenantId: string, failure: unknown) => Promise<void>,
): InTenant {
  return async (user, access, callback) => {
    if (access === 'write' && user.access === 'read') throw problem('FORBIDDEN', 'This visit may look and change nothing.');
    const envelope = tenantEnvelope(user.tenant, user.claims, access, statementTimeoutMs);
    try {
      return await database.withClient(envelope, (client) => callback(counted(client)));
    } catch (error) {
      await examine(user.tenant.id, error);
      throw behindTenant(error, user.tenant.schemaVersion, schemaHead) ?? error;
    }
  };
}
