import { setTimeout as sleep } from 'node:timers/promises';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import type { IntrospectionQuery } from 'graphql';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localSealer } from '../../server/identity/sealer.ts';
import { signEvidence } from '../../worker/evidence.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from '../rest/api.ts';
import { CORPUS } from './corpus.ts';
import { nodeType, plainFields, requestFor, textPlaces } from './documents.ts';
import type { Place, Row } from './documents.ts';

let server: TestServer;
let catalog = new Set<string>();
let signer = Promise.resolve();
const signing = new AbortController();
const tokens: Record<string, string> = {};
const OPERATOR = '00000000-0000-4000-8000-000000000009';

beforeAll(async () => {
  // Behind a proxy that is trusted each request is another client's, or sign-in would soon be limited instead of tried.
  server = await startTestServer({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
  await server.db.provision('aurora', { template: 'demo' });
  await server.db.provision('borealis', { template: 'demo' });
  // Operators' calls are about a tenant of its own: see BUILT.
  await server.db.withOwner((client) => client.query(`select platform.create_tenant('target', 'Target')`));
  tokens['platform'] = await server.operatorToken('admin');
  tokens['aurora'] = await server.tenantToken('aurora', 'admin');
  catalog = await catalogOf();
  expect(catalog.size).toBeGreaterThan(500);
  signer = keepSigning(signing.signal);
});
/** Signs what evidence is ordered, as the worker does, until stopped. A whole worker would build what else the texts order. */
async function keepSigning(stopped: AbortSignal): Promise<void> {
  const ordered = `select id from platform.evidence_bundles where status = 'queued'`;
  await server.db.withLogin(`${server.db.prefix}tenantry_worker`, async (worker) => {
    await server.db.withOwner(async (owner) => {
      while (!stopped.aborted) {
        const { rows } = await owner.query<{ id: string }>(ordered);
        for (const { id } of rows) await signEvidence(worker, localSealer(server.db.masterKey), id);
        await sleep(50);
      }
    });
  });
}

afterAll(async () => {
  signing.abort();
  await signer;
  await server.close();
});

/** What operators' calls may rightly build and drop, whatever else a request holds: schema and role of the tenant they are about. */
const BUILT = /tenant_target\b/;

/** Everything the catalogs say of this database and of its roles, a line each. Other databases of the cluster are others' business. */
async function catalogOf(): Promise<Set<string>> {
  const ours = `r.rolname ^@ ($1 || 'tenantry_') or r.rolname ^@ ($1 || $2 || 'tenant_') or r.rolname = 'intruder'`;
  const parts: Readonly<Record<string, string>> = {
    roles: `select r.rolname, r.rolsuper, r.rolcreaterole, r.rolcanlogin, r.rolinherit from pg_roles r where ${ours}`,
    members: `select r.rolname, m.member::regrole::text, m.admin_option from pg_auth_members m join pg_roles r on r.oid = m.roleid where ${ours}`,
    schemas: 'select nspname, nspacl::text from pg_namespace where $1 || $2 is not null and not nspname ^@ $$pg_$$',
    relations: 'select relnamespace::regnamespace::text, relname, relkind, relacl::text, relrowsecurity from pg_class where $1 || $2 is not null and not relnamespace::regnamespace::text ^@ $$pg_$$',
    functions: 'select oid::regprocedure::text, md5(prosrc), proacl::text from pg_proc where $1 || $2 is not null and not pronamespace::regnamespace::text ^@ $$pg_$$',
    policies: 'select polrelid::regclass::text, polname, pg_get_expr(polqual, polrelid) from pg_policy where $1 || $2 is not null',
    triggers: 'select tgrelid::regclass::text, tgname, tgenabled from pg_trigger where $1 || $2 is not null',
  };
  return await server.db.withMigrator(async (client: pg.Client) => {
    const found = new Set<string>();
    for (const [name, text] of Object.entries(parts)) {
      const { rows } = await client.query(`select x::text as line from (${text}) x`, [server.db.prefix, server.db.ns]);
      for (const { line } of rows) if (!BUILT.test(line)) found.add(`${name} ${line}`);
    }
    return found;
  });
}

/** What the catalogs say otherwise than before any attempt. */
async function changesOfCatalog(): Promise<string[]> {
  const now = await catalogOf();
  return [...now.symmetricDifference(catalog)];
}

/** What no answer may hold: our schemas and roles, PostgreSQL's words, places in files. */
const INNER = /platform_private|tenantry_|tenant_(aurora|borealis|target)|syntax error|pg_[a-z]+|relation "|column "|at or near|SQLSTATE|invalid input syntax|\bat .+\.ts:|node_modules|graphile/;

/** How the texts of the corpus look in an answer: as a value of JSON, quoted within one, in an address. */
const ECHOES = CORPUS.toSorted((left, right) => right.length - left.length).flatMap((text) => {
  const value = JSON.stringify(text).slice(1, -1);
  // An id made of a text is nothing but its letters.
  const id = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '');
  return [JSON.stringify(value).slice(1, -1), value, encodeURIComponent(text.toWellFormed()), id];
}).filter((echo) => INNER.test(echo));

/** Complaints about an answer to a hostile text. Such texts may come back as values, this one or one that was stored before. */
function complaints(where: string, text: string, status: number, answer: string): string[] {
  const echo = JSON.stringify(text).slice(1, -1);
  // Who came in past the server is named by login: that is what the trail is asked for.
  const own = ECHOES.reduce((rest, one) => rest.replaceAll(one, ''), answer).replaceAll(/"login:\w+"/g, '""');
  const found = INNER.exec(own);
  return [
    ...(status >= 500 ? [`${where} answers ${status} to ${echo.slice(0, 60)}: ${own.slice(0, 200)}`] : []),
    ...(found === null ? [] : [`${where} answers with "${found[0]}" to ${echo.slice(0, 60)}: ${own.slice(0, 300)}`]),
  ];
}

let clients = 0;
async function request(method: string, path: string, options: { token?: string; raw?: string; type?: string; headers?: Record<string, string> }) {
  clients += 1;
  const from = `198.51.${Math.floor(clients / 250) % 250}.${clients % 250}`;
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(options.raw !== undefined && { 'Content-Type': options.type ?? 'application/json' }),
      ...(options.token !== undefined && { Authorization: `Bearer ${options.token}` }),
      ...options.headers,
      'X-Forwarded-For': from,
    },
    ...(options.raw !== undefined && { body: options.raw }),
  });
  return { status: response.status, answer: await response.text() };
}

