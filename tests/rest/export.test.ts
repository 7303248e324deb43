import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';

let server: TestServer;

/** More than two pages, and many of one moment, as a statement leaves them that writes with one clock. */
const EVENTS = 4_600;

beforeAll(async () => {
  server = await startTestServer();
  for (const id of ['aurora', 'borealis']) await server.db.provision(id);
  await server.db.withOwner(async (owner) => {
    await owner.query(
      `insert into audit.buffer (source, action, tenant_id, actor, outcome, at, detail)
       select 'server', 'call.query', case when n % 2 = 0 then 'aurora' else 'borealis' end, 'user:' || n, case when n % 10 = 0 then 'refused' else 'ok' end,
              timestamptz '2026-01-01Z' + n / 300 * interval '1 second', jsonb_build_object('n', n, 'said', '=1+1,"x"' || chr(10))
         from generate_series(1, $1) n`, [EVENTS]);
    await owner.query(`update audit.buffer set actor = '=cmd' where actor = 'user:1'`);
    // What machines did by themselves: one that was refused shows always.
    await owner.query(`update audit.buffer set actor = 'worker' where actor in ('user:3001', 'user:3010')`);
    await owner.query(`update audit.buffer set actor = 'login:lane', action = 'access.unlogged' where actor = 'user:3003'`);
    // As the console leaves them: three that it only read, and what it must never hide.
    for (const [id, action, outcome, visit] of [
      ['2001', 'call.query', 'ok', null], ['2003', 'call.subscribe', 'ok', null], ['2005', 'call.query', 'ok', null],
      ['2007', 'call.mutation', 'ok', null], ['2009', 'call.query', 'ok', 'visit:1'], ['2010', 'call.query', 'refused', null],
    ]) {
      await owner.query(`update audit.buffer set actor = 'operator:' || $1, action = $2, outcome = $3, on_behalf_of = $4 where actor = 'user:' || $1`, [id, action, outcome, visit]);
    }
  });
});
afterAll(async () => {
  await server.close();
});

async function exported(query: string, title: 'admin' | 'security' | 'operator' = 'security') {
  const response = await fetch(`${server.url}/api/v1/audit-events/export?${query}`, { headers: { Authorization: `Bearer ${await server.operatorToken(title)}` } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const PERIOD = 'since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z';
const lines = (text: string) => text.trimEnd().split('\n').map((line) => JSON.parse(line) as { id: string; at: string; chain: string; outcome: string; actor: string });

test('an export holds every event of its period once, the newest first', async () => {
  const { status, headers, text } = await exported(PERIOD);
  expect([status, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
    200, 'application/jsonl; charset=utf-8', 'attachment; filename="audit-events.jsonl"',
  ]);
  const events = lines(text);
  expect(events).toHaveLength(EVENTS);
  expect(new Set(events.map(({ id }) => id)).size).toBe(EVENTS);
  expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted().toReversed());
});

test.each([
  ['tenantId=aurora', `chain = 'aurora'`],
  ['tenantId=borealis&outcome=refused', `chain = 'borealis' and outcome = 'refused'`],
  ['actor=user:77', `actor = 'user:77'`],
  ['action=call.query&outcome=ok', `action = 'call.query' and outcome = 'ok'`],
  ['action=call.&actor=user:', `action ^@ 'call.' and actor ^@ 'user:'`],
  ['actor=user:7', `actor = 'user:7'`],
  ['action=nothing.such', 'false'],
  ['actor=operator:', `actor ^@ 'operator:'`],
  ['actor=operator:&reads=true', `actor ^@ 'operator:'`],
  ['actor=operator:&reads=false', `actor in ('operator:2007', 'operator:2009', 'operator:2010')`],
  ['actor=worker', `actor = 'worker'`],
  ['actor=worker&machines=false', `actor = 'worker' and outcome = 'refused'`],
  ['action=access.unlogged', `action = 'access.unlogged'`],
  ['action=access.unlogged&machines=false', 'false'],
  ['reads=false&outcome=ok', `outcome = 'ok' and actor not in ('operator:2001', 'operator:2003', 'operator:2005')`],
])('filters by %s', async (filter, condition) => {
  const { text } = await exported(`${PERIOD}&${filter}`);
  const ids = text === '' ? [] : lines(text).map(({ id }) => id);
  const { rows } = await server.db.withOwner((owner) =>
    owner.query(`select id from platform.audit_events where at >= '2026-01-01Z' and at < '2026-02-01Z' and ${condition}`));
  expect(ids.toSorted()).toEqual(rows.map(({ id }) => id as string).toSorted());
});

test('as CSV every field keeps its place, and none is a formula', async () => {
  const { headers, text } = await exported(`${PERIOD}&actor=%3Dcmd&format=csv`);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const [head, row] = text.split('\r\n');
  expect(head).toBe('id,at,chain,seq,source,action,outcome,actor,actorRole,onBehalfOf,subject,sessionId,requestId,changed,before,after,detail');
  expect(row).toContain(`,call.query,ok,'=cmd,`);
  expect(row).toMatch(/"\{""n"":1,""said"":""=1\+1,\\""x\\""\\n""\}"$/);
});

test('that it was taken is an event, with who and what', async () => {
  await exported(`${PERIOD}&tenantId=aurora&outcome=refused`, 'admin');
  const { rows } = await server.db.withOwner((owner) =>
    owner.query(`select actor ~ '^operator:' as named, detail from audit.buffer where action = 'audit.export' and tenant_id = 'aurora' order by id desc limit 1`));
  expect(rows).toEqual([{ named: true, detail: { tenantId: 'aurora', outcome: 'refused', format: 'jsonl', since: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' } }]);
});

test.each([
  ['format=xml', 422], ['since=yesterday', 422], ['tenantId=nobody', 404], ['outcome=maybe', 422], ['order=at', 422],
])('%s is refused, with a reason', async (query, status) => {
  const reply = await exported(query, 'admin');
  expect([400, 422].includes(reply.status) ? 422 : reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
});

test('an operator who may not read the trail leaves nothing behind either', async () => {
  const before = await server.db.withOwner((owner) => owner.query(`select count(*)::int as count from audit.buffer where action = 'audit.export'`));
  expect((await exported(PERIOD, 'operator')).status).toBe(403);
  const after = await server.db.withOwner((owner) => owner.query(`select count(*)::int as count from audit.buffer where action = 'audit.export'`));
  expect(after.rows).toEqual(before.rows);
});
