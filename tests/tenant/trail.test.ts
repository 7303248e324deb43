/** The trail of what tenants' people write: in whose names, which values, who reads them, and what an erasure leaves. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { createSealing } from '../../worker/sealing.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';

let server: TestServer;
let pool: pg.Pool;

beforeAll(async () => {
  server = await startTestServer();
  await server.db.provision('aurora', { template: 'demo' });
  await server.db.provision('borealis', { template: 'demo' });
  pool = new pg.Pool(loginConfig(server.db.endpoint, fixedRole(server.db.prefix, 'tenantry_worker'), server.db.masterKey));
});

afterAll(async () => {
  await pool.end();
  await server.close();
});

async function seal(): Promise<number> {
  return await createSealing(pool, localSealer(server.db.masterKey)).seal();
}

async function asOwner<T extends object>(sql: string, values: unknown[] = []): Promise<T[]> {
  return await server.db.withOwner(async (client) => (await client.query<T>(sql, values)).rows);
}

interface Answer {
  // Answers are compared by path, never typed further.
  // eslint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

async function ask(name: string, query: string, variables: Record<string, unknown> = {}, tenant = 'aurora'): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await server.tenantToken(tenant, name)}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

const page = `query ($olderThan: Datetime, $size: Int, $about: String, $since: Datetime, $onlyAction: String, $onlyActor: String, $onlyOutcome: String) {
  auditTrailList(olderThan: $olderThan, size: $size, about: $about, since: $since, onlyAction: $onlyAction, onlyActor: $onlyActor, onlyOutcome: $onlyOutcome) {
    at action outcome actor actorRole onBehalfOf subject changed before after detail requestId
  }
}`;
type Event = Record<'at' | 'action' | 'outcome' | 'actor' | 'subject', string> & {
  readonly changed: string[];
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly detail: Record<string, unknown> | null;
};
const read = async (name: string, variables: Record<string, unknown> = {}, tenant = 'aurora') =>
  (await ask(name, page, variables, tenant)).data.auditTrailList as Event[];

/** Tables whose changes no row trigger records, and why. */
const untriggered: Readonly<Record<string, string>> = {
  permissions: 'what can be allowed is part of the version: nobody may write it',
  user_credentials: 'passwords; that one was set is an event of the function that sets it',
  user_sessions: 'signing in and out are events of the functions of sign-in',
  refresh_tokens: 'a renewal is no event; a second use is one of the function that sees it',
  user_invitations: 'inviting and accepting are events of their functions',
  sign_in_attempts: 'an attempt is an event of the function that judges it',
  sign_in_locks: 'a lock follows from attempts, and lifting one is an event',
  settings: 'settings_record writes the event, with the paths that changed',
  webhook_secrets: 'webhook_secrets_record writes the event, without the secret',
  webhook_deliveries: 'a log of its own, of what a worker sent',
  ending_notices: 'what the worker remembers, so as to tell nobody twice',
};

/** Tenant tables without the trigger, or with one that leaves out a kind of change. */
const uncovered = `
  select c.relname as name
    from pg_class c
   where c.relnamespace = 'tenant_aurora'::regnamespace and c.relkind in ('r', 'p')
     and not coalesce((select bit_or(t.tgtype::int) & 28 = 28 and bool_and(t.tgenabled = 'O') from pg_trigger t
                        where t.tgrelid = c.oid and t.tgfoid = 'audit.record_change'::regproc), false)
   order by 1`;
const unclassed = `
  select c.relname || '.' || a.attname as name
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where c.relnamespace = 'tenant_aurora'::regnamespace and c.relkind in ('r', 'p')
     and coalesce(col_description(c.oid, a.attnum), '') !~ '^@class (public|internal|confidential|personal|secret)\n'
   order by 1`;