/** Runs work a few at a time. */
async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  const queue = [...items];
  const run = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) found.push(...(await work(item)));
  };
  await Promise.all(Array.from({ length: 6 }, run));
  return found;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Readonly<Partial<Record<typeof JSON_TYPE | typeof FORM_TYPE, { readonly schema: JsonSchema }>>> };
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

describe('REST', () => {
  /** Values that are accepted, by name; what is not here is made from its schema. */
  const GOOD: Readonly<Record<string, unknown>> = {
    id: 'target', email: 'someone@brand.example', confirm: 'target', name: 'Some Name', domain: 'some.example', tenants: [], role: 'developer', status: 'active',
  };

  test('takes every hostile text for a text, in every place of the OpenAPI document', async () => {
    const document = (await call(server.url, 'GET', '/api/v1/openapi.json')).body as unknown as OpenApi;
    const resolve = (schema: JsonSchema): JsonSchema => (schema.$ref === undefined ? schema : resolve(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}));
    const good = (name: string, given: JsonSchema): unknown => {
      const schema = resolve(given);
      if (name in GOOD) return GOOD[name];
      if (schema.properties !== undefined) {
        return Object.fromEntries((schema.required ?? []).map((key) => [key, good(key, schema.properties?.[key] ?? {})]));
      }
      if (schema.enum !== undefined) return schema.enum[0];
      return schema.type === 'object' ? {} : schema.type === 'array' ? [] : schema.type === 'boolean' ? true : schema.type === 'integer' ? 1 : 'some text';
    };
    /** Every place in a body that takes a text, as functions that put one there; keys of open objects count. */
    const places = (name: string, given: JsonSchema, depth = 0): { where: string; put: (text: string) => unknown }[] => {
      const schema = resolve(given);
      if (depth > 5) return [];
      if (schema.anyOf !== undefined) return schema.anyOf.flatMap((one) => places(name, one, depth + 1));
      const types = [schema.type].flat();
      if (schema.properties !== undefined) {
        const base = good('', { ...schema, properties: schema.properties }) as Record<string, unknown>;
        return Object.entries(schema.properties).flatMap(([key, inner]) =>
          places(key, inner, depth + 1).map(({ where, put }) => ({ where: `${name}.${where}`, put: (text: string) => ({ ...base, [key]: put(text) }) })));
      }
      if (types.includes('object')) {
        return [{ where: `${name}{key}`, put: (text) => ({ [text]: 1 }) }, { where: `${name}{value}`, put: (text) => ({ theme: { deep: [text] } }) }];
      }
      if (types.includes('array')) return places(name, schema.items ?? {}, depth + 1).map(({ where, put }) => ({ where: `${where}[]`, put: (text) => [put(text)] }));
      return types.includes('integer') || types.includes('boolean') ? [] : [{ where: name, put: (text) => text }];
    };

    const attempts: { where: string; send: (text: string) => ReturnType<typeof request> }[] = [];
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const parameters = operation.parameters ?? [];
        const { content } = operation.requestBody ?? { content: {} };
        const schema = (content[JSON_TYPE] ?? content[FORM_TYPE])?.schema;
        const type = content[FORM_TYPE] === undefined ? JSON_TYPE : FORM_TYPE;
        expect(Object.keys(content).length === 0 || schema !== undefined, `${method} ${path} takes what is not tried here`).toBe(true);
        const encode = (value: unknown) => (type === FORM_TYPE ? new URLSearchParams(value as Record<string, string>).toString() : JSON.stringify(value));
        const body = schema === undefined ? undefined : encode(good('', schema));
        const url = (name: string, text: string) =>
          `/api/v1${path}`.replaceAll(/\{(\w+)\}/g, (_place, key: string) => encodeURIComponent(key === name ? text.toWellFormed() : key === 'id' && path.startsWith('/tenants') ? 'target' : key === 'webhook' ? 'erp' : OPERATOR));
        const token = tokens['platform'] ?? '';
        const upper = method.toUpperCase();
        for (const { name, in: place } of parameters) {
          attempts.push({
            where: `${upper} ${path} ${place} ${name}`,
            send: (text) => request(upper, place === 'path' ? url(name, text) : place === 'query' ? `${url('', '')}?${name}=${encodeURIComponent(text.toWellFormed())}` : url('', ''), {
              token, ...(body !== undefined && { raw: body, type }), ...(place === 'header' && { headers: { [name]: text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 8_000) } }),
            }),
          });
        }
        for (const { where, put } of schema === undefined ? [] : places('', schema)) {
          attempts.push({ where: `${upper} ${path} body ${where}`, send: (text) => request(upper, url('', ''), { token, type, raw: encode(put(text)) }) });
        }
      }
    }
    expect(attempts.length).toBeGreaterThan(40);
    const found = await inTurn(attempts.flatMap((attempt) => CORPUS.map((text) => ({ attempt, text }))), async ({ attempt, text }) => {
      const { status, answer } = await attempt.send(text);
      return complaints(attempt.where, text, status, answer);
    });
    expect(found.slice(0, 20)).toEqual([]);
    expect(await changesOfCatalog()).toEqual([]);
  }, 180_000);
});

