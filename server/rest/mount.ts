import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Express, Request, RequestHandler, Response } from 'express';
import express from 'express';
import { onBehalfOf } from '../http/current-request.ts';
import { sendPage } from '../http/page.ts';
import { problem } from '../http/problems.ts';
import { clientOfRequest, noteCaller, requestId, requestScope } from '../http/request.ts';
import type { Call } from '../http/request.ts';
import type { Answer, RawRequest, Route } from './route.ts';
import type { Services } from './services.ts';

export const API_PATH = '/api/v1';

/** Largest body of any call, in bytes. */
const BODY_LIMIT = 64 * 1024;

interface BodyKind {
  readonly type: string;
  readonly words: string;
  readonly parse: RequestHandler;
}

/** Compressed bodies aren't taken: a limit must hold before anything is inflated. */
const JSON_BODY: BodyKind = {
  type: 'application/json',
  words: 'JSON',
  parse: express.json({ limit: BODY_LIMIT, strict: true, inflate: false }),
};
const FORM: BodyKind = {
  type: 'application/x-www-form-urlencoded',
  words: 'a form',
  parse: express.urlencoded({ limit: BODY_LIMIT, extended: false, inflate: false }),
};

/** Serves calls as they are declared. */
export function mountRoutes(app: Express, routes: readonly Route[], services: Services): void {
  for (const route of routes) {
    app[route.method](`${API_PATH}${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`, handlerOf(route, services));
  }
}

function handlerOf(route: Route, services: Services): RequestHandler {
  const what = `"operation":${JSON.stringify(route.name)}`;
  return async (req, res) => {
    const raw = rawRequest(req, res, route.form === true ? FORM : JSON_BODY);
    const call: Call = { kind: 'rest', what, rows: 0 };
    const scope = requestScope(req);
    if (scope !== undefined) scope.call = call;
    // Who is signing in leaves what the database itself records, and is not held up.
    if (route.roles !== 'anyone') await services.room();
    const answer = await onBehalfOf({ requestId: raw.requestId, address: raw.address, call }, async () => await route.answer(raw, services));
    await scope?.record(null);
    if (answer.download === undefined) send(res, answer);
    else await sendFile(res, answer.download, raw.signal);
  };
}

function rawRequest(req: Request, res: Response, kind: BodyKind): RawRequest {
  const gone = new AbortController();
  res.once('close', () => {
    gone.abort();
  });
  const { address, protocol } = clientOfRequest(req);
  return {
    requestId: requestId(req),
    params: { ...req.params },
    query: { ...req.query },
    readBody: () => readBody(req, res, kind),
    header: (name) => req.get(name),
    noteCaller: (caller) => {
      noteCaller(req, caller);
    },
    address,
    ownOrigin: originOf(`${protocol}://${req.get('host') ?? ''}`),
    signal: gone.signal,
  };
}

/** As browsers write it: no standard port, small letters. */
function originOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).origin : null;
}

/** @throws `MALFORMED_REQUEST` for what isn't JSON, `TOO_LARGE` */
async function readBody(req: Request, res: Response, kind: BodyKind): Promise<unknown> {
  const announced = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (!announced) return undefined;
  if (!req.is(kind.type)) {
    throw problem('MALFORMED_REQUEST', `The body must be ${kind.words}: send it with Content-Type: ${kind.type}.`);
  }
  await new Promise<void>((resolve, reject) => {
    kind.parse(req, res, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the body could not be read', { cause: error }));
    });
  });
  return req.body;
}

/** Sends a file piece by piece, no faster than it is taken. What fails on the way breaks the connection off: half a file must not look whole. */
async function sendFile(res: Response, { type, name, chunks }: NonNullable<Answer['download']>, signal: AbortSignal): Promise<void> {
  res.setHeader('Content-Type', type);
  res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  res.setHeader('Cache-Control', 'no-store');
  try {
    await pipeline(Readable.from(chunks), res, { signal });
  } catch (error) {
    if (!res.headersSent) throw error;
    res.destroy();
  }
}

function send(res: Response, answer: Answer): void {
  for (const [name, value] of Object.entries(answer.headers ?? {})) res.setHeader(name, value);
  res.setHeader('Cache-Control', 'no-store');
  res.status(answer.status);
  if (answer.page === undefined) res.json(answer.body);
  else sendPage(res, answer.page.title, answer.page.body, { private: true });
}
