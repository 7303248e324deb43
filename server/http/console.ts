/** The built console: its files, and its one page at every address a browser opens that nothing else answers. */
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Express, Request, Response } from 'express';
import { html } from './html.ts';
import { sendPage } from './page.ts';
import { requestScope } from './request.ts';

/** Where `npm run build` puts the console. */
export const CONSOLE_FOLDER = fileURLToPath(new URL('../../admin/dist/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/** Addresses of programs: what isn't found below them is a problem and never a page. */
const PROGRAMS = /^\/(?:api|assets|static|problems|oauth|graphql|platform\/graphql|metrics|healthz|readyz)(?:\/|$)|\/\.well-known(?:\/|$)/;

/** The placeholder that the build leaves in the page. */
const NONCE = /\{\{nonce\}\}/g;

interface Asset {
  readonly type: string;
  readonly immutable: boolean;
  readonly plain: Buffer;
  readonly br: Buffer | null;
  readonly gzip: Buffer | null;
}

/**
 * Serves the console in `folder`; where it isn't built, a page says how to. To be installed last: whatever a browser
 * opens that no route answered is an address of the console, so that each of its addresses can be opened directly.
 */
export function installConsole(app: Express, folder: string = CONSOLE_FOLDER): void {
  const { page, assets } = readBuilt(folder);
  for (const [path, asset] of assets) {
    app.get(path, (req, res) => {
      sendAsset(req, res, asset);
    });
  }
  app.use((req, res, next) => {
    const wanted = (req.method === 'GET' || req.method === 'HEAD') && !PROGRAMS.test(req.path) && req.accepts(['json', 'html']) === 'html';
    if (!wanted) {
      next();
      return;
    }
    const scope = requestScope(req);
    if (scope !== undefined) scope.route = () => '/ (console)';
    if (page === null) sendNotBuilt(res);
    else sendConsole(res, page);
  });
}

/** Reads everything once: a megabyte that then is served from memory. */
function readBuilt(folder: string): { page: string | null; assets: Map<string, Asset> } {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  } catch {
    names = [];
  }
  const present = new Set(names);
  const compressed = (name: string): Buffer | null => (present.has(name) ? readFileSync(join(folder, name)) : null);
  const assets = new Map<string, Asset>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    assets.set(`/${name}`, {
      type,
      immutable: name.startsWith('static/'),
      plain: readFileSync(join(folder, name)),
      br: compressed(`${name}.br`),
      gzip: compressed(`${name}.gz`),
    });
  }
  return { page: present.has('index.html') ? readFileSync(join(folder, 'index.html'), 'utf8') : null, assets };
}

function sendAsset(req: Request, res: Response, asset: Asset): void {
  // Browsers name br last and don't mean it: the smaller one is taken. Over plain http they don't name it at all.
  const encoding = (['br', 'gzip'] as const).find((one) => asset[one] !== null && req.acceptsEncodings(one) === one);
  const bytes = (encoding === undefined ? null : asset[encoding]) ?? asset.plain;
  res.setHeader('Content-Type', asset.type);
  res.setHeader('Vary', 'Accept-Encoding');
  // Names in static/ hold a hash of their content.
  res.setHeader('Cache-Control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (encoding !== undefined) res.setHeader('Content-Encoding', encoding);
  res.setHeader('Content-Length', bytes.length);
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

/**
 * The page with a nonce of its own. Scripts come from our origin alone; style elements, which the console makes while it
 * runs, carry the nonce. Nothing may be framed or submitted, and nothing is asked of anybody else.
 */
function sendConsole(res: Response, page: string): void {
  const nonce = randomBytes(16).toString('base64url');
  const bytes = Buffer.from(page.replace(NONCE, nonce));
  res.setHeader(
    'Content-Security-Policy',
    `default-src 'none';script-src 'self';style-src 'self' 'nonce-${nonce}';img-src 'self' data: blob:;font-src 'self';connect-src 'self';` +
      `base-uri 'none';form-action 'none';frame-ancestors 'none'`,
  );
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.setHeader('Content-Length', bytes.length);
  res.setHeader('Cache-Control', 'no-store');
  res.end(res.req.method === 'HEAD' ? undefined : bytes);
}

function sendNotBuilt(res: Response): void {
  res.status(503);
  sendPage(
    res,
    'Console',
    html`<p class="eyebrow">Tenantry</p>
<h1>The console is not built</h1>
<p class="lead">Run <code>npm run build</code> and start the server again. <code>npm start</code> does both.</p>
<p>The APIs work without it: <a href="/developers">for developers</a>.</p>`,
  );
}
