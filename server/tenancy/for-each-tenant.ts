import { tenantEnvelope } from '../../database/envelope.ts';
import type { Claims } from '../../database/envelope.ts';
import type { Database } from '../../database/lanes.ts';
import type { ScopedClient } from '../../database/scope.ts';
import type { ProblemCode } from '../http/catalogue.ts';
import { counting } from '../http/counting.ts';
import { currentRequest } from '../http/current-request.ts';
import { closedTenant, toProblem } from '../http/problems.ts';
import type { Call } from '../http/request.ts';
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
  /** Records what was done in one tenant, with the code of its failure. @returns what going on waits for; undefined for nothing */
  readonly record: (claims: Claims, call: Call, ms: number, code: ProblemCode | null) => Promise<void> | undefined;
}): ForEachTenant {
  const { database, registry, statementTimeoutMs, beginVisit, record } = options;
  return async (operator, tenantIds, reason, callback) => {
    const results = [];
    for (const tenantId of tenantIds) {
      const sessionId = await beginVisit(operator, tenantId, reason);
      const route = await registry.route(tenantId);
      if (route?.status !== 'active') throw closedTenant(route?.status ?? 'purged');
      const claims = { ...operator.claims, tenantId, role: 'viewer', sessionId };
      const envelope = tenantEnvelope(route, claims, 'read', statementTimeoutMs);
      const outer = currentRequest()?.call;
      const call: Call = { kind: 'rest', what: outer?.what ?? '"operation":"forEachTenant"', rows: 0 };
      const started = performance.now();
      try {
        results.push(await database.withClient(envelope, (client) => callback(counting(client, call), tenantId)));
        if (outer !== undefined) outer.rows += call.rows;
        await record(claims, call, performance.now() - started, null);
      } catch (error) {
        await record(claims, call, performance.now() - started, toProblem(error).code);
        registry.drop(tenantId);
        await refuseIfClosed(tenantId, error, registry.route);
        throw error;
      }
    }
    return results;
  };
}
