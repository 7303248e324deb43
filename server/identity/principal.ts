import type { Claims, OperatorRole, TenantRoute } from '../../database/envelope.ts';
import { closedTenant, problem } from '../http/problems.ts';
import { databaseRole } from './operator-roles.ts';
import type { OperatorTitle } from './operator-roles.ts';
import type { TenantRegistry } from './registry.ts';
import type { Identity, Tokens } from './tokens.ts';

/** A tenant's user whose token holds, in a tenant that is open. */
export interface TenantPrincipal {
  readonly tenant: TenantRoute;
  readonly claims: Claims;
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
   * @throws `UNAUTHENTICATED`, `TOKEN_INVALID`, `TOKEN_EXPIRED`; `TENANT_CONTEXT_REQUIRED` for an operator's token;
   *   `TENANT_SUSPENDED` or `TENANT_FORBIDDEN` by the tenant's standing
   */
  authenticateTenant(authorization: string | undefined, requestId: string): Promise<TenantPrincipal>;
  /** @throws `UNAUTHENTICATED`, `TOKEN_INVALID`, `TOKEN_EXPIRED`; `FORBIDDEN` for a tenant's token */
  authenticateOperator(authorization: string | undefined, requestId: string): Promise<OperatorPrincipal>;
}

/** The token of a `Bearer` header (RFC 6750; the scheme's case doesn't count). */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** Makes the two ways of asking who it is. */
export function createPrincipals(options: { tokens: Tokens; registry: TenantRegistry }): Principals {
  const { tokens, registry } = options;

  async function identify(authorization: string | undefined): Promise<Identity> {
    if (authorization === undefined || authorization === '') {
      throw problem('UNAUTHENTICATED', 'Send an access token: Authorization: Bearer <token>.');
    }
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw problem('TOKEN_INVALID', 'The Authorization header holds no bearer token.');
    return await tokens.verify(token);
  }

  return {
    async authenticateTenant(authorization, requestId) {
      const identity = await identify(authorization);
      if (identity.kind !== 'tenant') {
        throw problem('TENANT_CONTEXT_REQUIRED', 'This token is an operator’s. Sign in as a user of the tenant.');
      }
      const tenant = await registry.route(identity.tenantId);
      if (tenant?.status !== 'active') throw closedTenant(tenant?.status ?? 'purged');
      const { tenantId, userId, role, sessionId } = identity;
      return { tenant, claims: { tenantId, userId, role, sessionId, operatorId: '', requestId } };
    },

    async authenticateOperator(authorization, requestId) {
      const identity = await identify(authorization);
      if (identity.kind !== 'operator') throw problem('FORBIDDEN', 'This call is for operators of the platform.');
      const role = databaseRole(identity.role);
      const { operatorId, sessionId } = identity;
      return { title: identity.role, role, claims: { tenantId: '', userId: '', role, sessionId, operatorId, requestId } };
    },
  };
}
