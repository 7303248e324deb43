/** Forged tokens against a real server, in both modes by one table: a tenant whose tokens are signed, one whose are encrypted as well. */
import { createHmac, createPublicKey, randomBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { INNER_NAMES, call } from './api.ts';
import { forgerOf } from './token-forger.ts';
import type { Forger } from './token-forger.ts';

let server: TestServer;
let forger: Forger;

/** Who is attacked, and whose keys the attacker really has. */
const modes = {
  signed: { tenant: 'aurora', neighbour: 'borealis' },
  encrypted: { tenant: 'corona', neighbour: 'delphin' },
} as const;
type Mode = keyof typeof modes;

beforeAll(async () => {
  server = await startTestServer();
  const tenants = Object.values(modes).flatMap(({ tenant, neighbour }) => [tenant, neighbour]);
  for (const id of tenants) await server.db.provision(id, { template: 'demo' });
  forger = await forgerOf(server, tenants);
  for (const id of Object.values(modes.encrypted)) await encryptTokens(id, true);
});
afterAll(async () => {
  await server.close();
});

async function encryptTokens(id: string, on: boolean): Promise<void> {
  const patch = JSON.stringify({ settings: { security: on ? { encryptTokens: true } : null } });
  await server.db.withOperator('operator', (client) => client.query('select platform.update_tenant($1, $2)', [id, patch]));
}

/** One mode's place: how an honest token is made there. */
function stageOf(mode: Mode) {
  const { tenant, neighbour } = modes[mode];
  const seal = async (signed: string) => (mode === 'encrypted' ? await forger.encrypt(tenant, signed) : signed);
  return {
    mode,
    tenant,
    neighbour,
    seal,
    claims: (changes: Readonly<Record<string, unknown>> = {}) => forger.claims(tenant, changes),
    honest: async (payload: JWTPayload = forger.claims(tenant), header: Readonly<Record<string, unknown>> = {}) =>
      await seal(await forger.sign(tenant, payload, header)),
  };
}
type Stage = ReturnType<typeof stageOf>;

interface Attack {
  readonly name: string;
  readonly code?: 'TOKEN_INVALID' | 'TOKEN_EXPIRED';
  forge(stage: Stage): string | Promise<string>;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1_000);
/** Parts of a token that is signed with the tenant's own key. */
const signedParts = async ({ tenant, claims }: Stage) => {
  const [header = '', payload = '', signature = ''] = (await forger.sign(tenant, claims())).split('.');
  return { header, payload, signature };
};
const hmac = (secretOf: (stage: Stage) => string | Buffer): Attack['forge'] => (stage) => {
  const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: forger.kid(stage.tenant) })}.${encode(stage.claims())}`;
  return stage.seal(`${text}.${createHmac('sha256', secretOf(stage)).update(text).digest('base64url')}`);
};
const withClaims = (changes: (stage: Stage) => Readonly<Record<string, unknown>>): Attack['forge'] => (stage) =>
  stage.honest(stage.claims(changes(stage)));
const withHeader = (header: (stage: Stage) => Readonly<Record<string, unknown>>): Attack['forge'] => (stage) =>
  stage.honest(stage.claims(), header(stage));
const publicPem = (stage: Stage) =>
  createPublicKey({ key: { ...forger.publicJwk(stage.tenant) }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });

/** What is tried in both modes: where tokens are encrypted, the forged one comes in an envelope made with the tenant's real key. */
const attacks: readonly Attack[] = [
  {
    name: 'alg none',
    forge: (stage) => stage.seal(`${encode({ alg: 'none', typ: 'at+jwt', kid: forger.kid(stage.tenant) })}.${encode(stage.claims())}.`),
  },
  {
    name: 'alg none before a real signature',
    forge: async (stage) => {
      const { payload, signature } = await signedParts(stage);
      return await stage.seal(`${encode({ alg: 'none', typ: 'at+jwt', kid: forger.kid(stage.tenant) })}.${payload}.${signature}`);
    },
  },
  { name: 'HS256 with the public key as JSON', forge: hmac((stage) => JSON.stringify(forger.publicJwk(stage.tenant))) },
  { name: 'HS256 with the public key as PEM', forge: hmac(publicPem) },
  { name: 'HS256 with an empty secret', forge: hmac(() => '') },
  {
    name: 'the key of another tenant under this one’s kid',
    forge: async (stage) =>
      await stage.seal(await forger.sign(stage.neighbour, stage.claims(), { kid: forger.kid(stage.tenant) })),
  },
  { name: 'key and kid of another tenant', forge: async (stage) => await stage.seal(await forger.sign(stage.neighbour, stage.claims())) },
  { name: 'key and kid of the platform', forge: async (stage) => await stage.seal(await forger.sign(null, stage.claims())) },
  { name: 'a key that the token brings along', forge: async (stage) => await stage.seal(await forger.sign(stage.neighbour, stage.claims(), { kid: forger.kid(stage.tenant), jwk: forger.publicJwk(stage.neighbour) })) },
  { name: 'an address of keys that the token brings along', forge: withHeader((stage) => ({ kid: 'x', jku: `${forger.issuer(stage.neighbour)}/.well-known/jwks.json` })) },
  { name: 'an extension that must be understood', forge: async (stage) => {
    const { payload, signature } = await signedParts(stage);
    return await stage.seal(`${encode({ alg: 'ES256', typ: 'at+jwt', kid: forger.kid(stage.tenant), crit: ['x'], x: 1 })}.${payload}.${signature}`);
  } },
  { name: 'the issuer of another installation', forge: withClaims(({ tenant }) => ({ iss: `https://evil.example/t/${tenant}` })) },
  { name: 'the issuer of another tenant', forge: withClaims(({ neighbour }) => ({ iss: forger.issuer(neighbour) })) },
  { name: 'the platform as issuer', forge: withClaims(() => ({ iss: forger.issuer(null), tid: undefined, role: 'admin' })) },
  { name: 'an issuer with a path behind the id', forge: withClaims(({ tenant }) => ({ iss: `${forger.issuer(tenant)}/../x` })) },
  { name: 'no issuer', forge: withClaims(() => ({ iss: undefined })) },
  { name: 'another audience', forge: withClaims(() => ({ aud: 'billing' })) },
  { name: 'no audience', forge: withClaims(() => ({ aud: undefined })) },
  { name: 'another tenant as tid', forge: withClaims(({ neighbour }) => ({ tid: neighbour })) },
  { name: 'no tid', forge: withClaims(() => ({ tid: undefined })) },
  { name: 'a tid that is a list of both', forge: withClaims(({ tenant, neighbour }) => ({ tid: [tenant, neighbour] })) },
  { name: 'an expiry that has passed', code: 'TOKEN_EXPIRED', forge: withClaims(() => ({ iat: now() - 1_000, exp: now() - 60 })) },
  { name: 'an age of more than a day, whatever it says itself', code: 'TOKEN_EXPIRED', forge: withClaims(() => ({ iat: now() - 86_500, exp: now() + 900 })) },
  { name: 'no expiry', forge: withClaims(() => ({ exp: undefined })) },
  { name: 'an expiry that is a text', forge: withClaims(() => ({ exp: '2999-01-01' })) },
  { name: 'a time before which it does not hold', forge: withClaims(() => ({ nbf: now() + 60 })) },
  { name: 'an issue in the future', forge: withClaims(() => ({ iat: now() + 60 })) },
  { name: 'type JWT', forge: withHeader(() => ({ typ: 'JWT' })) },
  { name: 'the type of an identity token', forge: withHeader(() => ({ typ: 'id+jwt' })) },
  { name: 'no type', forge: withHeader(() => ({ typ: undefined })) },
  { name: 'a kid that is a path', forge: withHeader(() => ({ kid: '../../../../../../dev/null' })) },
  { name: 'a kid that is SQL', forge: withHeader(() => ({ kid: "x' union select 'AA==' --" })) },
  { name: 'a kid that is a name of JavaScript’s own', forge: withHeader(() => ({ kid: '__proto__' })) },
  { name: 'an empty kid', forge: withHeader(() => ({ kid: '' })) },
  { name: 'no kid', forge: withHeader(() => ({ kid: undefined })) },
  {
    name: 'another role than was signed',
    forge: async (stage) => {
      const { header, signature } = await signedParts(stage);
      return await stage.seal(`${header}.${encode(stage.claims({ role: 'admin' }))}.${signature}`);
    },
  },
  { name: 'no role', forge: withClaims(() => ({ role: undefined })) },
  { name: 'a role that is no text', forge: withClaims(() => ({ role: { toString: 'admin' } })) },
  {
    name: 'a signature of nothing but zeros',
    forge: async (stage) => {
      const { header, payload } = await signedParts(stage);
      return await stage.seal(`${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`);
    },
  },
  { name: 'its last quarter missing', forge: async (stage) => { const token = await stage.honest(); return token.slice(0, token.length * 0.75); } },
  { name: 'its last part missing', forge: async (stage) => { const token = await stage.honest(); return token.slice(0, token.lastIndexOf('.')); } },
  { name: 'a part too many', forge: async (stage) => `${await stage.honest()}.AAAA` },
  { name: 'more than it may weigh', forge: withClaims(() => ({ note: 'x'.repeat(5_000) })) },
  {
    name: 'the other mode',
    forge: async ({ mode, tenant, claims }) => {
      const bare = await forger.sign(tenant, claims());
      return mode === 'encrypted' ? bare : await forger.encrypt(tenant, bare);
    },
  },
];