describe('a table of a tenant', () => {
  it('has the trigger, or stands here with its reason; and every column has a class', async () => {
    expect((await asOwner<{ name: string }>(uncovered)).map(({ name }) => name)).toEqual(Object.keys(untriggered).toSorted());
    expect(await asOwner(unclassed)).toEqual([]);
  });

  it('is noticed when it is new and has neither', async () => {
    await server.db.withOwner(async (client) => {
      await client.query('begin');
      await client.query(`create table tenant_aurora.royalties (id uuid primary key, amount numeric)`);
      await client.query(`create trigger half after insert on tenant_aurora.royalties for each row execute function audit.record_change()`);
      expect((await client.query<{ name: string }>(uncovered)).rows.map(({ name }) => name)).toContain('royalties');
      expect((await client.query(unclassed)).rows).toEqual([{ name: 'royalties.amount' }, { name: 'royalties.id' }]);
      await client.query(`create trigger whole after update or delete on tenant_aurora.royalties for each row execute function audit.record_change()`);
      expect((await client.query<{ name: string }>(uncovered)).rows.map(({ name }) => name)).not.toContain('royalties');
      await client.query('rollback');
    });
  });

  it('can’t be emptied past its trigger, nor the trigger be silenced', async () => {
    await server.db.withUser('aurora', { role: 'admin' }, async (client) => {
      for (const statement of ['truncate brands', 'alter table brands disable trigger brands_audit', `set local session_replication_role = 'replica'`]) {
        await client.query('savepoint before');
        expect([statement, await sqlstateOf(async () => await client.query(statement))]).toEqual([statement, '42501']);
        await client.query('rollback to before');
      }
      expect(await sqlstateOf(async () => await client.query(`update brands set category = category || '.'`))).toBe('ok');
    });
  });
});

describe('classes', () => {
  it('reach the control plane as data, one for each column of this version', async () => {
    const [{ missing, there } = { missing: -1, there: 0 }] = await asOwner<{ missing: number; there: number }>(
      `select count(*) filter (where k.class is null or col_description(c.oid, a.attnum) not like '@class ' || k.class || E'\\n%')::int as missing, count(*)::int as there
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         left join platform.column_classes k
           on k.table_name = c.relname and k.column_name = a.attname and k.schema_version = (select schema_version from platform.tenants where id = 'aurora')
        where c.relnamespace = 'tenant_aurora'::regnamespace and c.relkind in ('r', 'p')`,
    );
    expect(missing).toBe(0);
    expect(there).toBeGreaterThan(100);
    const seen = await server.db.withOperator('developer', async (client) => (await client.query(`select class from platform.column_classes where column_name = 'password_hash'`)).rows);
    expect(seen).toContainEqual({ class: 'secret' });
  });

  it('are no part of what GraphQL says of a column', async () => {
    const { data } = await ask('admin', '{ __type(name: "Brand") { fields { name description } } }');
    const fields = data.__type.fields as { name: string; description: string }[];
    expect(fields.find(({ name }) => name === 'trademarkNumber')?.description).toBe('Registration number of the trademark, as the register writes it.');
    expect(JSON.stringify(fields)).not.toContain('@class');
  });

  it('decide what of an event is sealed, what stands, and what never enters it', async () => {
    await server.db.withOwner(async (client) => {
      await client.query('begin');
      await client.query('alter table tenant_aurora.brands add column pin text, add column unknown text');
      await client.query(`insert into platform.column_classes select max(schema_version), 'brands', 'pin', 'secret' from platform.column_classes`);
      await client.query(`update tenant_aurora.brands set status = 'paused', category = 'Sealedname', pin = 'Secretpin', unknown = 'Unknownname' where name = (select min(name) from tenant_aurora.brands)`);
      const { rows } = await client.query<{ after: unknown; private: { after: unknown } }>(
        `select after, audit.private_part(b) as private from audit.buffer b where action = 'brands.update' order by id desc limit 1`,
      );
      expect(rows[0]?.after).toEqual({ status: 'paused', category: 'Sealedname', pin: '(secret)', unknown: 'Unknownname' });
      expect(rows[0]?.private.after).toEqual({ category: 'Sealedname', pin: '(secret)', unknown: 'Unknownname' });
      const [found] = (await client.query(`select count(*)::int as n from audit.buffer b where b::text like '%Secretpin%'`)).rows;
      expect(found).toEqual({ n: 0 });
      await client.query('rollback');
    });
  });
});

