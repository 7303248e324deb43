import type { ServerResponse } from 'node:http';
import { CATALOGUE, problemType } from './catalogue.ts';
import type { ProblemCode } from './catalogue.ts';
import { toProblem } from './problems.ts';
import type { Problem } from './problems.ts';
import { requestScope } from './request.ts';

/** The body of every refusal: RFC 9457 with Tenantry's `code` and `requestId`. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly requestId: string;
  readonly [member: string]: unknown;
}

/** The body of a refusal, for a reader that has no response of its own to fill (a websocket, GraphQL `extensions`). */
export function problemBody(refusal: Problem, requestId: string): ProblemBody {
  return {
    ...refusal.members,
    type: problemType(refusal.code),
    title: CATALOGUE[refusal.code].title,
    status: refusal.status,
    detail: refusal.message,
    code: refusal.code,
    requestId,
    ...(refusal.errors.length > 0 && { errors: refusal.errors }),
  };
}

/** The headers that belong to a refusal, beside its content type. */
function problemHeaders(refusal: Problem): Record<string, string> {
  const headers: Record<string, string> = { ...refusal.headers };
  if (refusal.retryAfter !== null) headers['Retry-After'] = String(Math.max(1, Math.ceil(refusal.retryAfter)));
  if (refusal.code === 'UNAUTHENTICATED') headers['WWW-Authenticate'] = 'Bearer realm="tenantry"';
  if (refusal.code.startsWith('TOKEN_')) headers['WWW-Authenticate'] = 'Bearer realm="tenantry", error="invalid_token"';
  return headers;
}

/**
 * Answers a request with what went wrong: the only place where an error becomes a response. An unknown
 * error is masked and logged under the request id; once the answer has begun, all that is left is to cut it.
 *
 * @returns the refusal that was sent
 */
export function renderProblem(res: ServerResponse, requestId: string, error: unknown): Problem {
  const refusal = toProblem(error);
  const scope = requestScope(res.req);
  if (scope !== undefined) {
    scope.problem = refusal.code;
    if (refusal.caller !== null) scope.caller = refusal.caller;
  }
  if (refusal.status >= 500) {
    const level = refusal.status === 500 ? 'error' : 'warn';
    // What we refuse by ourselves, as while starting, has no story to tell: probes ask every second.
    const why = refusal.cause === undefined && refusal.status !== 500 ? { detail: refusal.message } : { err: refusal.cause ?? refusal };
    scope?.logger[level]({ ...why, code: refusal.code }, 'request failed');
  }
  if (res.headersSent) {
    res.destroy();
    return refusal;
  }
  const body = Buffer.from(JSON.stringify(problemBody(refusal, requestId)));
  for (const [name, value] of Object.entries(problemHeaders(refusal))) res.setHeader(name, value);
  res.statusCode = refusal.status;
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  res.setHeader('Content-Length', body.length);
  res.setHeader('Cache-Control', 'no-store');
  const end = (): void => {
    res.end(res.req.method === 'HEAD' ? undefined : body);
  };
  const recorded = scope?.record(refusal.code);
  // Nothing was given away, so a refusal is sent whether it could be recorded or not.
  if (recorded === undefined) end();
  else recorded.then(end, end);
  return refusal;
}
