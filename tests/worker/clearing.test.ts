/** What is long over goes by the nightly job, of operators and in every tenant, and what is not stays. */
import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { parseCrontab } from 'graphile-worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../server/observability/logger.ts';
import { logMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';
import type { Worker } from '../../worker/worker.ts';

let database: TestDatabase;
let worker: Worker;
let log = '';

beforeAll(async () => {
  database = await createTestDatabase();
  for (const id of ['aurora', 'borealis', 'closed']) await database.provision(id, { template: 'demo' });
  await database.withOwner(async (client) => await client.query(`select platform.suspend_tenant('closed', 'test')`));
  const logger = createLogger('info', new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  }));
  worker = await startWorker({ endpoint: database.endpoint, prefix: database.prefix, masterKey: database.masterKey, logger, mailer: logMailer(logger), publicUrl: 'http://127.0.0.1' });
});

afterAll(async () => {
  await worker.stop();
  await database.drop();
});

/** By table: rows in the state that a column's value says, of a person where the table needs one; `past` go and `live` stay. */
const attempts = (schema: string) => `insert into ${schema}.sign_in_attempts (email_key, created_at) values
  ('past', now() - interval '25 hours'), ('live', now() - interval '23 hours')`;
const locks = (schema: string) => `insert into ${schema}.sign_in_locks (email_key, failures, locked_until, updated_at) values
  ('past', 3, null, now() - interval '25 hours'), ('past, lifted', 6, now() - interval '24 hours', now() - interval '25 hours'),
  ('live, counted', 3, null, now() - interval '23 hours'), ('live, locked', 9, now() + interval '1 minute', now() - interval '25 hours')`;

/** A person for each row, since some tables hold one row a person: names tell which go. */
const people = ['past, expired', 'past, ended', 'live, open', 'live, expired', 'live, ended'];
const sessions = (table: string, person: string) => `insert into ${table} (${person}, user_agent, created_at, expires_at, ended_at, ended_because) select $1, * from (values
  ('past, expired', now() - interval '33 days', now() - interval '31 days', null::timestamptz, null), ('past, ended', now() - interval '33 days', now() + interval '1 day', now() - interval '31 days', 'logout'),
  ('live, open', now(), now() + interval '1 day', null, null), ('live, expired', now() - interval '31 days', now() - interval '29 days', null, null),
  ('live, ended', now() - interval '33 days', now() - interval '29 days', now() - interval '29 days', 'logout')) as s`;
const tokens = (schema: string, table: string) => `insert into ${schema}.refresh_tokens (token_hash, session_id, expires_at)
  select encode(sha256(convert_to(user_agent, 'UTF8')), 'hex'), id, expires_at from ${schema}.${table} where user_agent ~ '^(past|live)'`;
const invitations = (table: string, person: string, personTable: string) => `insert into ${table} (${person}, expires_at, accepted_at) select p.id, i.expires_at, i.accepted_at
  from (values ('past, expired', now() - interval '31 days', null::timestamptz), ('past, ended', now() + interval '1 day', now() - interval '31 days'),
               ('live, open', now() + interval '1 day', null), ('live, expired', now() - interval '29 days', null), ('live, ended', now() - interval '29 days', now() - interval '29 days')
       ) as i (name, expires_at, accepted_at) join ${personTable} p on p.name = i.name`;

