/** The page behind the link of every invitation and every reset: choose a password, and you are in. */
import { readFileSync } from 'node:fs';
import type { Express, Response } from 'express';
import { PASSWORD_MAX_LENGTH } from '../identity/passwords.ts';
import { PASSWORD_MIN_LENGTH } from '../identity/password-policy.ts';
import { isTenantId } from '../identity/tenant-id.ts';
import { html } from '../http/html.ts';
import { sendPage } from '../http/page.ts';
import { problem } from '../http/problems.ts';

const SCRIPT_PATH = '/assets/accept-page.js';
const SCRIPT = readFileSync(new URL('accept-page.js', import.meta.url));

/** Serves `/accept` for operators, `/t/{id}/accept` for a tenant's users, and the script of both. */
export function installAcceptPages(app: Express): void {
  app.get(SCRIPT_PATH, (_req, res) => {
    res.setHeader('Content-Type', 'text/javascript; charset=utf-8');
    res.setHeader('Cache-Control', 'no-cache');
    res.end(SCRIPT);
  });
  app.get('/accept', (_req, res) => {
    sendAcceptPage(res, '/api/v1/auth/accept', '/');
  });
  app.get('/t/:id/accept', (req, res) => {
    const { id } = req.params;
    // Whether there is such a tenant isn't asked: the page says nothing about it, and the token belongs to one or not.
    if (!isTenantId(id)) throw problem('NOT_FOUND', 'No tenant has an id of this form. Open the link again from the message.');
    // The one page that people of a tenant sign in to: the console itself is for operators.
    sendAcceptPage(res, `/api/v1/tenants/${id}/auth/accept`, `/t/${id}/assurance`);
  });
}

function sendAcceptPage(res: Response, call: string, next: string): void {
  const page = html`<p class="eyebrow">Tenantry</p>
<h1>Choose your password</h1>
<noscript><p class="error">This page needs JavaScript: your link’s token is in a part of the address that is never sent.</p></noscript>
<p id="error" class="error" role="alert" hidden></p>
<form id="accept" data-call="${call}" hidden>
<label for="password">New password</label>
<div class="field">
<input id="password" name="password" type="password" autocomplete="new-password" autocapitalize="off" spellcheck="false" required
 minlength="${PASSWORD_MIN_LENGTH}" maxlength="${PASSWORD_MAX_LENGTH}" aria-describedby="policy error">
<button id="reveal" type="button" aria-pressed="false" aria-controls="password">Show password</button>
</div>
<p id="policy">At least ${PASSWORD_MIN_LENGTH} characters, and none of the commonest passwords. A sentence is easy to remember. Sessions that are open elsewhere will end.</p>
<button id="send" type="submit">Save password</button>
</form>
<section id="done" tabindex="-1" hidden>
<h2>Your password is saved</h2>
<p>Sign in as <strong id="email"></strong>.</p>
<p><a href="${next}">Go to sign-in</a></p>
</section>`;
  res.setHeader('X-Robots-Tag', 'noindex, nofollow');
  sendPage(res, 'Choose your password', page, { script: SCRIPT_PATH });
}