describe('what is sealed', () => {
  const subjectOf = async (): Promise<string> => {
    const made = await ask('admin', 'mutation { createBrand(input: {brand: {name: "Sealable", category: "Plainword"}}) { brand { rowId } } }');
    const id = (made.data.createBrand.brand as { rowId: string }).rowId;
    await ask('manager', 'mutation ($id: UUID!) { updateBrand(input: {rowId: $id, patch: {category: null, status: "paused"}}) { clientMutationId } }', { id });
    return `brands:${id}`;
  };

  it('reads the same before and after, for whoever may see it, and for nobody else', async () => {
    const about = await subjectOf();
    const wanted = await read('admin', { about });
    expect(wanted).toMatchObject([
      { action: 'brands.update', changed: ['category', 'status'], before: { category: 'Plainword', status: 'active' }, after: { category: null, status: 'paused' } },
      { action: 'brands.insert', before: null, after: { name: 'Sealable', category: 'Plainword' } },
    ]);
    await asOwner(`insert into tenant_aurora.users (email, name, role, status) values ('auditor@aurora.example', 'Audrey', 'auditor', 'active')`);
    const known = await asOwner<{ hash: string }>(
      `select c.password_hash as hash from tenant_aurora.user_credentials c join tenant_aurora.users u on u.id = c.user_id where u.email = 'admin@aurora.example'`,
    );
    await asOwner('select identity.set_user_password($1, $2, $3, false)', ['aurora', 'auditor@aurora.example', known[0]?.hash]);
    const audited = await read('auditor', { about });
    expect(await seal()).toBeGreaterThan(0);
    expect(await read('admin', { about })).toEqual(wanted);
    expect(await read('auditor', { about })).toEqual(audited);
    expect(JSON.stringify(audited)).not.toMatch(/Plainword|paused/);
    expect(audited[0]?.changed).toEqual(['category', 'status']);
    const stored = await asOwner<{ events: string }>(`select string_agg(e::text, '') as events from audit.events e where subject = $1`, [about]);
    expect(stored[0]?.events).toContain('paused');
    expect(stored[0]?.events).not.toContain('Plainword');
  });

  it('comes to a tenant’s role closed, and to who may see nothing of it not at all', async () => {
    const closed = async (role: string) =>
      await server.db.withUser('aurora', { role }, async (client) =>
        (await client.query<{ sealed: Record<string, unknown> | null }>(`select sealed from audit_trail(only_action => 'brands.insert', size => 1)`)).rows[0]?.sealed);
    expect(await closed('admin')).toEqual({ key: expect.stringMatching(/^[0-9]+$/), bytes: expect.any(String), values: true, people: true });
    expect(await closed('auditor')).toBeNull();
    await server.db.withUser('aurora', { role: 'admin' }, async (client) => {
      expect(await sqlstateOf(async () => await client.query('select * from identity.data_keys($1, $2)', ['aurora', '{1}']))).toBe('42501');
    });
    const keys = async (tenantId: string) =>
      await server.db.withLogin(fixedRole(server.db.prefix, 'tenantry_auth'), async (client) =>
        (await client.query<{ id: string }>('select id from identity.data_keys($1, array(select generate_series(1, 1000)))', [tenantId])).rows.map(({ id }) => id));
    const [ours, theirs] = [await keys('aurora'), await keys('borealis')];
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter((id) => theirs.includes(id))).toEqual([]);
  });

  it('shows people’s addresses to those who run users, once more from the sealed part', async () => {
    await asOwner(`select audit.record('sign_in.refuse', 'aurora', 'email:typo@aurora.example', 'refused', null, null, '{"address": "192.0.2.9", "code": "WRONG"}')`);
    await seal();
    const newest = async (name: string) => (await read(name, { onlyAction: 'sign_in.refuse', size: 1 }))[0];
    expect(await newest('admin')).toMatchObject({ subject: 'email:typo@aurora.example', detail: { address: '192.0.2.9', code: 'WRONG' } });
    expect(await newest('auditor')).toMatchObject({ subject: 'email', detail: { code: 'WRONG' } });
  });

  it('is found by time, action, actor, subject and outcome, page by page', async () => {
    // Reading is an event as well: what is compared lies before the newest.
    await asOwner(`select audit.record('test.mark', 'aurora')`);
    const [newest, ...all] = await read('admin', { size: 100 });
    const until = newest?.at ?? null;
    const oldest = all.at(-1)?.at ?? '';
    const actor = all.find(({ actor: by }) => by.startsWith('user:'))?.actor ?? '';
    const middle = all[Math.floor(all.length / 2)]?.at ?? '';
    for (const [filter, holds] of [
      [{ onlyAction: 'brands.update' }, (event: Event) => event.action === 'brands.update'],
      [{ onlyAction: 'brands.' }, (event: Event) => event.action.startsWith('brands.')],
      [{ onlyActor: actor }, (event: Event) => event.actor === actor],
      [{ onlyOutcome: 'refused' }, (event: Event) => event.outcome === 'refused'],
      [{ since: middle }, (event: Event) => event.at >= middle],
      [{ olderThan: middle }, (event: Event) => event.at < middle],
    ] as const) {
      const found = await read('admin', { size: 200, since: oldest, olderThan: until, ...filter });
      expect(found.length).toBeGreaterThan(0);
      expect([filter, found]).toEqual([filter, all.filter(holds)]);
      expect(found.length).toBeLessThan(all.length);
    }
    const paged: Event[] = [];
    for (let olderThan = until; ; ) {
      const next: Event[] = await read('admin', { size: 7, olderThan, since: oldest });
      if (next.length === 0) break;
      paged.push(...next);
      olderThan = next.at(-1)?.at ?? null;
      // What is sealed meanwhile moves nothing.
      await seal();
    }
    expect(paged).toEqual(all);
  });
});