/** What can be done to the envelope itself. Of the content each one holds, nothing is wrong. */
const envelopes: readonly Attack[] = [
  { name: 'the key of another tenant', forge: async ({ tenant, neighbour, claims }) => await rekeyed(tenant, neighbour, claims()) },
  {
    name: 'an envelope of another tenant',
    forge: async ({ tenant, neighbour, claims }) => await forger.encrypt(neighbour, await forger.sign(tenant, claims())),
  },
  {
    name: 'the content of another tenant',
    forge: async ({ tenant, neighbour }) => await forger.encrypt(tenant, await forger.sign(neighbour, forger.claims(neighbour))),
  },
  { name: 'content of the platform', forge: async ({ tenant }) => await forger.encrypt(tenant, await forger.sign(null, forger.claims(null))) },
  { name: 'the platform as issuer', forge: enveloped(() => ({ iss: forger.issuer(null) })) },
  { name: 'another tenant as issuer', forge: enveloped(({ neighbour }) => ({ iss: forger.issuer(neighbour) })) },
  { name: 'no issuer', forge: enveloped(() => ({ iss: undefined })) },
  { name: 'an issuer that is a list', forge: enveloped(({ tenant }) => ({ iss: [forger.issuer(tenant)] })) },
  { name: 'no kid', forge: enveloped(() => ({ kid: undefined })) },
  { name: 'a kid that is a path', forge: enveloped(() => ({ kid: '../../../../../../dev/null' })) },
  { name: 'a kid that is SQL', forge: enveloped(() => ({ kid: "x' union select 'AA==' --" })) },
  { name: 'the kid of another tenant', forge: enveloped(({ neighbour }) => ({ kid: forger.kid(neighbour) })) },
  { name: 'no type of content', forge: enveloped(() => ({ cty: undefined })) },
  { name: 'another type', forge: enveloped(() => ({ typ: 'JWT' })) },
  { name: 'compression', forge: enveloped(() => ({ zip: 'DEF' })) },
  { name: 'another encryption', forge: enveloped(() => ({ enc: 'A256CBC-HS512' }), randomBytes(64)) },
  { name: 'a wrapped key', forge: enveloped(() => ({ alg: 'A256KW' })) },
  {
    name: 'a key from a password, at a cost of its choosing',
    forge: async (stage) => {
      const [, ...rest] = (await stage.honest()).split('.');
      const header = { alg: 'PBES2-HS256+A128KW', p2c: 2_000_000_000, p2s: 'AAAA', enc: 'A256GCM', typ: 'at+jwt', cty: 'JWT', kid: forger.kid(stage.tenant), iss: forger.issuer(stage.tenant) };
      return [encode(header), ...rest].join('.');
    },
  },
  { name: 'a changed byte', forge: async (stage) => changed(await stage.honest(), 3) },
  { name: 'a changed tag', forge: async (stage) => changed(await stage.honest(), 4) },
  { name: 'a changed header', forge: async (stage) => { const [, ...rest] = (await stage.honest()).split('.'); return [encode({ alg: 'dir', enc: 'A256GCM', typ: 'at+jwt', cty: 'JWT', kid: forger.kid(stage.tenant), iss: forger.issuer(stage.tenant), x: 1 }), ...rest].join('.'); } },
  { name: 'content that is no token', forge: async ({ tenant }) => await forger.encrypt(tenant, 'admin') },
  { name: 'claims that nobody signed', forge: async ({ tenant, claims }) => await forger.encrypt(tenant, JSON.stringify(claims())) },
  { name: 'an envelope in the envelope', forge: async (stage) => await forger.encrypt(stage.tenant, await stage.honest()) },
];

