import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ClientOf } from './client.ts';
import type { SecurityHeaders } from './headers.ts';
import { renderProblem } from './render.ts';
import { openRequest } from './request.ts';
import type { RequestScope } from './request.ts';

/** Answers what arrives at one path and below it, without Express: on the GraphQL endpoints every microsecond counts. */
export interface Endpoint {
  readonly path: string;
  readonly answer: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
}

/**
 * The first thing a request meets: it gets its id, its account and its security headers, and is handed to the
 * endpoint of its path or else to `rest`. Whatever an endpoint throws goes through the one renderer.
 */
export function createFront(options: {
  readonly logger: Logger;
  readonly clientOf?: ClientOf;
  readonly headers: SecurityHeaders;
  readonly account: (req: IncomingMessage, res: ServerResponse, scope: RequestScope) => void;
  readonly endpoints: readonly Endpoint[];
  readonly rest: (req: IncomingMessage, res: ServerResponse) => void;
}): RequestListener {
  const endpointOf = (path: string) =>
    options.endpoints.find((endpoint) => path === endpoint.path || path.startsWith(`${endpoint.path}/`));

  return (req, res) => {
    const scope = openRequest(req, options.logger, options.clientOf);
    res.setHeader('X-Request-Id', scope.id);
    options.account(req, res, scope);
    options.headers(req, res);
    const [path = ''] = (req.url ?? '').split('?', 1);
    const endpoint = endpointOf(path);
    if (endpoint === undefined) {
      options.rest(req, res);
      return;
    }
    scope.route = () => endpoint.path;
    endpoint.answer(req, res).catch((error: unknown) => {
      renderProblem(res, scope.id, error);
    });
  };
}
