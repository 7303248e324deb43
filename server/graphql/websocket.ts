import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError } from 'postgraphile/graphql';
import type {
  ExecutionArgs,
  FormattedExecutionResult,
  execute as executeStandard,
  subscribe as subscribeStandard,
} from 'postgraphile/graphql';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { Extra } from 'graphql-ws/use/ws';
import { execute, subscribe } from 'postgraphile/grafast';
import { WebSocketServer } from 'ws';
import type { Claims } from '../../database/envelope.ts';
import type { ProblemCode } from '../http/catalogue.ts';
import { problem, toProblem } from '../http/problems.ts';
import type { Call } from '../http/request.ts';
import { graphqlRequest } from './body.ts';
import type { Documents } from './documents.ts';
import type { RequestTools } from './endpoint.ts';
import type { ExecutableSchema } from './execution.ts';
import { showErrors } from './field-errors.ts';
import type { QueryLimits } from './limits.ts';
import { readingMs } from './planning.ts';
import type { PlanningBudget } from './planning.ts';
import type { RequestClient } from './request-client.ts';

/** Operations one socket may have open at once. */
const OPERATIONS_PER_SOCKET = 50;

/** Codes by which a token is refused. */
const SIGN_IN_CODES: ReadonlySet<string> = new Set([
  'UNAUTHENTICATED',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_REVOKED',
] satisfies ProblemCode[]);

export interface WebsocketOptions<Principal extends { readonly claims: Claims }> {
  readonly target: ExecutableSchema;
  readonly documents: Documents;
  readonly limits: QueryLimits;
  readonly planning: PlanningBudget;
  readonly tools: Pick<RequestTools, 'requestId' | 'logger' | 'room'>;
  /** Records that a subscription was opened, or why it wasn't. @returns what it waits for; undefined for nothing */
  record(req: IncomingMessage, claims: Claims | null, call: Call | null, code: ProblemCode | null): Promise<void> | undefined;
  authenticate(authorization: string | undefined, requestId: string): Promise<Principal>;
  open(principal: Principal, call: Call): RequestClient;
  /** What subscriptions find in their context beside the way to the data. */
  readonly context: Readonly<Record<string, unknown>>;
}

export interface GraphqlWebsocket {
  /** Takes over an upgraded socket. Who asks is checked when the protocol begins. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Verifies the token of each open socket anew, and closes those whose right has ended, also where nothing happens on them. */
  recheck(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds after which sockets are verified without a hint: tokens run out by themselves. */
const RECHECK_MS = 15_000;

/** What belongs to one socket, beside what graphql-ws keeps. */
interface SocketState extends Record<PropertyKey, unknown> {
  authorization?: string | undefined;
  operations?: number;
}

/**
 * Serves subscriptions over the protocol graphql-transport-ws. The access token comes with the upgrade as a header,
 * or, where browsers can't set one, as `Authorization` in the payload of connection_init. It is verified when the
 * socket opens, for every operation, again for every event, and when a session changed or every few seconds: a subscription ends with its token.
 */
export function createWebsocket<Principal extends { readonly claims: Claims }>(options: WebsocketOptions<Principal>): GraphqlWebsocket {
  const { target, documents, limits, planning, tools } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.bodyBytes, clientTracking: true });

  const admitted = new Set<SocketState & Pick<Extra, 'socket' | 'request'>>();
  const timer = setInterval(() => void recheck(), RECHECK_MS).unref();

