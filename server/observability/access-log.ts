import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestScope } from '../http/request.ts';
import type { Metrics } from './metrics.ts';

/** What orchestrators ask every few seconds is measured and not logged. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/** Writes one line and one measurement when the request is over, answered or given up by its caller. */
export function accountFor(req: IncomingMessage, res: ServerResponse, scope: RequestScope, metrics: Metrics): void {
  res.once('close', () => {
    const seconds = Number(process.hrtime.bigint() - scope.startedAt) / 1e9;
    const route = scope.route();
    const status = res.writableFinished ? res.statusCode : 499;
    metrics.observeRequest({ method: req.method ?? '', route, status, seconds, problem: scope.problem });
    if (QUIET.has(route) && status < 400) return;
    // The query is left out: it holds what people search for.
    const [path] = (req.url ?? '').split('?', 1);
    const { client: { address, protocol }, clientRequestId } = scope;
    const named = clientRequestId === null ? {} : { clientRequestId };
    scope.logger.info(
      { method: req.method, path, route, status, ms: Math.round(seconds * 1e3), problem: scope.problem, address, protocol, ...named },
      'request',
    );
  });
}
