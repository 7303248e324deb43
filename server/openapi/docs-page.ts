import { html } from '../http/html.ts';
import type { Markup } from '../http/html.ts';
import type { Json, OpenApiDocument, OpenApiOperation, OpenApiParameter } from './document.ts';

/** Shows an OpenAPI document to a reader: every call by topic, without a script. */
export function docsPage(document: OpenApiDocument): Markup {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const base = document.servers[0]?.url ?? '';
  return html`<p class="eyebrow">Reference</p>
<h1>REST API</h1>
<p class="lead">Calls for operators, under <code>${base}</code>. The same as data: <a href="/api/v1/openapi.json">openapi.json</a>.</p>
<p>Sign in, then send the token: <code>Authorization: Bearer &lt;accessToken&gt;</code>. Every refusal is a problem document with a
stable <code>code</code> and the <code>requestId</code> under which we find it again.</p>
${document.tags.map(({ name }) => html`<h2>${name}</h2>
${calls.filter(({ operation }) => operation.tags.includes(name)).map(call)}`)}
<h2>Schemas</h2>
${Object.entries(document.components.schemas).map(([name, schema]) => html`<details id="schema-${name}"><summary><strong>${name}</strong></summary>
<pre>${JSON.stringify(schema, null, 2)}</pre></details>`)}`;
}

function call({ path, method, operation }: { path: string; method: string; operation: OpenApiOperation }): Markup {
  return html`<details id="${operation.operationId}"><summary><code class="method">${method.toUpperCase()}</code><code>${path}</code><span>${operation.summary}</span></summary>
${(operation.description ?? '').split('\n\n').filter(Boolean).map((text) => html`<p>${text}</p>`)}
${operation.parameters.length === 0 ? [] : [parameterTable(operation.parameters)]}
${operation.requestBody === undefined ? [] : [html`<h3>Body</h3>${schemaOf(operation.requestBody)}`]}
<h3>Answers</h3>
<table><tbody>${Object.entries(operation.responses).map(([status, answer]) => html`<tr><th scope="row">${status}</th><td>${answer.description}</td></tr>`)}</tbody></table>
</details>`;
}

function parameterTable(parameters: readonly OpenApiParameter[]): Markup {
  return html`<h3>Parameters</h3>
<table><tbody>${parameters.map(({ name, in: place, description, schema }) => html`<tr><th scope="row"><code>${name}</code></th><td>${place}</td><td>${description ?? ''} ${allowed(schema)}</td></tr>`)}</tbody></table>`;
}

function allowed(schema: Json): string {
  const { enum: values, default: standard } = schema;
  const listed = Array.isArray(values) ? `One of ${values.join(', ')}.` : '';
  return standard === undefined ? listed : `${listed} Without it: ${JSON.stringify(standard)}.`;
}

function schemaOf(requestBody: Json): Markup {
  const { content } = requestBody as { content: Record<string, { schema: Json }> };
  const { schema } = Object.values(content)[0] ?? { schema: {} };
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return html`<pre>${JSON.stringify(schema, null, 2)}</pre>`;
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return html`<p><a href="#schema-${name}">${name}</a></p>`;
}
