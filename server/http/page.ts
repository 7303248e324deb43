import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { html } from './html.ts';
import type { Markup } from './html.ts';
import { STYLE } from './page-style.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Everything comes from the answer itself: one style by its hash, no script, no image, no font. */
const PAGE_POLICY = `default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none';style-src 'sha256-${STYLE_HASH}'`;

/** With a script: one of ours, from our origin, which may call our origin. A form is sent by it, never by the browser, hence still no form-action. */
const SCRIPTED_POLICY = `${PAGE_POLICY};script-src 'self';connect-src 'self'`;

/** Sends a page: self-contained, but for a script of ours where one is named by its path. `private`: kept in no cache. */
export function sendPage(res: ServerResponse, title: string, body: Markup, options: { readonly script?: string; readonly private?: true } = {}): void {
  const { script } = options;
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Tenantry</title>
<style>${{ markup: STYLE }}</style>${script === undefined ? '' : html`
<meta name="robots" content="noindex">
<script type="module" src="${script}"></script>`}
</head>
<body>
<main>${body}</main>
</body>
</html>
`;
  const bytes = Buffer.from(markup);
  res.setHeader('Content-Security-Policy', script === undefined ? PAGE_POLICY : SCRIPTED_POLICY);
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.setHeader('Content-Length', bytes.length);
  res.setHeader('Cache-Control', options.private === true ? 'no-store' : 'no-cache');
  res.end(res.req.method === 'HEAD' ? undefined : bytes);
}
