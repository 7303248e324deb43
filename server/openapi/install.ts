import type { Express } from 'express';
import { sendPage } from '../http/page.ts';
import type { RouteDescription } from '../rest/description.ts';
import { docsPage } from './docs-page.ts';
import { openApiDocument } from './document.ts';

/** Serves the description of the calls under `path`: `openapi.json` for programs, `/api/docs` for people. */
export function installOpenApi(
  app: Express,
  options: { routes: readonly RouteDescription[]; path: string; publicUrl: string; version: string },
): void {
  const { routes, path, publicUrl, version } = options;
  const document = openApiDocument(routes, { url: `${publicUrl}${path}`, version });
  const page = docsPage(document);
  app.get(`${path}/openapi.json`, (_req, res) => {
    res.json(document);
  });
  app.get('/api/docs', (_req, res) => {
    sendPage(res, 'REST API', page);
  });
}
