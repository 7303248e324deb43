import { tenantEnvelope } from '../../database/envelope.ts';
import type { Database } from '../../database/lanes.ts';
import type { ScopedClient } from '../../database/scope.ts';
import { closedTenant } from '../http/problems.ts';
import { refuseIfClosed } from './closed-door.ts';
import type { OperatorPrincipal } from '../identity/principal.ts';
import type { TenantRegistry } from '../identity/registry.ts';

/** Begins an operator's visit in a tenant, which puts it into both trails, or is refused. @returns the visit's id */
export type BeginVisit = (operator: OperatorPrincipal, tenantId: string, reason: string) => Promise<string>;

/** One request of an operator that looks into several tenants, one after the other. */
export interface ForEachTenant {
  /**
   * Runs `callback` in each tenant in turn, as viewer and read-only: a visit with its own audit event, an envelope and a connection of
   * its own lane each. Nothing is shared between them but what the callback returns.
   * @throws what the first tenant that refuses throws: an unknown one `NOT_FOUND`, a closed one `TENANT_SUSPENDED` or `TENANT_FORBIDDEN`
   */
  <T>(
    operator: OperatorPrincipal,
    tenantIds: readonly string[],
    reason: string,
    callback: (client: ScopedClient, tenantId: string) => Promise<T>,
  ): Promise<T[]>;
}

/** Makes it over the lanes. */
export function createForEachTenant(options: {
  readonly database: Database;
  readonly registry: TenantRegistry;
  readonly statementTimeoutMs: number;
  readonly beginVisit: BeginVisit;
}): ForEachTenant {
  const { database, registry, statementTimeoutMs, beginVisit } = options;
  return async (operator, tenantIds, reason, callback) => {
    const results = [];
    for (const tenantId of tenantIds) {
      const sessionId = await beginVisit(operator, tenantId, reason);
      const route = await registry.route(tenantId);
      if (route?.status !== 'active') throw closedTenant(route?.status ?? 'purged');
      const claims = { ...operator.claims, tenantId, role: 'viewer', sessionId };
      const envelope = tenantEnvelope(route, claims, 'read', statementTimeoutMs);
      try {
        results.push(await database.withClient(envelope, (client) => callback(client, tenantId)));
      } catch (error) {
        registry.drop(tenantId);
        await refuseIfClosed(tenantId, error, registry.route);
        throw error;
      }
    }
    return results;
  };
}