async function arrange(): Promise<void> {
  await database.withOwner(async (client) => {
    for (const id of ['aurora', 'borealis', 'closed']) {
      const schema = `tenant_${id}`;
      await client.query(`set search_path = ${schema}, tenantry_shared, pg_temp`);
      await client.query(attempts(schema));
      await client.query(locks(schema));
      await client.query(`insert into users (email, name, role, status) select md5(n) || '@example.com', n, 'viewer', 'active' from unnest($1::text[]) n`, [people]);
      const { rows } = await client.query(`select id from users where name = 'live, open'`);
      await client.query(sessions('user_sessions', 'user_id'), [rows[0].id]);
      await client.query(tokens(schema, 'user_sessions'));
      await client.query(invitations('user_invitations', 'user_id', 'users'));
      await client.query(`insert into webhook_deliveries (webhook, event, subject_id, status, created_at) values
        ('past', 'e', gen_random_uuid(), 'delivered', now() - interval '31 days'), ('past lost', 'e', gen_random_uuid(), 'pending', now() - interval '31 days'),
        ('live', 'e', gen_random_uuid(), 'failed', now() - interval '29 days'), ('live waiting', 'e', gen_random_uuid(), 'pending', now())`);
    }
    await client.query('reset search_path');
    await client.query(attempts('platform_private'));
    await client.query(locks('platform_private'));
    await client.query(`insert into platform.operators (email, name, role, status) select md5(n) || '@example.com', n, 'developer', 'active' from unnest($1::text[]) n`, [people]);
    const { rows } = await client.query(`select id from platform.operators where name = 'live, open'`);
    await client.query(sessions('platform_private.operator_sessions', 'operator_id'), [rows[0].id]);
    await client.query(tokens('platform_private', 'operator_sessions'));
    await client.query(invitations('platform_private.operator_invitations', 'operator_id', 'platform.operators'));
    await client.query(`with account as (insert into platform.service_accounts (name) values ('robot') returning id)
      insert into platform_private.service_secrets (account_id, secret_hash, expires_at)
      select id, encode(sha256(s.name::bytea), 'hex'), s.expires_at
        from account, (values ('past', now() - interval '31 days'), ('live, over', now() - interval '29 days'), ('live, good', null)) as s (name, expires_at)`);
    await client.query(`insert into platform_private.idempotency_keys (actor, key, request_hash, created_at)
      values ('a', 'past', 'x', now() - interval '25 hours'), ('a', 'live', 'x', now() - interval '23 hours')`);
  });
}

/** What is left of what {@link arrange} made, by table. */
async function left(schema: string): Promise<Record<string, string[]>> {
  const platform = schema === 'platform_private';
  const [persons, person, sessionTable, invitationTable] = platform
    ? ['platform.operators', 'operator_id', 'operator_sessions', 'operator_invitations']
    : [`${schema}.users`, 'user_id', 'user_sessions', 'user_invitations'];
  const queries: Record<string, string> = {
    attempts: `select email_key as name from ${schema}.sign_in_attempts`,
    locks: `select email_key as name from ${schema}.sign_in_locks`,
    sessions: `select user_agent as name from ${schema}.${sessionTable}`,
    tokens: `select s.user_agent as name from ${schema}.refresh_tokens t left join ${schema}.${sessionTable} s on s.id = t.session_id`,
    invitations: `select p.name from ${schema}.${invitationTable} i join ${persons} p on p.id = i.${person}`,
    ...(platform
      ? {
          secrets: `select case when expires_at is null then 'live, good' when expires_at > now() - interval '30 days' then 'live, over' else 'past' end as name from platform_private.service_secrets`,
          requests: 'select key as name from platform_private.idempotency_keys',
        }
      : { deliveries: `select webhook as name from ${schema}.webhook_deliveries` }),
  };
  return await database.withOwner(async (client) => {
    const found: Record<string, string[]> = {};
    for (const [name, query] of Object.entries(queries)) {
      found[name] = (await client.query<{ name: string }>(`${query} order by 1`)).rows.map((row) => row.name).filter((row) => /^(past|live)/.test(row));
    }
    return found;
  });
}

const stays = {
  attempts: ['live'],
  locks: ['live, counted', 'live, locked'],
  sessions: ['live, ended', 'live, expired', 'live, open'],
  tokens: ['live, ended', 'live, expired', 'live, open'],
  invitations: ['live, ended', 'live, expired', 'live, open'],
};
const staysInTenant = { ...stays, deliveries: ['live', 'live waiting'] };
const staysOfOperators = { ...stays, secrets: ['live, good', 'live, over'], requests: ['live'] };

const clear = async () =>
  await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => await client.query(`select graphile_worker.add_job('past__clear', max_attempts => 1)`));