describe.each([['/platform/graphql', 'platform'], ['/graphql', 'aurora']])('GraphQL at %s', (path, who) => {
  test('takes every hostile text for a text, in every argument', async () => {
    const send = async (body: unknown) => await request('POST', path, { token: tokens[who] ?? '', raw: JSON.stringify(body) });
    const schema = buildClientSchema((JSON.parse((await send({ query: getIntrospectionQuery() })).answer) as { data: IntrospectionQuery }).data);
    const rows = new Map<string, Row>([['Tenant', { id: 'target', rowId: 'target' }]]);
    for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
      const type = nodeType(field);
      if (type === null || type.name === 'Tenant') continue;
      const { answer } = await send({ query: `{ ${field.name}(first: 1) { nodes { ${plainFields(type).join(' ')} } } }` });
      const [row] = (JSON.parse(answer) as { data: Record<string, { nodes: Row[] }> }).data[field.name]?.nodes ?? [];
      if (row !== undefined) rows.set(type.name, row);
    }
    // A mutation about operators must not be about the one who asks.
    if (who === 'platform') rows.set('Operator', { id: OPERATOR, rowId: OPERATOR });

    const met = new Set<string>();
    const attempts = [schema.getQueryType(), schema.getMutationType()].flatMap((root) => root === undefined || root === null ? [] :
      Object.values(root.getFields()).flatMap((field) => textPlaces(field, met).map((place) => ({ root, field, place }))));
    expect(attempts.length).toBeGreaterThan(80);
    // Operators of filters are alike; each gets every tenth text, beginning with another one. Every other place gets all.
    const texts = (place: Place, index: number) => (['filter', 'condition'].includes(place[0] ?? '') ? CORPUS.filter((_text, at) => at % 10 === index % 10) : CORPUS);
    const jobs = attempts.flatMap((attempt, index) => texts(attempt.place, index).map((text) => ({ ...attempt, text })));
    const found = await inTurn(jobs, async ({ root, field, place, text }) => {
      const { status, answer } = await send(requestFor(schema, root, field, rows, text, place));
      return complaints(`${root.name}.${field.name} ${place.join('.')}`, text, answer.includes('"INTERNAL"') ? 500 : status, answer);
    });
    expect(found.slice(0, 20)).toEqual([]);
    expect(await changesOfCatalog()).toEqual([]);
  }, 240_000);

  test('takes hostile documents and operation names for nonsense', async () => {
    const found = await inTurn(CORPUS.flatMap((text) => [{ text, body: { query: text } }, { text, body: { query: '{ __typename }', operationName: text } }]), async ({ text, body }) => {
      const { status, answer } = await request('POST', path, { token: tokens[who] ?? '', raw: JSON.stringify(body) });
      return complaints('a document', text, status, answer);
    });
    expect(found).toEqual([]);
    expect(await changesOfCatalog()).toEqual([]);
  });
});

test('a hostile token, path, header or tenant of a well-known address is refused as any other', async () => {
  const found = await inTurn(CORPUS, async (text) => {
    const encoded = encodeURIComponent(text.toWellFormed());
    const plain = text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 8_000);
    const answers = await Promise.all([
      request('GET', `/t/${encoded}/.well-known/jwks.json`, {}),
      request('GET', `/${encoded}`, {}),
      request('GET', '/api/v1/tenants', { token: plain }),
      request('GET', '/healthz', { headers: { 'X-Request-Id': plain, 'X-Tenant-Id': plain, Forwarded: plain, 'X-Forwarded-Host': plain } }),
    ]);
    return answers.flatMap(({ status, answer }) => complaints('an address', text, status, answer));
  });
  expect(found).toEqual([]);
  expect(await changesOfCatalog()).toEqual([]);
});
