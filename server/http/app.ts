import express from 'express';
import type { ErrorRequestHandler, Express, Request } from 'express';
import { problem } from './problems.ts';
import { renderProblem } from './render.ts';
import { UNMATCHED, requestId, requestScope } from './request.ts';

/**
 * Makes the part of the server that Express answers. What it serves is added by the callback; behind that,
 * everything is `NOT_FOUND`, and every error goes through the one renderer.
 */
export function createApp(install: (app: Express) => void): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  // No nested objects out of a query string: a parameter is a text, or a list if it came twice.
  app.set('query parser', 'simple');

  app.use((req, _res, next) => {
    const scope = requestScope(req);
    if (scope !== undefined) scope.route = () => matchedPath(req);
    next();
  });
  install(app);
  app.use((_req, _res, next) => {
    next(problem('NOT_FOUND', 'There is nothing at this address.'));
  });
  const answerProblem: ErrorRequestHandler = (error: unknown, req, res, _next) => {
    renderProblem(res, requestId(req), error);
  };
  app.use(answerProblem);
  return app;
}

/** The template of the route that answers, `/api/v1/tenants/:id`. */
function matchedPath(req: Request): string {
  const { route } = req as { route?: { path?: unknown } };
  return typeof route?.path === 'string' ? route.path : UNMATCHED;
}