function enveloped(header: (stage: Stage) => Readonly<Record<string, unknown>>, secret?: Uint8Array): Attack['forge'] {
  return async (stage) => await forger.encrypt(stage.tenant, await forger.sign(stage.tenant, stage.claims()), header(stage), secret);
}

/** In the tenant's name and under its kid, but encrypted with the neighbour's key. */
async function rekeyed(tenant: string, neighbour: string, payload: JWTPayload): Promise<string> {
  return await forger.encrypt(neighbour, await forger.sign(tenant, payload), { kid: forger.kid(tenant), iss: forger.issuer(tenant) });
}

/** Flips a bit in one part. */
function changed(token: string, part: number): string {
  return token
    .split('.')
    .map((text, index) => {
      if (index !== part) return text;
      const bytes = Buffer.from(text, 'base64url');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return bytes.toString('base64url');
    })
    .join('.');
}

const ask = async (token: string) =>
  await call(server.url, 'POST', '/graphql', { token, body: { query: '{ brands(first: 1) { totalCount } }' } });

/** How many requests were refused. */
let refused = 0;

/** The attack is refused, by a server that answers the honest token before and after it. */
async function expectRefused(stage: Stage, { forge, code = 'TOKEN_INVALID' }: Attack): Promise<void> {
  expect((await ask(await stage.honest())).status).toBe(200);
  const reply = await ask(await forge(stage));
  expect(reply).toMatchObject({ status: 401, body: { code } });
  refused += 1;
  expect(reply.headers.get('www-authenticate')).toContain('invalid_token');
  expect(JSON.stringify(reply.body)).not.toMatch(INNER_NAMES);
  expect((await ask(await stage.honest())).status).toBe(200);
}

