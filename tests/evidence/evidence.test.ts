/** Attestations and bundles: what is signed, who gets it, what an auditor can find out with nothing but the public keys. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectedEnds } from '../../prover/expectations.ts';
import { openSigner, readStatement } from '../../server/audit/statements.ts';
import { hashPassword } from '../../server/identity/passwords.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { evidencePage } from '../../server/rest/evidence/evidence-page.ts';
import type { EvidenceContent } from '../../server/rest/evidence/evidence-page.ts';
import { prefersPage } from '../../server/rest/evidence/prefers-page.ts';
import { attest, signEvidence } from '../../worker/evidence.ts';
import { testPassword } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call, operatorApi } from '../rest/api.ts';

const run = promisify(execFile);
let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-evidence-'));
  server = await startTestServer({ worker: true, tenants: ['aurora', 'borealis'] });
  const hash = await hashPassword(testPassword);
  await server.db.withOwner(async (client) => {
    for (const id of ['aurora', 'borealis']) {
      await client.query(`insert into tenant_${id}.users (email, name, role, status) values ($1, 'Ada', 'auditor', 'active')`, [`auditor@${id}.example`]);
      await client.query('select identity.set_user_password($1, $2, $3, false)', [id, `auditor@${id}.example`, hash]);
    }
  });
  // Keys were published before there was one for statements: the new one is published as soon as servers hear of it.
  expect((await keysOf()).length).toBeGreaterThan(0);
  for (const id of ['aurora', 'borealis']) await provenAgain(id);
  const [{ kid }] = await ask('select kid from audit.statement_keys');
  await vi.waitFor(async () => {
    expect((await keysOf()).map((key) => key.kid)).toContain(kid);
  }, 30_000);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const ask = async (sql: string, values: unknown[] = []) => await server.db.withOwner(async (client) => (await client.query(sql, values)).rows);
const asWorker = async <T>(work: Parameters<typeof server.db.withLogin<T>>[1]): Promise<T> => await server.db.withLogin(`${server.db.prefix}tenantry_worker`, work);
const keysOf = async (): Promise<JWK[]> => ((await call(server.url, 'GET', '/.well-known/jwks.json')).body as unknown as { keys: JWK[] }).keys;

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

/** A proof by REST, over with its attestation. */
async function provenAgain(id: string): Promise<string> {
  const { status, body } = await operatorApi(server)('POST', `/tenants/${id}/isolation-runs?wait=true`, {});
  expect([status, body['status']]).toEqual([201, 'passed']);
  await vi.waitFor(async () => {
    expect(await ask('select from platform.attestations where run_id = $1', [body['id']])).toHaveLength(1);
  }, 30_000);
  return String(body['id']);
}

async function page(path: string, token: string): Promise<{ text: string; headers: Headers; status: number }> {
  const response = await fetch(`${server.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}`, Accept: 'text/html' } });
  return { text: await response.text(), headers: response.headers, status: response.status };
}

