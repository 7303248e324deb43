import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProblemCode } from '../http/catalogue.ts';
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

/** Records a request that was refused, when it is over. */
export function recordRefusal(trail: Trail, req: IncomingMessage, res: ServerResponse, scope: RequestScope): void {
  res.once('close', () => {
    if (scope.problem === null || !TELLING.has(scope.problem)) return;
    trail.record({
      action: 'request.refuse',
      outcome: 'refused',
      tenantId: scope.caller.tenantId,
      actor: scope.caller.actor,
      requestId: scope.id,
      detail: { code: scope.problem, method: req.method ?? '', route: scope.route(), address: scope.client.address },
    });
  });
}
