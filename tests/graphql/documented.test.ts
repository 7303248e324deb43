/** Every GraphQL example of the documentation, as it stands there: valid all of them, and those that only read answered; and the statements about a broken trail. */
import { readFile, readdir } from 'node:fs/promises';
import { buildSchema, parse, validate } from 'postgraphile/graphql';
import type { GraphQLSchema } from 'postgraphile/graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from '../rest/api.ts';

const ROOT = new URL('../../', import.meta.url);

interface Example {
  readonly page: string;
  readonly text: string;
}

let server: TestServer;
let tenants: GraphQLSchema;
let operators: GraphQLSchema;
let examples: readonly Example[];

beforeAll(async () => {
  const schema = async (name: string) => buildSchema(await readFile(new URL(`data/${name}.graphql`, ROOT), 'utf8'));
  [tenants, operators] = await Promise.all([schema('schema'), schema('platform')]);
  examples = (await blocks('graphql')).flatMap(({ page, text }) => parse(text).definitions.map(({ loc }) => ({ page, text: text.slice(loc?.start, loc?.end) })));
  server = await startTestServer({ tenants: ['aurora'] });
});
afterAll(async () => {
  await server.close();
});

/** The blocks of a language on every page below docs. */
async function blocks(language: string): Promise<readonly Example[]> {
  const pages = (await readdir(new URL('docs', ROOT), { recursive: true })).filter((name) => name.endsWith('.md')).toSorted();
  const of = async (page: string): Promise<readonly Example[]> => {
    const text = await readFile(new URL(`docs/${page}`, ROOT), 'utf8');
    return [...text.matchAll(new RegExp(`\\\`\\\`\\\`${language}\n(.*?)\\\`\\\`\\\``, 'gs'))].map(([, block = '']) => ({ page, text: block }));
  };
  return (await Promise.all(pages.map(of))).flat();
}

describe('an example of GraphQL', () => {
  test('is valid at one of the two endpoints', () => {
    expect(examples.length).toBeGreaterThan(4);
    for (const { page, text } of examples) {
      const flaws = [tenants, operators].map((schema) => validate(schema, parse(text)).map(({ message }) => message));
      expect(flaws.some((of) => of.length === 0), `${page}: ${JSON.stringify(flaws)}`).toBe(true);
    }
  });

  test('that reads is answered without an error by a security officer, or by an administrator of the tenant', async () => {
    for (const { page, text } of examples.filter((example) => /^(query|\{)/.test(example.text))) {
      const ofTenant = validate(tenants, parse(text)).length === 0;
      const token = ofTenant ? await server.tenantToken('aurora', 'admin') : await server.operatorToken('security');
      const { status, body } = await call(server.url, 'POST', ofTenant ? '/graphql' : '/platform/graphql', { token, body: { query: text } });
      expect([status, body['errors']], `${page}: ${text}`).toEqual([200, undefined]);
    }
  });
});

test('what to do when the trail is broken runs as it is written', async () => {
  const page = await readFile(new URL('docs/how-to/read-the-audit-trail.md', ROOT), 'utf8');
  const section = page.slice(page.indexOf('## When it is broken'), page.indexOf('## What the worker finds'));
  const statements = [...section.matchAll(/```sql\n(.*?)```/gs)].flatMap(([, block = '']) => block.split(/;\n/).filter((text) => text.trim() !== ''));
  expect(statements).toHaveLength(3);
  for (const statement of statements) {
    const ask = async () =>
      statement.includes('audit.events')
        ? await server.db.withOwner(async (client) => await client.query(statement))
        : await server.db.withOperator('admin', async (client) => await client.query(statement));
    const { rows } = await ask().catch((cause: unknown) => {
      throw new Error(`not as the page says: ${statement}`, { cause });
    });
    if (!statement.includes('audit.events')) expect(rows).toHaveLength(1);
  }
});