it('writes both identities of an operator inside a tenant on every row', async () => {
  const entered = await fetch(`${server.url}/api/v1/tenants/aurora/context`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await server.operatorToken('admin')}` },
    body: JSON.stringify({ reason: 'mends a brand', role: 'manager', access: 'write' }),
  });
  const { accessToken } = (await entered.json()) as { accessToken: string };
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ query: 'mutation { createBrand(input: {brand: {name: "By a visitor"}}) { brand { rowId } } }' }),
  });
  const body = (await response.json()) as { data: { createBrand: { brand: { rowId: string } } } };
  const [visit] = await asOwner<{ id: string; operator_id: string }>('select id, operator_id from platform.tenant_visits order by started_at desc limit 1');
  const about = `brands:${body.data.createBrand.brand.rowId}`;
  expect(await read('admin', { about })).toMatchObject([
    { action: 'brands.insert', actor: `operator:${visit?.operator_id}`, actorRole: 'manager', onBehalfOf: `visit:${visit?.id}` },
  ]);
});

describe('an erasure', () => {
  const erase = async (userId: string | undefined, reason: string) =>
    await server.db.withOperator('admin', async (client) => (await client.query<{ keys: number }>('select platform.erase_person($1, $2, $3) as keys', ['borealis', userId, reason])).rows[0]?.keys);
  /** Everything the audit tables hold, as a superuser's eye would find it. */
  const scan = async (text: string) =>
    (await asOwner<{ found: boolean }>(
      `select exists (select from audit.buffer b where b::text like $1) or exists (select from audit.events e where e::text like $1) as found`, [`%${text}%`],
    ))[0]?.found;

  it('takes a removed person’s values from the trail, and leaves the chain', async () => {
    const [{ id } = { id: '' }] = await asOwner<{ id: string }>(
      `insert into tenant_borealis.users (email, name, role, status) values ('gone@borealis.example', 'Gone Person', 'viewer', 'active') returning id`,
    );
    await seal();
    await asOwner(`update tenant_borealis.users set name = 'Gone Forever', role = 'user' where id = $1`, [id]);
    const about = `users:${id}`;
    expect((await read('admin', { about }, 'borealis'))[0]).toMatchObject({ before: { name: 'Gone Person', role: 'viewer' } });
    await expect(erase(id, 'asked for it')).rejects.toMatchObject({ code: 'TN004' });
    await asOwner('delete from tenant_borealis.users where id = $1', [id]);
    await expect(erase(id, ' ')).rejects.toMatchObject({ code: 'TN002' });
    expect(await scan('Gone Forever')).toBe(true);
    expect(await erase(id, 'asked for it')).toBe(1);
    expect(await scan('Gone Forever')).toBe(false);
    await seal();
    expect(await scan('Gone ')).toBe(false);
    expect(await read('admin', { about }, 'borealis')).toMatchObject([
      { action: 'users.delete', before: { name: '(erased)', email: '(erased)', role: 'user' }, after: null },
      { action: 'users.update', before: { name: '(erased)', role: 'viewer' }, after: { name: '(erased)', role: 'user' } },
      { action: 'users.insert', before: null, after: { name: '(erased)', email: '(erased)', role: 'viewer' } },
    ]);
    expect(await asOwner(`select * from audit.verify('borealis')`)).toMatchObject([{ first_bad: null }]);
    expect(await asOwner(`select subject, detail from audit.events where action = 'person.erase'`)).toEqual([
      { subject: null, detail: { reason: 'asked for it', destroyedKeys: 1 } },
    ]);
    // Others of the tenant read as before.
    expect(JSON.stringify(await read('admin', { size: 200 }, 'borealis'))).toContain('viewer@borealis.example');
  });

  it('of a whole tenant comes with its purge', async () => {
    await server.db.provision('cygnus', { template: 'demo' });
    await seal();
    const [before] = await asOwner<{ keys: number; events: string }>(
      `select (select count(*)::int from audit.data_keys where chain = 'cygnus' and sealed is not null) as keys, (select events from audit.verify('cygnus')) as events`,
    );
    expect(before?.keys).toBeGreaterThan(1);
    await asOwner(`update tenant_cygnus.brands set category = 'Lastminute'`);
    await asOwner(`select platform.suspend_tenant('cygnus', 'over'), platform.delete_tenant('cygnus', 'over')`);
    await asOwner(`update platform.tenants set purge_after = now() - interval '1 day' where id = 'cygnus'`);
    expect(await scan('Lastminute')).toBe(true);
    await asOwner(`select platform.purge_tenant('cygnus')`);
    expect(await scan('Lastminute')).toBe(false);
    await seal();
    const [after] = await asOwner<{ keys: number; bad: string | null; events: string; opened: number }>(
      `select (select count(*)::int from audit.data_keys where chain = 'cygnus' and sealed is not null and created_at < (select max(at) from audit.events where action = 'schema.drop')) as keys,
              (select first_bad from audit.verify('cygnus')) as bad, (select events from audit.verify('cygnus')) as events`,
    );
    expect(after).toMatchObject({ keys: 0, bad: null });
    expect(Number(after?.events)).toBeGreaterThan(Number(before?.events));
    expect(await asOwner(`select detail -> 'version' as version from audit.events where chain = 'cygnus' and action = 'schema.create'`)).toHaveLength(1);
  });
});

it('records the drift of a schema once, and its mending', async () => {
  const watch = async () =>
    await server.db.withLogin(fixedRole(server.db.prefix, 'tenantry_worker'), async (client) =>
      (await client.query<{ drifted: boolean }>(`select platform_private.watch_schema('aurora') as drifted`)).rows[0]?.drifted);
  const events = async () =>
    (await asOwner<{ action: string }>(
      `select action from audit.buffer where action in ('schema.drift', 'schema.mend') union all select action from audit.events where action in ('schema.drift', 'schema.mend')`,
    )).map(({ action }) => action).toSorted();
  expect([await watch(), await events()]).toEqual([false, []]);
  await asOwner('alter table tenant_aurora.brands add column by_hand text');
  expect([await watch(), await watch(), await events()]).toEqual([true, true, ['schema.drift']]);
  await asOwner('alter table tenant_aurora.brands drop column by_hand, add column by_hand_2 text');
  expect([await watch(), await events()]).toEqual([true, ['schema.drift', 'schema.drift']]);
  await asOwner('alter table tenant_aurora.brands drop column by_hand_2');
  expect([await watch(), await events()]).toEqual([false, ['schema.drift', 'schema.drift', 'schema.mend']]);
});
