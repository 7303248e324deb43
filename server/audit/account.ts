/**
 * What of a request goes into the trail, so that every request is one event: a refusal that says who may not is `request.refuse`, everything
 * else that somebody asked with a token that held is `call.<kind>`, whatever became of it. What nobody is known to have asked, and
 * wasn't refused for it, leaves nothing here: pages, health, metrics; and signing in, whose events the database writes.
 */
import type { IncomingMessage } from 'node:http';
import type { ProblemCode } from '../http/catalogue.ts';
import { isAnonymous } from '../http/request.ts';
import type { RequestScope } from '../http/request.ts';
import type { Trail } from './trail.ts';

/** Refusals that say who may not, rather than what was mistyped. */
const TELLING: ReadonlySet<ProblemCode> = new Set([
  'UNAUTHENTICATED',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_REVOKED',
  'BAD_CREDENTIALS',
  'TENANT_CONTEXT_REQUIRED',
  'TENANT_FORBIDDEN',
  'TENANT_SUSPENDED',
  'LOCKED_DOWN',
  'FORBIDDEN',
  'ACCOUNT_LOCKED',
  'RATE_LIMITED',
  'QUERY_TOO_COSTLY',
]);

/** Records a request; to be called once it is known how it is answered, and before it is. @returns what the answer waits for, if anything */
export function recordRequest(trail: Trail, req: IncomingMessage, scope: RequestScope, code: ProblemCode | null): Promise<void> | undefined {
  const { caller, call } = scope;
  // A field that was refused leaves the rest of its answer: that stays a call.
  if (scope.problem !== null && TELLING.has(scope.problem)) {
    return trail.refuse({
      tenantId: caller.tenantId,
      actor: caller.actor,
      requestId: scope.id,
      detail: { code: scope.problem, method: req.method ?? '', route: scope.route(), address: scope.client.address },
    });
  }
  if (isAnonymous(caller)) return undefined;
  const ms = Number(process.hrtime.bigint() - scope.startedAt) / 1e6;
  return trail.call({ caller, requestId: scope.id, call: call ?? unread(scope), ms, outcome: outcomeOf(code), code });
}

/** How a call ended, in the trail's words. */
export function outcomeOf(code: ProblemCode | null): 'ok' | 'refused' | 'failed' {
  return code === null ? 'ok' : TELLING.has(code) ? 'refused' : 'failed';
}

/** A request that failed before anybody knew what it asked for. */
function unread(scope: RequestScope) {
  const kind = scope.route().endsWith('/graphql') ? 'query' : 'rest';
  return { kind, what: `"operation":${JSON.stringify(scope.route())}`, rows: 0 } as const;
}