  const server = useServer<Record<string, unknown>, SocketState>(
    {
      async onConnect({ extra, connectionParams }) {
        extra.authorization = extra.request.headers.authorization ?? tokenIn(connectionParams);
        try {
          await options.authenticate(extra.authorization, tools.requestId(extra.request));
          admitted.add(extra);
          return true;
        } catch (error) {
          await options.record(extra.request, null, null, toProblem(error).code)?.catch(() => undefined);
          // graphql-ws closes with 4403; the reason of a refusal belongs to requests, which can carry one.
          return false;
        }
      },
      onClose({ extra }) {
        admitted.delete(extra);
      },
      async onSubscribe({ extra }, _id, payload) {
        const requestId = tools.requestId(extra.request);
        // Counted before anything is awaited, or a burst would pass the limit as one.
        extra.operations = (extra.operations ?? 0) + 1;
        let claims: Claims | null = null;
        let call: Call | null = null;
        try {
          if (extra.operations > OPERATIONS_PER_SOCKET) {
            throw problem('RATE_LIMITED', `A socket may have ${OPERATIONS_PER_SOCKET} operations open.`);
          }
          const principal = await options.authenticate(extra.authorization, requestId);
          claims = principal.claims;
          await tools.room();
          const { query, operationName, variables } = graphqlRequest(payload);
          if (!documents.knows(query)) await planning.spend(principal.claims, readingMs(query));
          const inspected = documents.inspect(query, operationName, variables);
          const { document, kind, what } = inspected;
          if (kind !== 'subscription') throw problem('MALFORMED_REQUEST', 'Send queries and mutations with POST.');
          await planning.spend(principal.claims, inspected.unplannedMs);
          documents.notePlanned(inspected, variables);
          call = { kind: 'subscribe', what, rows: 0 };
          await options.record(extra.request, claims, call, null);
          return {
            schema: target.schema,
            resolvedPreset: target.resolvedPreset,
            document,
            operationName,
            variableValues: variables,
            contextValue: { ...options.context, ...guarded(options.open(principal, call), extra, requestId).context },
          } as ExecutionArgs;
        } catch (error) {
          extra.operations -= 1;
          await options.record(extra.request, claims, call, toProblem(error).code)?.catch(() => undefined);
          return [refusal(error, requestId)];
        }
      },
      onNext({ extra }, _id, _payload, _args, result): FormattedExecutionResult | void {
        if (result.errors === undefined) return;
        const shown = showErrors(result.errors, tools.requestId(extra.request), tools.logger(extra.request));
        // What ends the right to ask ends the socket, once the client has been told why.
        if (shown.some(({ extensions }) => SIGN_IN_CODES.has(String(extensions?.['code'])))) {
          setImmediate(() => extra.socket.close(CloseCode.Forbidden, 'Forbidden'));
        }
        return { ...result, errors: shown } as FormattedExecutionResult;
      },
      onComplete({ extra }) {
        extra.operations = Math.max(0, (extra.operations ?? 0) - 1);
      },
      execute: (args) => execute(args) as ReturnType<typeof executeStandard>,
      subscribe: (args) => subscribe(args) as ReturnType<typeof subscribeStandard>,
    },
    sockets,
  );

  return {
    upgrade(req, socket, head) {
      sockets.handleUpgrade(req, socket, head, (websocket) => sockets.emit('connection', websocket, req));
    },
    recheck,
    async close() {
      clearInterval(timer);
      await server.dispose();
      for (const websocket of sockets.clients) websocket.terminate();
      await new Promise<void>((resolve) => {
        sockets.close(() => resolve());
      });
    },
  };

  async function recheck(): Promise<void> {
    for (const extra of admitted) {
      try {
        await options.authenticate(extra.authorization, tools.requestId(extra.request));
      } catch (error) {
        // A database that doesn't answer says nothing about who may.
        if (SIGN_IN_CODES.has(toProblem(error).code)) extra.socket.close(CloseCode.Forbidden, 'Forbidden');
      }
    }
  }

  /** The same way to the data, with the token verified anew before each use of it. */
  function guarded(client: RequestClient, extra: SocketState, requestId: string): RequestClient {
    const { withPgClient } = client.context;
    if (withPgClient === undefined) return client;
    const verified: typeof withPgClient = async (settings, callback) => {
      await options.authenticate(extra.authorization, requestId);
      return await withPgClient(settings, callback);
    };
    return { ...client, context: { ...client.context, withPgClient: verified } };
  }
}

function tokenIn(params: Record<string, unknown> | undefined): string | undefined {
  const given = params?.['Authorization'] ?? params?.['authorization'];
  return typeof given === 'string' ? given : undefined;
}

function refusal(error: unknown, requestId: string): GraphQLError {
  const { message, code, errors } = toProblem(error);
  return new GraphQLError(message, { extensions: { code, requestId, ...(errors.length > 0 && { errors }) } });
}
