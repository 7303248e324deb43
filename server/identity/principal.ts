import type { Access, Claims, OperatorRole, TenantRoute } from '../../database/envelope.ts';
import { closedTenant, problem } from '../http/problems.ts';
import type { Caller } from '../http/request.ts';
import { databaseRole } from './operator-roles.ts';
import type { OperatorTitle } from './operator-roles.ts';
import type { TenantRegistry } from './registry.ts';
import type { Standings } from './standing.ts';
import type { Identity, TenantIdentity, Tokens } from './tokens.ts';

/** Who acts inside a tenant that is open: one of its users, an operator on a visit, or a service account. */
export interface TenantPrincipal {
  readonly tenant: TenantRoute;
  readonly claims: Claims;
  /** read: nothing of what this principal does may write, whatever the role holds. */
  readonly access: Access;
}

/** An operator whose token holds. */
export interface OperatorPrincipal {
  readonly title: OperatorTitle;
  /** The database role, for the envelope; never shown. */
  readonly role: OperatorRole;
  readonly claims: Claims;
}

/** Who asks: the one way from an `Authorization` header to the claims of an envelope. */
export interface Principals {
  /**
   * @throws `UNAUTHENTICATED`, `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED`; `TENANT_CONTEXT_REQUIRED` for an operator's token;
   *   `SECOND_FACTOR_MISSING` where one is required; `TENANT_SUSPENDED` or `TENANT_FORBIDDEN` by the tenant's standing
   */
  authenticateTenant(authorization: string | undefined, requestId: string): Promise<TenantPrincipal>;
  /** @throws `UNAUTHENTICATED`, `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED`; `FORBIDDEN` for a tenant's token */
  authenticateOperator(authorization: string | undefined, requestId: string): Promise<OperatorPrincipal>;
  /**
   * Whoever it is: a person of any realm, for what people do with their own sessions. `enrolling`: also one whose session is good for setting
   * up a second factor and no more.
   */
  authenticate(authorization: string | undefined, enrolling?: boolean): Promise<Identity>;
}

/** The token of a `Bearer` header (RFC 6750; the scheme's case doesn't count). */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** Makes the two ways of asking who it is. */
export function createPrincipals(options: { tokens: Tokens; registry: TenantRegistry; standings: Standings }): Principals {
  const { tokens, registry, standings } = options;

  async function identify(authorization: string | undefined): Promise<Identity> {
    if (authorization === undefined || authorization === '') {
      throw problem('UNAUTHENTICATED', 'Send an access token: Authorization: Bearer <token>.');
    }
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw problem('TOKEN_INVALID', 'The Authorization header holds no bearer token.');
    return await tokens.verify(token);
  }

  /** A token is worth what its session is: one that ended, or whose holder is something else by now, is over. */
  async function standingOf(identity: Identity, enrolling = false): Promise<Access> {
    const standing = await standings.of(identity);
    if (standing === null || standing.holder !== holderOf(identity) || standing.role !== identity.role || standing.expiresAt <= Date.now()) {
      throw problem('TOKEN_REVOKED', 'This session has ended, or its rights have changed. Renew it, or sign in again.', {
        caller: callerOf(identity),
      });
    }
    if (standing.factorMissing && !enrolling) {
      throw problem('SECOND_FACTOR_MISSING', 'This tenant requires a second factor. Set yours up: POST …/auth/second-factor.', {
        caller: callerOf(identity),
      });
    }
    return standing.access;
  }

  async function openTenant(identity: TenantIdentity): Promise<TenantRoute> {
    let tenant = await registry.route(identity.tenantId);
    if (tenant?.status !== 'active') {
      // It may have been opened a moment ago, before its notification came: nobody is refused on hearsay.
      registry.drop(identity.tenantId);
      tenant = await registry.route(identity.tenantId);
    }
    if (tenant?.status !== 'active') throw closedTenant(tenant?.status ?? 'purged', undefined, callerOf(identity));
    return tenant;
  }

  return {
    async authenticateTenant(authorization, requestId) {
      const identity = await identify(authorization);
      if (identity.kind !== 'tenant') {
        throw problem('TENANT_CONTEXT_REQUIRED', 'This token is an operator’s. Enter the tenant, or sign in as one of its users.', {
          caller: callerOf(identity),
        });
      }
      const tenant = await openTenant(identity);
      const access = await standingOf(identity);
      const { tenantId, subject, by, role, sessionId } = identity;
      const nobody = { userId: '', operatorId: '', serviceId: '' };
      const who = by === 'user' ? { userId: subject } : by === 'visit' ? { operatorId: subject } : { serviceId: subject };
      return { tenant, access, claims: { ...nobody, ...who, tenantId, role, sessionId, requestId } };
    },

    async authenticateOperator(authorization, requestId) {
      const identity = await identify(authorization);
      if (identity.kind !== 'operator') throw problem('FORBIDDEN', 'This call is for operators of the platform.', { caller: callerOf(identity) });
      await standingOf(identity);
      const role = databaseRole(identity.role);
      const { operatorId, sessionId } = identity;
      return {
        title: identity.role,
        role,
        claims: { tenantId: '', userId: '', serviceId: '', role, sessionId, operatorId, requestId },
      };
    },

    async authenticate(authorization, enrolling) {
      const identity = await identify(authorization);
      if (identity.kind === 'tenant') await openTenant(identity);
      await standingOf(identity, enrolling);
      return identity;
    },
  };
}

/** Who a verified token names, for the audit trail. */
export function callerOf(identity: Identity): Caller {
  const { role, sessionId } = identity;
  if (identity.kind === 'operator') return { tenantId: null, actor: `operator:${identity.operatorId}`, role, sessionId };
  const kind = identity.by === 'visit' ? 'operator' : identity.by;
  return { tenantId: identity.tenantId, actor: `${kind}:${identity.subject}`, role, sessionId };
}

/** The same of claims. */
export function callerOfClaims({ tenantId, userId, operatorId, serviceId, role, sessionId }: Claims): Caller {
  const actor = operatorId !== '' ? `operator:${operatorId}` : userId !== '' ? `user:${userId}` : `service:${serviceId}`;
  return { tenantId: tenantId === '' ? null : tenantId, actor, role, sessionId };
}

function holderOf(identity: Identity): string {
  return identity.kind === 'operator' ? identity.operatorId : identity.subject;
}
