import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { ProblemCode } from './catalogue.ts';
import { createClientOf } from './client.ts';
import type { Client, ClientOf } from './client.ts';

/** What the server knows about a request from its first byte to its last, whoever answers it. */
export interface RequestScope {
  readonly id: string;
  /** What the client calls it, for the log alone; null if it did not say, or not in an acceptable form. */
  readonly clientRequestId: string | null;
  readonly logger: Logger;
  readonly startedAt: bigint;
  /** Whom it comes from: what counts for limits and stands in the log. */
  readonly client: Client;
  /** The template of the route that answers, never the path itself: metrics are labelled with it. */
  route: () => string;
  /** The refusal that was answered, for the access log. */
  problem: ProblemCode | null;
  /** The tenant and the one who asks, once a token has said so; for the audit trail. */
  caller: Caller;
  /** What is asked for, once that is known; for the audit trail. */
  call: Call | null;
  /**
   * Puts the request into the audit trail, with the code of its refusal or null. Called once, before the answer leaves. A promise
   * where the answer has to wait for the trail; it fails when the trail can't be written.
   */
  record: (code: ProblemCode | null) => Promise<void> | undefined;
}

/** One operation of an API, as the trail names it: no values, no variables, no text of a query. */
export interface Call {
  readonly kind: 'query' | 'mutation' | 'subscribe' | 'rest';
  /** Its name and what it asks for, as members of a JSON object; made once an operation and not once a request. */
  readonly what: string;
  /** Rows that PostgreSQL returned for it. */
  rows: number;
}

/** Who asks, as a verified token names them. */
export interface Caller {
  readonly tenantId: string | null;
  /** `operator:<id>`, `user:<id>`, `service:<id>`, or anonymous */
  readonly actor: string;
  /** The role in which they act. */
  readonly role: string | null;
  readonly sessionId: string | null;
}

const ANONYMOUS: Caller = { tenantId: null, actor: 'anonymous', role: null, sessionId: null };

/** Somebody at the door of a tenant, which is known to be one. */
export function anonymousAt(tenantId: string): Caller {
  return { ...ANONYMOUS, tenantId };
}

/** The route of a request that nothing answers. */
export const UNMATCHED = 'unmatched';

/** Believes no header. */
const peerOnly = createClientOf([]);

const scopes = new WeakMap<IncomingMessage, RequestScope>();

/** Long enough for a UUID or a trace id; nothing that could forge a log line or a header. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{8,128}$/;

/**
 * Opens the scope of a request (or of a websocket's upgrade): its id is made here, or by a proxy of ours that
 * sends `X-Request-Id`. What any other client sends is kept beside it: the trail's events go by the id, and nobody may give one to another's.
 * To be called once, before anything that may fail. Without `clientOf`, whoever connects is the client.
 */
export function openRequest(req: IncomingMessage, logger: Logger, clientOf: ClientOf = peerOnly): RequestScope {
  const offered = req.headers['x-request-id'];
  const given = typeof offered === 'string' && SANE_REQUEST_ID.test(offered) ? offered : null;
  const client = clientOf(req);
  const id = (client.proxied ? given : null) ?? randomUUID();
  const scope: RequestScope = {
    id,
    clientRequestId: client.proxied ? null : given,
    logger: logger.child({ requestId: id }),
    startedAt: process.hrtime.bigint(),
    client,
    route: () => UNMATCHED,
    problem: null,
    caller: ANONYMOUS,
    call: null,
    record: () => undefined,
  };
  scopes.set(req, scope);
  return scope;
}

/** The scope of a request, or undefined for one that `openRequest` has not seen. */
export function requestScope(req: IncomingMessage): RequestScope | undefined {
  return scopes.get(req);
}

/** Notes who asks, for the account of the request. */
export function noteCaller(req: IncomingMessage, caller: Caller): void {
  const scope = scopes.get(req);
  if (scope !== undefined) scope.caller = caller;
}

/** Whether nobody is known to ask. */
export function isAnonymous(caller: Caller): boolean {
  return caller === ANONYMOUS;
}

/** The id of a request; makes one for a request that never passed `openRequest`. */
export function requestId(req: IncomingMessage): string {
  return scopes.get(req)?.id ?? randomUUID();
}

/** Whom a request comes from; its peer, for a request that never passed `openRequest`. */
export function clientOfRequest(req: IncomingMessage): Client {
  return scopes.get(req)?.client ?? peerOnly(req);
}
