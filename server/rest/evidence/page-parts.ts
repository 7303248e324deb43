/** Parts of the printable pages of evidence. */
import { html } from '../../http/html.ts';
import type { Markup } from '../../http/html.ts';
import { KEYS_PATH } from './statement.ts';

/** A cell: numbers stand at the right. */
export type Cell = string | number;

/** A table with a caption and headings, or a sentence when it would be empty. */
export function table(caption: string, headings: readonly string[], rows: readonly (readonly Cell[])[], empty = 'None.'): Markup {
  if (rows.length === 0) return html`<p><strong>${caption}.</strong> ${empty}</p>`;
  const numeric = headings.map((_, index) => rows.every((row) => typeof row[index] === 'number'));
  const heading = (text: string, index: number) => (numeric[index] === true ? html`<th scope="col" class="number">${text}</th>` : html`<th scope="col">${text}</th>`);
  const cell = (value: Cell, index: number) =>
    index === 0 ? html`<th scope="row">${value}</th>` : numeric[index] === true ? html`<td class="number">${value}</td>` : html`<td>${value}</td>`;
  return html`<table>
<caption>${caption}</caption>
<thead><tr>${headings.map(heading)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
</table>`;
}

/** How to find out that nobody changed what was signed, and the statement itself. */
export function signature(kind: 'attestation' | 'evidence', statement: string): Markup {
  return html`<h2>How to verify this</h2>
<p>This page is a copy for reading. The evidence is the signed statement below: a compact JWS (RFC 7515) of the type
<code>tenantry-${kind}+jws</code>. Save it as a file and check it with the public keys of this installation, at <code>${KEYS_PATH}</code>, which need no sign-in:</p>
<pre><code>npm run verify -- --${kind} statement.jws --jwks https://&lt;this server&gt;${KEYS_PATH}</code></pre>
<p>Any other JOSE library does it too. Keep a copy of the keys where this installation’s administrators can’t reach it: a statement is worth as much as the way you got
the key.</p>
<h3>The statement</h3>
<pre class="statement">${statement}</pre>`;
}

/** A moment as people read it, in UTC. */
export function moment(text: string | null | undefined): string {
  return text === null || text === undefined ? '—' : `${new Date(text).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
