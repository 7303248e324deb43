import type { Express } from 'express';
import { CATALOGUE, PROBLEM_CODES, problemType } from './catalogue.ts';
import { html } from './html.ts';
import { sendPage } from './page.ts';

const REST_LINKS = [
  { href: '/api/docs', title: 'REST API', text: 'Create, list, suspend and restore tenants. Readable here, or as OpenAPI 3.1.' },
  { href: '/healthz', title: 'Health', text: 'Whether this process runs.' },
  { href: '/readyz', title: 'Readiness', text: 'Whether database, worker and migrations are in order.' },
] as const;

const GRAPHIQL_LINKS = [
  { href: '/graphql', title: 'Tenant GraphQL', text: 'Brands, licensees, agreements and approvals of whoever is signed in.' },
  { href: '/platform/graphql', title: 'Operators’ GraphQL', text: 'Tenants and their provisioning, as operators see them.' },
] as const;

/** Serves `/developers`. GraphQL is linked where a browser finds GraphiQL there. */
export function installDevelopersPage(app: Express, options: { graphiql: boolean }): void {
  const links = [...(options.graphiql ? GRAPHIQL_LINKS : []), ...REST_LINKS];
  const page = html`<p class="eyebrow">Tenantry for developers</p>
<h1>Competing brands, one database, no way across.</h1>
<p class="lead">Every brand is a tenant with a schema and a database role of its own. PostgreSQL itself refuses whatever would reach into another’s.</p>
<ul class="cards">${links.map(({ href, title, text }) => html`<li><h3><a href="${href}">${title}</a></h3><p>${text}</p></li>`)}</ul>
<h2>Sign in</h2>
<p>Both sign-ins answer an access token. Send it as <code>Authorization: Bearer …</code>.</p>
<pre>POST /api/v1/auth/login                  an operator
POST /api/v1/tenants/{id}/auth/login     a user of a tenant</pre>
<p><a href="/">Go to the console</a></p>`;
  app.get('/developers', (_req, res) => {
    sendPage(res, 'For developers', page);
  });
}

/** Serves a page for the `type` of every problem, so that its address leads somewhere. */
export function installProblemPages(app: Express): void {
  for (const code of PROBLEM_CODES) {
    const { status, title } = CATALOGUE[code];
    const page = html`<p class="eyebrow">Refusal ${status}</p><h1>${title}</h1>
<p>Answers with the code <code>${code}</code> mean this. Their <code>detail</code> says more, and quoting their <code>requestId</code> helps whoever helps you.</p>
<p><a href="/api/docs">REST API</a></p>`;
    app.get(problemType(code), (_req, res) => {
      sendPage(res, title, page);
    });
  }
}
