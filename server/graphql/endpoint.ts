import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Access, Claims } from '../../database/envelope.ts';
import { ConnectionLostError, EnvelopeError, UnavailableError } from '../../database/failures.ts';
import type { ProblemCode } from '../http/catalogue.ts';
import { problem } from '../http/problems.ts';
import type { Call } from '../http/request.ts';
import { readGraphqlRequest } from './body.ts';
import { constraintFields } from './constraint-fields.ts';
import type { Documents } from './documents.ts';
import { executeToJson } from './execution.ts';
import type { Executed, ExecutableSchema } from './execution.ts';
import type { QueryLimits } from './limits.ts';
import { readingMs } from './planning.ts';
import type { PlanningBudget } from './planning.ts';
import type { RequestClient } from './request-client.ts';

/** What the outer server gives to whoever answers a request. */
export interface RequestTools {
  requestId(req: IncomingMessage): string;
  logger(req: IncomingMessage): Logger;
  /** Tells the account of the request who asks. */
  noteCaller(req: IncomingMessage, claims: Claims): void;
  /** What waits until the audit trail has room for one more request; undefined if it has. */
  room(): Promise<void> | undefined;
  /** Tells the account of the request what is asked for; its rows are counted up afterwards. */
  noteCall(req: IncomingMessage, call: Call): void;
  /** Records the request, with the code of its first error. @returns what its answer waits for; undefined for nothing */
  record(req: IncomingMessage, code: ProblemCode | null): Promise<void> | undefined;
  /** Answers with a refusal: the one renderer of errors. */
  renderProblem(res: ServerResponse, requestId: string, error: unknown): unknown;
}

export interface EndpointOptions<Principal extends { readonly claims: Claims }> {
  /** Where requests are taken; below it are only GraphiQL's own files. */
  readonly path: string;
  readonly target: ExecutableSchema;
  readonly documents: Documents;
  readonly limits: QueryLimits;
  readonly planning: PlanningBudget;
  readonly tools: RequestTools;
  /** Shows GraphiQL to browsers; absent in production. */
  readonly graphiql: ((req: IncomingMessage, res: ServerResponse) => void) | null;
  /** Who asks. @throws the refusal for everybody else; nothing of the request is read before */
  authenticate(req: IncomingMessage, requestId: string): Promise<Principal>;
  /** The way to the data for this principal and one operation. */
  open(principal: Principal, access: Access, call: Call): RequestClient;
  /** Looks closer at a failure of the database. @throws when it refuses the request as a whole */
  examine(principal: Principal, failure: unknown): Promise<void>;
}

/** Media type of answers, unless the client asks for plain JSON only. */
const GRAPHQL_RESPONSE = 'application/graphql-response+json; charset=utf-8';
const JSON_RESPONSE = 'application/json; charset=utf-8';

/**
 * Makes the handler of a GraphQL endpoint. Refusals of a whole request are problem documents with their status, like
 * those of REST; once execution began, errors belong to fields and the status is 200.
 */
export function createEndpoint<Principal extends { readonly claims: Claims }>(
  options: EndpointOptions<Principal>,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { target, documents, limits, planning, tools } = options;
  const fieldOf = constraintFields(target.schema);

  return async (req, res) => {
    const requestId = tools.requestId(req);
    try {
      if (options.graphiql !== null && isForGraphiql(req, options.path)) {
        options.graphiql(req, res);
        return;
      }
      if ((req.url ?? '').split('?', 1)[0] !== options.path) throw problem('NOT_FOUND', `Send GraphQL requests to ${options.path}.`);
      if (req.method !== 'POST') {
        throw problem('MALFORMED_REQUEST', 'Send GraphQL requests with POST.', { headers: { Allow: 'POST' } });
      }
      const principal = await options.authenticate(req, requestId);
      tools.noteCaller(req, principal.claims);
      const room = tools.room();
      if (room !== undefined) await room;
      const answered = await answer(principal, req, requestId);
      const body = Buffer.from(answered.body);
      const recorded = tools.record(req, answered.code);
      if (recorded !== undefined) await recorded;
      res.writeHead(200, {
        'Content-Type': wantsPlainJson(req) ? JSON_RESPONSE : GRAPHQL_RESPONSE,
        'Content-Length': body.length,
        'Cache-Control': 'no-store',
      });
      res.end(body);
    } catch (error) {
      tools.renderProblem(res, requestId, error);
    }
  };

  async function answer(principal: Principal, req: IncomingMessage, requestId: string): Promise<Executed> {
    const { query, operationName, variables } = await readGraphqlRequest(req, limits.bodyBytes);
    if (!documents.knows(query)) await planning.spend(principal.claims, readingMs(query));
    const inspected = documents.inspect(query, operationName, variables);
    if (inspected.kind === 'subscription') {
      throw problem('MALFORMED_REQUEST', 'Subscriptions are served over a websocket on the same path.');
    }
    const call: Call = { kind: inspected.kind, what: inspected.what, rows: 0 };
    tools.noteCall(req, call);
    const client = options.open(principal, inspected.kind === 'mutation' ? 'write' : 'read', call);
    await planning.spend(principal.claims, inspected.unplannedMs);
    documents.notePlanned(inspected, variables);
    const executed = await executeToJson(target, {
      inspected,
      operationName,
      variables,
      context: client.context,
      requestId,
      logger: tools.logger(req),
      suggests: options.graphiql !== null,
      fieldOf,
    });
    const failure = client.failure();
    if (failure !== null) {
      await options.examine(principal, failure);
      if (!client.wasAnswered() && refusesEverything(failure)) throw failure;
    }
    return executed;
  }
}

/** Failures that don't come from a statement but from the way to the database. */
function refusesEverything(failure: unknown): boolean {
  return (
    failure instanceof EnvelopeError || failure instanceof UnavailableError || failure instanceof ConnectionLostError
  );
}

/** A browser that opens the page, or what the page loads then. Anybody else's GET is refused like in production. */
function isForGraphiql({ method, url = '', headers }: IncomingMessage, path: string): boolean {
  if (method !== 'GET') return false;
  const [asked = ''] = url.split('?', 1);
  return asked === path ? headers.accept?.includes('text/html') === true : asked.startsWith(`${path}/`);
}

function wantsPlainJson({ headers: { accept } }: IncomingMessage): boolean {
  return accept !== undefined && accept.includes('application/json') && !accept.includes('graphql-response');
}