describe.each(['signed', 'encrypted'] as const)('where tokens are %s, a token with', (mode) => {
  test.each(attacks)('$name is refused', async (attack) => {
    await expectRefused(stageOf(mode), attack);
  });
});

describe('where tokens are encrypted, an envelope with', () => {
  test.each(envelopes)('$name is refused', async (attack) => {
    await expectRefused(stageOf('encrypted'), attack);
  });
});

test('each of these attempts stands in the audit trail, equal ones of a moment as one with their count', async () => {
  expect(refused).toBe(2 * attacks.length + envelopes.length);
  const recorded = async () =>
    await server.db.withOwner(async (client) => {
      const { rows } = await client.query<{ attempts: number }>(
        `select sum(coalesce((detail ->> 'count')::int, 1))::int as attempts from audit.buffer
          where action = 'request.refuse' and outcome = 'refused' and detail ->> 'code' in ('TOKEN_INVALID', 'TOKEN_EXPIRED')`,
      );
      return rows[0]?.attempts;
    });
  await expect.poll(recorded).toBe(refused);
});

describe('a token that a user gets by signing in', () => {
  test.each(['signed', 'encrypted'] as const)('is %s, as the tenant has it', async (mode) => {
    const { tenant } = modes[mode];
    const token = await signIn(tenant);
    expect(token.split('.')).toHaveLength(mode === 'encrypted' ? 5 : 3);
    expect((await ask(token)).status).toBe(200);
    const read = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('utf8')).join('\n');
    expect(read.includes('"role"')).toBe(mode === 'signed');
  });

  test('changes with the setting, at the next request', async () => {
    const { tenant } = modes.encrypted;
    const before = await signIn(tenant);
    expect((await ask(before)).status).toBe(200);
    await encryptTokens(tenant, false);
    try {
      await expect.poll(async () => (await ask(before)).body.code, { interval: 5, timeout: 2_000 }).toBe('TOKEN_INVALID');
      const bare = await signIn(tenant);
      expect(bare.split('.')).toHaveLength(3);
      expect((await ask(bare)).status).toBe(200);
    } finally {
      await encryptTokens(tenant, true);
    }
    await expect.poll(async () => (await ask(before)).status, { interval: 5, timeout: 2_000 }).toBe(200);
  });
});

describe('an operator’s call with', () => {
  const list = async (token: string) => await call(server.url, 'GET', '/api/v1/tenants', { token });
  const cases: readonly (readonly [name: string, forge: () => Promise<string>])[] = [
    ['the platform’s claims under a tenant’s key', () => forger.sign('aurora', forger.claims(null))],
    ['the platform’s claims and kid under a tenant’s key', () => forger.sign('aurora', forger.claims(null), { kid: forger.kid(null) })],
    ['a tenant in the platform’s token', () => forger.sign(null, forger.claims(null, { tid: 'aurora' }))],
    ['a tenant’s role in the platform’s token', () => forger.sign(null, forger.claims(null, { role: 'manager' }))],
    ['the platform’s token in a tenant’s envelope', async () => forger.encrypt('corona', await forger.sign(null, forger.claims(null)))],
    ['the platform’s token in an envelope in its name', async () =>
      forger.encrypt('corona', await forger.sign(null, forger.claims(null)), { iss: forger.issuer(null), kid: forger.kid(null) })],
  ];
  test.each(cases)('%s is refused', async (_name, forge) => {
    expect((await list(await forger.sign(null, forger.claims(null)))).status).toBe(200);
    expect(await list(await forge())).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
  });
});

async function signIn(tenant: string): Promise<string> {
  const { body } = await call(server.url, 'POST', `/api/v1/tenants/${tenant}/auth/login`, {
    body: { email: `viewer@${tenant}.example`, password: testPassword },
  });
  return String(body['accessToken']);
}
