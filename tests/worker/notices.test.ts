/** Who is told of what: from the event in the tenant to the message at an SMTP server. */
import { readFile } from 'node:fs/promises';
import { parseCrontab } from 'graphile-worker';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLogger } from '../../server/observability/logger.ts';
import { smtpMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from '../rest/api.ts';
import { startSmtpReceiver } from './smtp-receiver.ts';
import type { SmtpReceiver } from './smtp-receiver.ts';
import type { Worker } from '../../worker/worker.ts';

let server: TestServer;
let worker: Worker;
let smtp: SmtpReceiver;

const owner = async (sql: string, values: readonly unknown[] = []) =>
  await server.db.withOwner(async (client) => {
    await client.query('set search_path = tenant_aurora, tenantry_shared, pg_temp');
    return (await client.query(sql, [...values])).rows;
  });
const asWorker = async (sql: string, values: readonly unknown[] = []) =>
  await server.db.withLogin(`${server.db.prefix}tenantry_worker`, async (client) => (await client.query(sql, [...values])).rows);
const ask = async (who: string, query: string, variables: Readonly<Record<string, unknown>> = {}) => {
  const { body } = await call(server.url, 'POST', '/graphql', { token: await server.tenantToken('aurora', who), body: { query, variables } });
  expect(body['errors']).toBeUndefined();
  // oxlint-disable-next-line typescript/no-explicit-any
  return body['data'] as any;
};
const DRAFT = `{ agreements(filter: { status: { equalTo: "draft" }, startsOn: { isNull: false } }, first: 1) { nodes { rowId number brand { name } } } }`;
const SUBMIT = 'mutation ($id: UUID!) { submitAgreement(input: { agreementId: $id }) { result { approvals(filter: { status: { equalTo: "pending" } }) { nodes { rowId } } } } }';
const DECIDE = 'mutation ($id: UUID!, $decision: String!) { decideApproval(input: { approvalId: $id, decision: $decision }) { result { status } } }';
const TERMINATE = 'mutation ($id: UUID!) { terminateAgreement(input: { agreementId: $id, reason: "Late." }) { result { status } } }';

beforeAll(async () => {
  server = await startTestServer();
  smtp = await startSmtpReceiver();
  for (const id of ['aurora', 'borealis']) await server.db.provision(id, { template: 'demo' });
  await owner(`insert into users (email, name, role, status) values
    ('second@aurora.example', 'Second Manager', 'manager', 'active'), ('third@aurora.example', 'Third Manager', 'manager', 'disabled'),
    ('auditor@aurora.example', 'Auditor', 'auditor', 'active'), ('idle@aurora.example', 'Idle', 'viewer', 'active')`);
  await owner(`insert into notification_rules (event, role_name, enabled) values
    ('approval_requested', 'admin', true), ('approval_requested', 'auditor', true), ('approval_requested', 'viewer', false), ('agreement_ended', 'user', true)`);
  const { endpoint, prefix, masterKey } = server.db;
  const logger = createLogger('silent', { write: () => undefined });
  worker = await startWorker({ endpoint, prefix, masterKey, logger, mailer: smtpMailer(smtp.url, 'Tenantry <no-reply@tenantry.example>'), publicUrl: 'https://tenantry.example' });
});

afterAll(async () => {
  await worker.stop();
  smtp.close();
  await server.close();
});

beforeEach(() => {
  smtp.mails.length = 0;
  smtp.trouble.clear();
});

/** What waits goes now, without the pause before another try; returns when nothing waits any more. */
async function settled(): Promise<void> {
  const open = async () => {
    await asWorker(`select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs where task_identifier = 'notice__send' and attempts > 0 and run_at > now()), run_at => now())`);
    return (await asWorker(
      `select (select count(*) from jobs.outbox where task = 'notice__send')::int + (select count(*) from graphile_worker.jobs where task_identifier = 'notice__send')::int as open`,
    ))[0].open;
  };
  await expect.poll(open, { timeout: 15_000 }).toBe(0);
}
/** Of aurora: the nightly jobs are about everybody. */
const recipients = () => smtp.mails.map(({ to }) => to).filter((to) => to.endsWith('@aurora.example')).toSorted();

async function submit(): Promise<{ id: string; number: string; brand: string; approvals: string[] }> {
  const [draft] = (await ask('viewer', DRAFT)).agreements.nodes;
  const { result } = (await ask('manager', SUBMIT, { id: draft.rowId })).submitAgreement;
  return { id: draft.rowId, number: draft.number, brand: draft.brand.name, approvals: result.approvals.nodes.map(({ rowId }: { rowId: string }) => rowId) };
}

it('sends nobody anything for what a template loads', async () => {
  const [pending] = await owner(`select count(*)::int as n from approvals where status = 'pending'`);
  expect(pending.n).toBeGreaterThan(0);
  await settled();
  expect(smtp.mails).toEqual([]);
});

it('tells those whom the rules name of a submission, once however many must approve, and of its refusal', async () => {
  await owner(`select platform.update_tenant('aurora', '{"settings": {"businessRules": {"approvalsRequired": 2}}}')`);
  const { number, brand, approvals } = await submit();
  expect(approvals).toHaveLength(2);
  await settled();
  // Not the manager who asked, not who is disabled, not by a rule that is off, and not a role that may not read agreements.
  expect(recipients()).toEqual(['admin@aurora.example', 'second@aurora.example']);
  const [realm] = await owner(`select name from platform.tenants where id = 'aurora'`);
  expect(smtp.mails.find(({ to }) => to === 'second@aurora.example')).toEqual({
    to: 'second@aurora.example',
    subject: `${realm.name}: approval asked for, ${number}`,
    id: expect.stringMatching(/^<approval_requested\.[0-9a-f]{32}@tenantry\.example>$/),
    text: [
      'Hello Second Manager,', '', `Somebody asks for the approval of the agreement ${number} (${brand}).`, '',
      `You are told because a rule of ${realm.name} names your role. Its administrator can change that.`,
    ].join('\n'),
  });
  smtp.mails.length = 0;
  await ask('admin', DECIDE, { id: approvals[0], decision: 'rejected' });
  await settled();
  expect(recipients()).toEqual(['user@aurora.example']);
  expect(smtp.mails[0]?.text).toContain(`The approval of the agreement ${number} (${brand}) was decided: rejected.`);
  await owner(`select platform.update_tenant('aurora', '{"settings": {"businessRules": {"approvalsRequired": 1}}}')`);
});

it('tells of an agreement that was terminated or has expired', async () => {
  const [active] = await owner(`select id, number from agreements where status = 'active' and ends_on > current_date order by id limit 1`);
  await ask('manager', TERMINATE, { id: active.id });
  await settled();
  expect(recipients()).toEqual(['second@aurora.example', 'user@aurora.example']);
  expect(smtp.mails[0]?.text).toMatch(new RegExp(`The end of the agreement ${active.number} \\(.+\\): it is terminated\\.`));
  smtp.mails.length = 0;
  const late = await setEnd(-1);
  expect((await asWorker(`select platform_private.expire_agreements('aurora') as n`))[0].n).toBeGreaterThan(0);
  await settled();
  // By the worker, which is none of them.
  expect(recipients()).toEqual(['manager@aurora.example', 'second@aurora.example', 'user@aurora.example']);
  expect(smtp.mails[0]?.text).toContain(`${late.number} (`);
  expect(smtp.mails[0]?.text).toContain('it is expired.');
});

/** Lets one active agreement end in so many days, and all others in more than a year. */
async function setEnd(days: number): Promise<{ id: string; number: string }> {
  return await server.db.withOwner(async (client) => {
    await client.query('set search_path = tenant_aurora, tenantry_shared, pg_temp');
    await client.query('alter table agreements disable trigger agreements_guard');
    await client.query(`update agreements set ends_on = current_date + 500 where status = 'active'`);
    const { rows } = await client.query<{ id: string; number: string }>(
      `update agreements set starts_on = current_date - 900, ends_on = current_date + $1::integer
        where id = (select id from agreements where status = 'active' order by id limit 1) returning id, number`,
      [days],
    );
    await client.query('alter table agreements enable trigger agreements_guard');
    return rows[0] ?? { id: '', number: '' };
  });
}

it('tells before an agreement ends, once by each rule, and forgets that when it is over', async () => {
  const remind = async () => await asWorker(`select graphile_worker.add_job('agreements__remind', job_key => 'remind')`);
  const reminded = async () => {
    await remind();
    await expect.poll(async () => (await asWorker(`select count(*)::int as n from graphile_worker.jobs where key = 'remind'`))[0].n).toBe(0);
    await settled();
    const told = recipients();
    smtp.mails.length = 0;
    return told;
  };
  await setEnd(61);
  expect(await reminded()).toEqual([]);
  const near = await setEnd(60);
  await remind();
  await expect.poll(recipients).toEqual(['manager@aurora.example', 'second@aurora.example']);
  expect(smtp.mails.find(({ to }) => to === 'second@aurora.example')?.text).toMatch(new RegExp(`The end of the agreement ${near.number} \\(.+\\) is near\\.`));
  smtp.mails.length = 0;
  expect(await reminded()).toEqual([]);
  await owner(`insert into notification_rules (event, role_name, days_before, enabled) values ('agreement_ending', 'admin', 30, true), ('agreement_ending', 'user', 59, false)`);
  expect(await reminded()).toEqual([]);
  await setEnd(30);
  expect(await reminded()).toEqual(['admin@aurora.example']);
  expect(await reminded()).toEqual([]);
  // Sealed or still to be.
  const [recorded] = await owner(`select (select count(*) from audit.buffer where action = 'agreements.remind' and tenant_id = 'aurora')::int + (select count(*) from audit.events where action = 'agreements.remind' and chain = 'aurora')::int as n`);
  expect(recorded.n).toBe(2);
  expect(await owner('select distinct agreement_id as id from ending_notices')).toEqual([{ id: near.id }]);
  await ask('manager', TERMINATE, { id: near.id });
  await reminded();
  expect(await owner('select from ending_notices')).toEqual([]);
});

it('sends again to whom it could not, to nobody twice, and under the same name where that could not be known', async () => {
  smtp.trouble.set('admin@aurora.example', 'refuse').set('second@aurora.example', 'cut');
  await submit();
  await settled();
  expect(recipients()).toEqual(['admin@aurora.example', 'second@aurora.example', 'second@aurora.example']);
  const [first, second] = smtp.mails.filter(({ to }) => to === 'second@aurora.example');
  expect(first?.id).toBe(second?.id);
  expect(new Set(smtp.mails.map(({ id }) => id)).size).toBe(2);
});

it('says nothing any more once person, rule, subject or tenant is gone', async () => {
  const [row] = await owner(`select (select id from users where email = 'second@aurora.example') as person, (select id from approvals limit 1) as approval`);
  const begun = async (tenant = 'aurora', subject = row.approval) =>
    (await asWorker('select email from platform_private.begin_notice($1, $2, $3, $4)', [tenant, 'approval_requested', subject, row.person])).length;
  expect(await begun()).toBe(1);
  expect(await begun('borealis')).toBe(0);
  expect(await begun('aurora', '00000000-0000-4000-8000-000000000000')).toBe(0);
  const without = async (undo: string, redo: string) => {
    await owner(undo);
    const rows = await begun();
    await owner(redo);
    return [rows, await begun()];
  };
  expect(await without(`update users set status = 'disabled' where email = 'second@aurora.example'`, `update users set status = 'active' where email = 'second@aurora.example'`)).toEqual([0, 1]);
  expect(await without('update notification_rules set enabled = false', 'update notification_rules set enabled = true')).toEqual([0, 1]);
  expect(await without(`select platform.suspend_tenant('aurora', 'test')`, `select platform.activate_tenant('aurora', 'test')`)).toEqual([0, 1]);
});

it('runs every night by itself', async () => {
  const crontab = parseCrontab(await readFile(new URL('../../worker/crontab', import.meta.url), 'utf8'));
  const nightly = crontab.find(({ task }) => task === 'agreements__remind');
  const at = (hours: number, minutes: number) =>
    nightly?.match({ timestamp: 0, ts: new Date(2026, 0, 1), hour: hours, min: minutes, date: 1, month: 1, dow: 4 } as never);
  expect([at(0, 30), at(0, 31), at(12, 30)]).toEqual([true, false, false]);
});