it('clears operators and every tenant, open or not, of what is long over, and says how much in the trail', async () => {
  await arrange();
  expect((await left('tenant_aurora'))['sessions']).toEqual(['live, ended', 'live, expired', 'live, open', 'past, ended', 'past, expired']);
  // Read within the transaction: what waits to be sealed is gone from the buffer a moment later.
  const events = await database.withOwner(async (client) => {
    await client.query('begin');
    for (const id of [null, 'aurora', 'aurora', 'closed']) await client.query('select platform_private.clear_past($1, 100)', [id]);
    const { rows } = await client.query(`select tenant_id, subject, before, after, detail from audit.buffer where action = 'past.clear' order by id`);
    await client.query('rollback');
    return rows;
  });
  const common = { sign_in_attempts: 1, sign_in_locks: 2 };
  const ofTenant = { ...common, user_sessions: 2, user_invitations: 2, webhook_deliveries: 2 };
  const event = (tenant: string | null, detail: object) => ({ tenant_id: tenant, subject: null, before: null, after: null, detail });
  expect(events).toEqual([
    event(null, { ...common, operator_sessions: 2, operator_invitations: 2, service_secrets: 1, idempotency_keys: 1 }),
    event('aurora', ofTenant), event('closed', ofTenant),
  ]);
  await clear();
  await expect.poll(async () => await left('tenant_closed')).toEqual(staysInTenant);
  expect(await left('tenant_aurora')).toEqual(staysInTenant);
  expect(await left('tenant_borealis')).toEqual(staysInTenant);
  expect(await left('platform_private')).toEqual(staysOfOperators);
});

it('takes a table in batches, passes over what somebody holds, and records nothing when nothing is over', async () => {
  const counts = await database.withOwner(async (holder) => {
    await holder.query(`insert into tenant_aurora.sign_in_attempts (email_key, created_at) select 'past ' || n, now() - interval '2 days' from generate_series(1, 5) n`);
    await holder.query('begin');
    await holder.query(`select from tenant_aurora.sign_in_attempts where email_key = 'past 1' for update`);
    const found: unknown[] = [];
    await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => {
      const call = async () => found.push((await client.query(`select platform_private.clear_past('aurora', 3) as counts`)).rows[0].counts);
      for (let calls = 0; calls < 3; calls += 1) await call();
      await holder.query('commit');
      for (let calls = 0; calls < 2; calls += 1) await call();
      found.push((await client.query(`select platform_private.clear_past('nowhere', 3) as counts`)).rows[0].counts);
    });
    return found;
  });
  expect(counts).toEqual([{ sign_in_attempts: 3 }, { sign_in_attempts: 1 }, {}, { sign_in_attempts: 1 }, {}, {}]);
  const { rows } = await database.withOwner(async (client) => await client.query(`select (select count(*) from audit.buffer where action = 'past.clear' and tenant_id = 'aurora')::int + (select count(*) from audit.events where action = 'past.clear' and chain = 'aurora')::int as n`));
  expect(rows[0].n).toBe(1 + 3);
});

it('goes past a tenant that is broken, says which, and goes through the fleet in batches', async () => {
  await database.withOwner(async (client) => {
    for (const id of ['aurora', 'borealis']) await client.query(`insert into tenant_${id}.sign_in_attempts (email_key, created_at) values ('past', now() - interval '2 days')`);
    await client.query('alter table tenant_aurora.sign_in_attempts rename column created_at to made_at');
  });
  await clear();
  await expect.poll(() => log).toContain('clearing what is over of aurora failed (42703)');
  expect((await left('tenant_borealis'))['attempts']).toEqual(['live']);
  await database.withOwner(async (client) => await client.query('alter table tenant_aurora.sign_in_attempts rename column made_at to created_at'));
  expect((await left('tenant_aurora'))['attempts']).toEqual(['live', 'past']);
  const { rows } = await database.withLogin(
    `${database.prefix}tenantry_worker`,
    async (client) => await client.query(`select array(select platform_private.built_tenants('', 2)) as first, array(select platform_private.built_tenants('borealis', 2)) as second`),
  );
  expect(rows[0]).toEqual({ first: ['aurora', 'borealis'], second: ['closed'] });
});

it('runs every night by itself', async () => {
  const crontab = parseCrontab(await readFile(new URL('../../worker/crontab', import.meta.url), 'utf8'));
  const nightly = crontab.find(({ task }) => task === 'past__clear');
  const at = (hours: number, minutes: number) =>
    nightly?.match({ timestamp: 0, ts: new Date(2026, 0, 1), hour: hours, min: minutes, date: 1, month: 1, dow: 4 } as never);
  expect([at(0, 45), at(0, 46), at(12, 45)]).toEqual([true, false, false]);
});