describe('an attestation', () => {
  test('is signed after a proof, says what was tried with the codes it had to end in, and names no other tenant', async () => {
    const runId = await provenAgain('aurora');
    const { status, headers, body } = await operatorApi(server, 'developer')('GET', '/tenants/aurora/attestation');
    expect([status, headers.get('vary')]).toEqual([200, expect.stringContaining('Accept')]);
    const { content } = await readStatement('attestation', String(body['statement']), await keysOf());
    expect(body['attestation']).toEqual(content);
    expect(content).toMatchObject({
      v: 1, tenant: 'aurora', run: runId, cause: 'demand', passed: true, sampledTenants: expect.any(Number), failures: [],
      installation: (await ask('select id from platform.installation'))[0].id,
      versions: { schema: expect.any(Number), fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/), controlPlane: expect.stringMatching(/^[0-9a-f]{64}$/), tenantry: '0.1.0', postgresql: expect.any(String) },
      lane: { tier: 'standard' }, chain: { head: expect.any(Number), outside: false },
    });
    const said = content as { attempts: Record<string, [number, number, string]>; totals: Record<string, number>; posture: Record<string, [number, number]>; notRefusable: unknown[] };
    expect(said.attempts['select']).toEqual([expect.any(Number), 0, '42501']);
    expect(said.attempts['path']).toEqual([expect.any(Number), 0, '42P01']);
    expect(said.attempts['own-table']?.[2]).toBe('ok');
    expect(Object.values(said.attempts).reduce((sum, [tried]) => sum + tried, 0)).toBe(said.totals['attempts']);
    expect(Object.values(said.posture).reduce((sum, [tried]) => sum + tried, 0)).toBe(said.totals['postureChecks']);
    expect(said.notRefusable).toContainEqual({ kind: 'names-of-tenants', open: true, count: expect.any(Number) });
    expect(JSON.stringify(content)).not.toContain('borealis');
    // As docs/how-to/evidence.md says of its size.
    expect(String(body['statement']).length).toBeLessThan(8_192);
    // Every kind that the prover tries has its code; a kind without one would be stated vaguely.
    expect(Object.keys(said.attempts).filter((kind) => !expectedEnds().has(kind))).toEqual([]);
  });

  test('of a failed proof says so by kind, without the names of others', async () => {
    const role = server.db.tenantRole('borealis');
    await ask(`grant truncate on tenant_borealis.brands to ${role}`);
    const failed = await server.db.withOwner(async (client) => await server.db.prover.prove(client, 'borealis', 'demand'));
    await ask(`revoke truncate on tenant_borealis.brands from ${role}`);
    const kept = await asWorker(async (client) => await attest(client, localSealer(server.db.masterKey), failed?.id ?? ''));
    const again = await asWorker(async (client) => await attest(client, localSealer(server.db.masterKey), failed?.id ?? ''));
    expect([kept, again]).toEqual([true, false]);
    const { body } = await operatorApi(server)('GET', '/tenants/borealis/attestation');
    expect(body['attestation']).toMatchObject({
      passed: false,
      failures: [
        { half: 'attempts', kind: 'own-truncate', expected: '42501', seen: expect.any(String), count: 1 },
        { half: 'posture', kind: 'grants-to-tenant', expected: 'as it should be', seen: 'otherwise', count: 1 },
        { half: 'posture', kind: 'schema-fingerprint', expected: 'as it should be', seen: 'otherwise', count: 1 },
      ],
    });
    expect(JSON.stringify(body['attestation'])).not.toContain('aurora');
    const { text } = await page('/tenants/borealis/attestation', await server.operatorToken());
    expect(text).toContain('<strong>Not isolated.</strong>');
    await provenAgain('borealis');
  });

  test('that no worker came to sign is made up for within the minute', async () => {
    const proof = await server.db.withOwner(async (client) => await server.db.prover.prove(client, 'aurora', 'demand'));
    await asWorker(async (client) => await client.query(`select graphile_worker.add_job('isolation__sweep', job_key => 'sweep')`));
    await expect.poll(async () => await ask('select passed from platform.attestations where run_id = $1', [proof?.id])).toEqual([{ passed: true }]);
  });

  test('is a page that prints, with captions and headings, no script and nothing from outside', async () => {
    const { text, headers, status } = await page('/tenants/aurora/attestation', await server.operatorToken('security'));
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'.*style-src 'sha256-/);
    expect(text.match(/<h1>/g)).toHaveLength(1);
    expect(text).toContain('<strong>Isolated.</strong>');
    const tables = text.match(/<table>[\s\S]*?<\/table>/g) ?? [];
    expect(tables.length).toBeGreaterThanOrEqual(5);
    for (const each of tables) {
      expect(each).toMatch(/<caption>[^<]+<\/caption>\n<thead><tr>(<th scope="col"[^>]*>[^<]+<\/th>)+<\/tr>/);
      expect(each).toContain('<th scope="row">');
    }
    expect(text).toContain('@media print');
    expect(text).not.toMatch(/<script|<img|<link|\son\w+=|style="|src=|borealis/i);
    expect(text).toMatch(/<h2>What is not proven<\/h2>/);
  });

  test('is JSON unless a page is rather wanted', () => {
    for (const json of [undefined, '*/*', 'application/json', 'application/json, text/html;q=0.9', 'text/html;q=0', 'image/png']) expect(prefersPage(json), json).toBe(false);
    for (const html of ['text/html', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json;q=0.5, text/html']) expect(prefersPage(html), html).toBe(true);
  });

  test('is kept by period: the failed for ever, of the others the last of the day for a year and of the month for seven', async () => {
    await server.db.withOwner(async (client) => {
      await client.query('begin');
      await client.query('delete from platform.attestations');
      const keep = async (at: string, passed = true) => await client.query(
        `insert into platform.attestations (tenant_id, run_id, at, passed, statement) values ('aurora', gen_random_uuid(), $1, $2, 'x')`, [at, passed]);
      const day = (days: number, hour = '12:00') => `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)} ${hour}:00+00`;
      await keep(day(10, '08:00'));
      await keep(day(10, '09:00'));
      await keep(day(400, '08:00'), false);
      // Of two days of one month two years ago the later one stays.
      const year = new Date().getUTCFullYear();
      await keep(`${year - 2}-03-05 12:00+00`);
      await keep(`${year - 2}-03-20 12:00+00`);
      await keep(`${year - 8}-03-20 12:00+00`);
      await keep(`${year - 8}-03-21 12:00+00`, false);
      expect((await client.query('select platform_private.clear_evidence() as cleared')).rows).toEqual([{ cleared: { attestations: 3, bundles: 0 } }]);
      const { rows } = await client.query(`select to_char(at at time zone 'utc', 'YYYY-MM-DD HH24') as at, passed from platform.attestations order by at`);
      expect(rows).toEqual([
        { at: `${year - 8}-03-21 12`, passed: false }, { at: `${year - 2}-03-20 12`, passed: true },
        { at: day(400, '08:00').slice(0, 13), passed: false }, { at: day(10, '09:00').slice(0, 13), passed: true },
      ]);
      await client.query('rollback');
    });
  });
});

describe('a tenant’s own people', () => {
  test.each(['auditor', 'admin'])('%s gets the attestation and the page; of another tenant, nothing', async (role) => {
    const token = await server.tenantToken('aurora', role);
    const own = await call(server.url, 'GET', '/api/v1/tenants/aurora/auth/attestation', { token });
    expect(own).toMatchObject({ status: 200, body: { attestation: { tenant: 'aurora', passed: true } } });
    expect((await page('/tenants/aurora/auth/attestation', token)).text).toContain('<h1>Tenant aurora</h1>');
    expect(await call(server.url, 'GET', '/api/v1/tenants/borealis/auth/attestation', { token })).toMatchObject({ status: 403, body: { code: 'TENANT_FORBIDDEN' } });
    expect(await call(server.url, 'GET', '/api/v1/tenants/borealis/auth/evidence', { token })).toMatchObject({ status: 403, body: { code: 'TENANT_FORBIDDEN' } });
  });

  test('without the permission get neither', async () => {
    const token = await server.tenantToken('aurora', 'manager');
    for (const what of ['attestation', 'evidence']) {
      expect(await call(server.url, 'GET', `/api/v1/tenants/aurora/auth/${what}`, { token })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    }
  });

  test('read attestations, the chain, ages of keys and visits of their own tenant by GraphQL', async () => {
    const visit = await operatorApi(server, 'operator')('POST', '/tenants/aurora/context', { reason: 'asked to look into a licence' });
    expect(visit.status).toBeLessThan(300);
    await operatorApi(server, 'operator')('POST', '/tenants/borealis/context', { reason: 'none of aurora’s business' });
    const query = `{
      attestationsList(size: 1) { at passed cause attempts attemptFailures statement }
      chainStatusList { head verifiedAt flaw checkpoint }
      keyAgesList { kid state ageDays }
      operatorVisitsList { reason access operatorId startedAt }
    }`;
    const { body } = await call(server.url, 'POST', '/graphql', { token: await server.tenantToken('aurora', 'auditor'), body: { query } });
    expect(body).toMatchObject({
      data: {
        attestationsList: [{ passed: true, attemptFailures: 0, attempts: expect.any(Number), statement: expect.stringMatching(/^ey/) }],
        chainStatusList: [{ flaw: null }],
        keyAgesList: expect.arrayContaining([{ kid: expect.any(String), state: 'current', ageDays: 0 }]),
        operatorVisitsList: [{ reason: 'asked to look into a licence', access: 'read' }],
      },
    });
    const idle = await call(server.url, 'POST', '/graphql', { token: await server.tenantToken('aurora', 'viewer'), body: { query } });
    expect((idle.body['errors'] as unknown as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code)).toEqual(Array.from({ length: 4 }, () => 'FORBIDDEN'));
  });

  test('read in one word how their chain stands, the same as operators do', async () => {
    const token = await server.tenantToken('aurora', 'auditor');
    const states = async (id: string) => {
      const { body } = await call(server.url, 'POST', '/graphql', { token, body: { query: '{ chainStatusList { state } }' } });
      const { rows } = await server.db.withOperator('security', async (client) => await client.query('select state from platform.chain_status($1)', [id]));
      return [(body['data'] as { chainStatusList: { state: string }[] } | undefined)?.chainStatusList[0]?.state, rows[0].state as string];
    };
    const heads = await ask('select chain, verified_at, verified_seq, flaw from audit.heads where chain = $1', ['aurora']);
    const set = async (verifiedAt: string | null, flaw: string | null) =>
      await ask(`update audit.heads set verified_at = $1, verified_seq = case when $1::timestamptz is not null then 1 end, flaw = $2 where chain = 'aurora'`, [verifiedAt, flaw]);
    expect(heads).toHaveLength(1);
    await set(null, null);
    expect(await states('aurora')).toEqual(['unverified', 'unverified']);
    await set(ago(1_000), null);
    expect(await states('aurora')).toEqual(['holds', 'holds']);
    await set(ago(1_000), 'event 3: the hash is another one');
    expect(await states('aurora')).toEqual(['broken', 'broken']);
    await set(null, null);
  });

  test('get one page at a time, of a size that is one', async () => {
    await provenAgain('aurora');
    await server.db.withUser('aurora', { role: 'auditor' }, async (client) => {
      const first = (await client.query('select at, run_id from attestations(size => 1)')).rows;
      const second = (await client.query('select at, run_id from attestations($1, 1)', [first[0].at])).rows;
      expect(second).toHaveLength(1);
      expect(second[0].run_id).not.toBe(first[0].run_id);
      expect(second[0].at.getTime()).toBeLessThan(first[0].at.getTime());
      await expect(client.query('select from attestations(size => 201)')).rejects.toMatchObject({ code: 'TN002' });
    });
  });
});

describe('a bundle of evidence', () => {
  /** Of what these tests did until now. */
  const period = () => `from=${ago(86_400_000)}&to=${ago(0)}`;

  test('is signed while the caller waits and holds the period, without a value or another tenant', async () => {
    const admin = await server.tenantToken('aurora', 'admin');
    const users = await call(server.url, 'POST', '/graphql', { token: admin, body: { query: '{ users { nodes { rowId email role } } }' } });
    const { nodes } = (users.body['data'] as { users: { nodes: { rowId: string; email: string; role: string }[] } }).users;
    const viewer = nodes.find(({ role }) => role === 'user')?.rowId ?? '';
    const change = { query: 'mutation ($id: UUID!) { updateUser(input: {rowId: $id, patch: {role: "viewer"}}) { clientMutationId } }', variables: { id: viewer } };
    expect((await call(server.url, 'POST', '/graphql', { token: admin, body: change })).body).not.toHaveProperty('errors');
    await operatorApi(server)('POST', '/incidents', { severity: 'low', summary: 'aurora and borealis were mixed up on a page', tenantIds: ['aurora', 'borealis'], notice: 'A label was wrong for a minute.' });

    const { status, body } = await operatorApi(server, 'security')('GET', `/tenants/aurora/evidence?${period()}`);
    expect(status, JSON.stringify(body)).toBe(200);
    const { content } = await readStatement('evidence', String(body['statement']), await keysOf());
    expect(body['evidence']).toEqual(content);
    expect(content).toMatchObject({
      v: 1, tenant: 'aurora', tenantry: '0.1.0',
      isolation: { attestations: expect.any(Number), failed: 0, daysProven: expect.any(Number), latest: expect.stringMatching(/^ey/) },
      permissionChanges: { list: expect.arrayContaining([expect.objectContaining({ action: 'users.update', subject: `users:${viewer}`, actor: expect.stringMatching(/^user:/) })]) },
      operatorVisits: { list: expect.arrayContaining([expect.objectContaining({ reason: 'asked to look into a licence', access: 'read' })]) },
      incidents: [expect.objectContaining({ severity: 'low', status: 'open', notice: 'A label was wrong for a minute.' })],
      schema: { version: expect.any(Number) },
      retention: { class: '1y', heldSince: null },
      chain: { head: expect.any(Number) },
    });
    const said = content as { isolation: { attestations: number }; access: { events: number; byAction: [string, string, string, number][]; byDay: [string, string, string, number][] }; compliance: { point: string }[] };
    expect(said.isolation.attestations).toBeGreaterThanOrEqual(2);
    expect(said.access.byAction).toContainEqual(['sign_in.succeed', expect.any(String), 'ok', expect.any(Number)]);
    for (const counts of [said.access.byAction, said.access.byDay]) expect(counts.reduce((sum, [, , , count]) => sum + count, 0)).toBe(said.access.events);
    expect(said.compliance.length).toBeGreaterThan(20);
    expect(JSON.stringify(content)).not.toMatch(/borealis|@|mixed up|127\.0\.0\.1/);
    // Asked for again at once it is the same; ordering it is an event of the tenant's.
    expect((await ask(`select count(*)::int as count from platform.evidence_bundles where tenant_id = 'aurora'`))[0].count).toBe(1);
    const trail = await ask(`select action from audit.buffer where tenant_id = 'aurora' and action = 'evidence.request' union all select action from audit.events where chain = 'aurora' and action = 'evidence.request'`);
    expect(trail).toHaveLength(1);
  });

  test('is a page, and one for the tenant’s auditor', async () => {
    const token = await server.tenantToken('aurora', 'auditor');
    const { text, status } = await page(`/tenants/aurora/auth/evidence?${period()}`, token);
    expect(status, text).toBe(200);
    for (const caption of ['Attestations', 'By what was done', 'By day (UTC)', 'Signing keys now', 'Points and their status']) expect(text).toContain(`<caption>${caption}</caption>`);
    expect(text).toContain('asked to look into a licence');
    expect(text).not.toMatch(/<script|borealis/);
  });

  test('is of a period of at most 366 days that has an end and a beginning', async () => {
    const get = async (query: string) => await operatorApi(server)('GET', `/tenants/aurora/evidence?${query}`);
    expect(await get('from=2024-01-01&to=2025-01-02')).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT', detail: expect.stringContaining('366') } });
    expect(await get('from=2025-01-02&to=2025-01-01')).toMatchObject({ status: 422 });
    expect(await get('from=2999-01-01&to=2999-02-01')).toMatchObject({ status: 422 });
    expect(await get('from=yesterday')).toMatchObject({ status: 422 });
    expect((await get('from=2024-01-01&to=2025-01-01')).status).toBe(200);
    expect(await operatorApi(server)('GET', '/tenants/nobody/evidence')).toMatchObject({ status: 404 });
  });

  test('is signed of a period that is over: without an end up to the last full minute, and no end that is still to come, whoever asks', async () => {
    const get = async (query: string) => await operatorApi(server)('GET', `/tenants/borealis/evidence?${query}`);
    const { status, body } = await get('from=2026-01-01');
    const { content } = await readStatement('evidence', String(body['statement']), await keysOf());
    const { to, at } = content as { to: string; at: string };
    expect([status, new Date(to).getTime() % 60_000]).toEqual([200, 0]);
    expect(Date.parse(to)).toBeLessThanOrEqual(Date.parse(at));
    expect(Date.parse(at) - Date.parse(to)).toBeLessThan(70_000);

    const later = new Date(Date.now() + 3_600_000).toISOString();
    const refused = { code: 'INVALID_INPUT', detail: 'The period is not over: evidence ends now at the latest.', errors: [{ field: 'to', message: expect.any(String) }] };
    expect(await get(`from=2026-01-01&to=${later}`)).toMatchObject({ status: 422, body: refused });
    const token = await server.tenantToken('borealis', 'auditor');
    expect(await call(server.url, 'GET', `/api/v1/tenants/borealis/auth/evidence?to=${later}`, { token })).toMatchObject({ status: 422, body: refused });
    const order = async (until: string) =>
      await call(server.url, 'POST', '/graphql', {
        token, body: { query: `mutation { requestEvidence(input: {since: "${ago(86_400_000)}", until: "${until}"}) { result { status } } }` },
      });
    expect((await order(later)).body['errors']).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    expect((await order(ago(1_000))).body).not.toHaveProperty('errors');
    for (const call of ['select platform.evidence($1, $2, $3)', 'select platform.request_evidence($1, $2, $3)']) {
      const said = async (until: string) =>
        await sqlstateOf(async () => await server.db.withOperator('security', async (client) => await client.query(call, ['borealis', ago(86_400_000), until])));
      expect([await said(later), await said(ago(0))]).toEqual(['TN002', 'ok']);
    }
    expect((await ask(`select count(*)::int as n from platform.evidence_bundles where until > requested_at`))[0].n).toBe(0);
  });

  test('is collected by SQL without a signature, and signed once', async () => {
    const { rows } = await server.db.withOperator('security', async (client) =>
      await client.query(`select platform.evidence('aurora', now() - interval '1 day', now()) as said`));
    expect(rows[0].said).toMatchObject({ tenant: 'aurora', isolation: { latest: expect.any(String) } });
    const [bundle] = await server.db.withOperator('operator', async (client) =>
      (await client.query(`select id, status, statement from platform.request_evidence('aurora', now() - interval '2 days', now())`)).rows);
    expect(bundle).toMatchObject({ status: 'queued', statement: null });
    await expect.poll(async () => await ask('select status from platform.evidence_bundles where id = $1', [bundle.id])).toEqual([{ status: 'signed' }]);
    expect(await asWorker(async (client) => await signEvidence(client, localSealer(server.db.masterKey), bundle.id))).toBe(false);
  });

  test('says how many transactions had written and not ended: what they changed is in a later bundle of the same period', async () => {
    await server.db.withOwner(async (open) => {
      await open.query('begin');
      await open.query(`select audit.record('evidence.open', 'aurora')`);
      const [{ since, until }] = await ask(`select now() - interval '1 hour' as since, now() as until`);
      const collected = async () =>
        (await server.db.withOperator('security', async (client) => await client.query(`select platform.evidence('aurora', $1, $2) as said`, [since, until]))).rows[0].said as {
          openTransactions: number; access: { byAction: [string, string, string, number][] };
        };
      const before = await collected();
      expect(before.openTransactions).toBeGreaterThan(0);
      expect(JSON.stringify(before.access)).not.toContain('evidence.open');
      const { text } = await page(`/tenants/aurora/auth/evidence?from=2026-01-01T00:00:00Z`, await server.tenantToken('aurora', 'auditor'));
      expect(text).toMatch(/\d+ transactions? that had written (?:was|were) still open on the database/);
      await open.query('commit');
      const after = await collected();
      expect(JSON.stringify(after.access)).toContain('evidence.open');
    });
    // Other work on this server is never known to be over, so the other words are asked for.
    const { body } = await operatorApi(server)('GET', '/tenants/aurora/evidence?from=2026-01-01T00:00:00Z');
    const evidence = body['evidence'] as EvidenceContent;
    expect(evidencePage({ ...evidence, openTransactions: 0 }, 'x').markup).toContain('no change of the period is to come. What the server’s log tells');
  });

  test('lists end after a thousand entries and counts are whole', async () => {
    await server.db.withOwner(async (client) => {
      await client.query('begin');
      await client.query(`insert into platform.attestations (tenant_id, run_id, at, passed, statement)
                          select 'aurora', gen_random_uuid(), now() - interval '1 hour', true, 'e30.e30.x' from generate_series(1, 1500)`);
      const { rows } = await client.query(`select platform.evidence('aurora', now() - interval '1 day', now()) as said`);
      const { attestations, list } = rows[0].said.isolation;
      expect([attestations > 1500, list.length]).toEqual([true, 1000]);
      await client.query('rollback');
    });
  });
});

describe('npm run verify', () => {
  const verify = async (...args: readonly string[]) => {
    const script = fileURLToPath(new URL('../../scripts/verify.ts', import.meta.url));
    try {
      return { code: 0, ...(await run(process.execPath, [script, ...args], { env: { PATH: process.env['PATH'], NODE_ENV: 'test', PUBLIC_URL: server.url } })) };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, stdout, stderr };
    }
  };
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  test('verifies an attestation with the published keys, from a file or an address', async () => {
    const { body } = await operatorApi(server)('GET', '/tenants/aurora/attestation');
    const jws = await file('aurora.jws', `${String(body['statement'])}\n`);
    const jwks = await file('jwks.json', JSON.stringify({ keys: await keysOf() }));
    const byAddress = await verify('--attestation', jws);
    expect(byAddress).toMatchObject({ code: 0, stderr: '' });
    expect(byAddress.stdout).toMatch(/^holds {3}.+\ntenant {2}aurora, installation .+, proof of .+\nsigned {2}[\d-]+T.+Z\nsays {4}isolated: \d+ checks, \d+ attempts against \d other tenants? and the platform/);
    expect(await verify('--attestation', jws, '--jwks', jwks)).toMatchObject({ code: 0 });
    expect(await verify('--attestation', await file('answer.json', JSON.stringify(body)), '--jwks', jwks)).toMatchObject({ code: 0 });
    const evidence = await operatorApi(server)('GET', '/tenants/aurora/evidence?from=2026-01-01&to=2026-06-01');
    const { stdout } = await verify('--evidence', await file('bundle.json', JSON.stringify(evidence.body)), '--jwks', jwks);
    const { at } = evidence.body['evidence'] as { at: string };
    expect(stdout).toMatch(/^points {2}.*met/m);
    expect(stdout).toContain(`\nsigned  ${at}\nperiod  2026-01-01T00:00:00+00:00 to 2026-06-01T00:00:00+00:00\n`);
  });

  test('says what is wrong with one that does not hold, each in its own words', async () => {
    const { body } = await operatorApi(server)('GET', '/tenants/aurora/attestation');
    const statement = String(body['statement']);
    const jwks = await file('jwks.json', JSON.stringify({ keys: await keysOf() }));
    const [header = '', payload = '', signature = ''] = statement.split('.');
    const forged = Buffer.from(Buffer.from(payload, 'base64url').toString('utf8').replace('"aurora"', '"aurorb"')).toString('base64url');
    const refused = async (text: string, keys = jwks) => {
      const { code, stdout, stderr } = await verify('--attestation', await file('forged', text), '--jwks', keys);
      expect([code, stdout]).toEqual([1, '']);
      return stderr;
    };
    expect(await refused(`${header}.${forged}.${signature}`)).toContain('the signature does not hold');
    const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    expect(await refused(`${header}.${payload}.${flipped}`)).toContain('the signature does not hold');
    const checkpoint = await asWorker(async (client) => await (await openSigner(client, localSealer(server.db.masterKey))).sign('checkpoint', { v: 1 }));
    expect(await refused(checkpoint)).toContain('not a statement of kind attestation: its type is tenantry-checkpoint+jws');
    expect(await refused(statement, await file('other.json', '{"keys": []}'))).toContain('signed with a key that is not among the given ones');
    expect(await refused('nothing signed')).toContain('holds no signed statement');
    expect(await refused(JSON.stringify({ ...body, attestation: { tenant: 'aurora', passed: true } }))).toContain('what it says beside the statement is not what was signed');
    expect((await verify('--attestation', join(folder, 'absent'))).stderr).toContain('cannot be read');
    expect((await verify('--attest', 'x')).stderr).toContain('Usage');
  });
});
