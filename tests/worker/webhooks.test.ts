/** Webhooks from the change to the receiver, with a real worker and a receiver of the test's own. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../server/observability/logger.ts';
import { logMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';
import { startTestServer } from '../harness/server.ts';
import { selfSignedCertificate } from '../harness/certificate.ts';
import { call, operatorApi } from '../rest/api.ts';

interface Received {
  readonly body: string;
  readonly signature: string;
  readonly path: string;
}

const received: Received[] = [];
/** What the receiver answers next, then 204. */
const answers: number[] = [];
/** Requests to /slow, which are never answered. */
let unanswered = 0;
const receiver = createServer(selfSignedCertificate(), (req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    if (req.url === '/slow') {
      unanswered += 1;
      return;
    }
    received.push({ body: Buffer.concat(chunks).toString(), signature: String(req.headers['tenantry-signature']), path: req.url ?? '' });
    res.writeHead(answers.shift() ?? 204).end();
  });
});
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  ({ port } = receiver.address() as AddressInfo);
});

afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

const everything = ['approval.requested', 'approval.decided', 'agreement.activated', 'agreement.expired', 'agreement.terminated'];
const CHANGE = `mutation ($value: JSON!) { updateSetting(input: { section: "integrations", patch: { value: $value } }) { setting { version } } }`;
const DRAFT = `{ agreements(filter: { status: { equalTo: "draft" }, startsOn: { isNull: false } }, first: 20) { nodes { rowId } } }`;
const SUBMIT = 'mutation ($id: UUID!) { submitAgreement(input: { agreementId: $id }) { result { approvals { nodes { rowId status } } } } }';
const DECIDE = `mutation ($id: UUID!) { decideApproval(input: { approvalId: $id, decision: "approved" }) { result { agreementId } } }`;
const DELIVERIES = `{ webhookDeliveries(orderBy: [CREATED_AT_ASC]) { nodes { rowId webhook event subjectId status attempts responseStatus lastError finishedAt } } }`;

const workerLog: string[] = [];
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** A server with its worker and two demo tenants, and what an administrator of aurora does with webhooks. */
async function start(webhookAllowLoopback: boolean) {
  const server = await startTestServer();
  for (const id of ['aurora', 'borealis']) await server.db.provision(id, { template: 'demo' });
  // Only now: a worker would provision them at the same time.
  const { endpoint, prefix, masterKey } = server.db;
  const logger = createLogger(
    'trace',
    new Writable({
      write(chunk, _encoding, done) {
        workerLog.push(String(chunk));
        done();
      },
    }),
  );
  const worker = await startWorker({ endpoint, prefix, masterKey, logger, mailer: logMailer(logger), publicUrl: 'http://127.0.0.1', webhookAllowLoopback });
  closing.push(async () => {
    await worker.stop();
    await server.close();
  });
  const ask = async (who: string, query: string, variables: Readonly<Record<string, unknown>> = {}) => {
    const { body } = await call(server.url, 'POST', '/graphql', { token: await server.tenantToken('aurora', who), body: { query, variables } });
    expect(body['errors']).toBeUndefined();
    // oxlint-disable-next-line typescript/no-explicit-any
    return body['data'] as any;
  };
  return {
    server,
    ask,
    configure: async (...webhooks: object[]) => await ask('admin', CHANGE, { value: { webhooks } }),
    makeSecret: async (webhook: string, who = 'admin', tenant = 'aurora') =>
      await call(server.url, 'POST', `/api/v1/tenants/aurora/webhooks/${webhook}/secret`, { token: await server.tenantToken(tenant, who) }),
    makeSecretOf: async (tenant: string) =>
      expect(await call(server.url, 'POST', `/api/v1/tenants/${tenant}/webhooks/erp/secret`, { token: await server.tenantToken(tenant, 'admin') })).toMatchObject({ status: 201 }),
    deliveries: async () => (await ask('admin', DELIVERIES)).webhookDeliveries.nodes,
    async submit(): Promise<{ agreementId: string; approvalId: string }> {
      const [draft] = (await ask('viewer', DRAFT)).agreements.nodes;
      const { result } = (await ask('manager', SUBMIT, { id: draft.rowId })).submitAgreement;
      const open = result.approvals.nodes.find(({ status }: { status: string }) => status === 'pending');
      return { agreementId: draft.rowId, approvalId: open.rowId };
    },
    /** Lets what waits for its next attempt run now, as if `attempts` had been made. */
    hurry: async (attempts?: number) =>
      await server.db.withLogin(`${server.db.prefix}tenantry_worker`, async (client) => {
        await client.query(
          `select graphile_worker.reschedule_jobs(
             array(select id from graphile_worker.jobs where task_identifier = 'webhook__deliver' and attempts > 0 and run_at > now()),
             run_at => now(), attempts => $1)`,
          [attempts],
        );
      }),
  };
}

type Started = Awaited<ReturnType<typeof start>>;

/** Which of the secrets signed, in the order of the signatures; an unknown one stands as undefined. */
function signers({ body, signature }: Received, secrets: readonly string[]): (string | undefined)[] {
  const [at, ...signatures] = signature.split(',');
  const seconds = Number(/^t=(\d+)$/.exec(at ?? '')?.[1]);
  expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60);
  return signatures.map((given) => secrets.find((secret) => given === `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`));
}

describe('a webhook', () => {
  let run: Started;
  let secret = '';
  let earlier = '';

  beforeAll(async () => {
    run = await start(true);
    await run.configure(
      { id: 'erp', url: `https://127.0.0.1:${port}/erp`, events: everything, enabled: true },
      { id: 'off', url: `https://127.0.0.1:${port}/off`, events: everything, enabled: false },
      { id: 'ends', url: `https://127.0.0.1:${port}/ends`, events: ['agreement.terminated'], enabled: true },
    );
  });

  it('gets its secret once, from somebody who manages the settings of its own tenant', async () => {
    expect((await run.makeSecret('erp', 'manager')).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await run.makeSecret('erp', 'admin', 'borealis')).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await run.makeSecret('none')).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const operator = await call(run.server.url, 'POST', '/api/v1/tenants/aurora/webhooks/erp/secret', { token: await run.server.operatorToken() });
    expect(operator.body).toMatchObject({ status: 403, code: 'TENANT_CONTEXT_REQUIRED' });
    const visit = await operatorApi(run.server)('POST', '/tenants/aurora/context', { reason: 'help', role: 'admin', access: 'write' });
    const visitor = await call(run.server.url, 'POST', '/api/v1/tenants/aurora/webhooks/erp/secret', { token: String(visit.body['accessToken']) });
    expect([visit.status, visitor.body]).toMatchObject([200, { status: 403, code: 'FORBIDDEN' }]);
    const first = await run.makeSecret('erp');
    expect(first).toMatchObject({ status: 201, body: { webhook: 'erp', secret: expect.stringMatching(/^whsec_[\w-]{43}$/) } });
    const second = await run.makeSecret('erp');
    earlier = String(first.body['secret']);
    secret = String(second.body['secret']);
    expect(secret).not.toBe(first.body['secret']);
    const kept = await run.server.db.withOwner(async (client) => ({
      sealed: (await client.query('select webhook, sealed from tenant_aurora.webhook_secrets')).rows,
      audited: (await client.query(`select action, actor, before, after from audit.buffer where subject = 'webhook_secrets:erp' order by id`)).rows,
    }));
    expect(kept.sealed).toHaveLength(1);
    expect(JSON.stringify([kept, run.server.log, workerLog])).not.toContain(secret.slice(6));
    const actor = expect.stringMatching(/^user:/);
    expect(kept.audited).toEqual([
      { action: 'webhook_secrets.make', actor, before: null, after: null },
      { action: 'webhook_secrets.rotate', actor, before: null, after: null },
    ]);
  });

  it('is told what happened, signed, with ids and status alone, and only if it wants to know', async () => {
    // No NOTIFY in a write of the data plane: who listens for orders hears nothing, and the worker finds them all the same.
    const { submission, heard } = await run.server.db.withLogin(`${run.server.db.prefix}tenantry_worker`, async (client) => {
      const notices: string[] = [];
      client.on('notification', ({ channel }) => notices.push(channel));
      await client.query('listen tenantry_job; listen tenantry_tenant');
      const submitted = await run.submit();
      await client.query('select 1');
      return { submission: submitted, heard: notices };
    });
    expect(heard).toEqual([]);
    const { agreementId, approvalId } = submission;
    await expect.poll(() => received.length).toBe(1);
    await run.ask('admin', DECIDE, { id: approvalId });
    await expect.poll(() => received.length).toBe(3);
    const bodies = received.map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ type }) => String(type)).toSorted()).toEqual(['agreement.activated', 'approval.decided', 'approval.requested']);
    expect(bodies.find(({ type }) => type === 'approval.decided')).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'approval.decided',
      tenant: 'aurora',
      occurredAt: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { approvalId, agreementId, kind: 'agreement', status: 'approved' },
    });
    expect(bodies.find(({ type }) => type === 'agreement.activated').data).toEqual({ agreementId, status: 'active' });
    for (const one of received) {
      expect(one.path).toBe('/erp');
      expect(signers(one, [earlier, secret])).toEqual([secret, earlier]);
    }
    await expect.poll(async () => (await run.deliveries()).map(({ status }: { status: string }) => status)).toEqual(['delivered', 'delivered', 'delivered']);
    expect((await run.ask('manager', DELIVERIES)).webhookDeliveries.nodes).toEqual([]);
    expect(workerLog.length).toBeGreaterThan(0);
    expect(workerLog.join('')).not.toContain(secret.slice(6));
  });

  it('is signed with the earlier secret too for a day after a rotation, and never with the one before that', async () => {
    const deliver = async () => {
      received.length = 0;
      await run.submit();
      await expect.poll(() => received.length).toBe(1);
      return signers(received[0] as Received, [first, second, third]);
    };
    const [first, second] = [earlier, secret];
    const third = String((await run.makeSecret('erp')).body['secret']);
    expect(await deliver()).toEqual([third, second]);
    const until = async () => (await run.server.db.withOwner(async (client) => await client.query(
      `select round(extract(epoch from earlier_until - now()) / 3600)::int as hours from tenant_aurora.webhook_secrets`))).rows[0].hours;
    expect(await until()).toBe(24);
    await run.server.db.withOwner(async (client) => await client.query(`update tenant_aurora.webhook_secrets set earlier_until = now()`));
    expect(await deliver()).toEqual([third]);
    // What was sealed under a key that is gone does not keep the new secret from signing.
    await run.server.db.withOwner(async (client) => await client.query(`update tenant_aurora.webhook_secrets set earlier = 'AQID', earlier_until = now() + interval '1 hour'`));
    expect(await deliver()).toEqual([third]);
    secret = third;
  });

  it('is tried again until it answers well, with the same id, and the administrator sees how it goes', async () => {
    received.length = 0;
    answers.push(500, 302);
    const { approvalId } = await run.submit();
    await expect.poll(() => received.length).toBe(1);
    const last = async () => (await run.deliveries()).at(-1);
    await expect.poll(last).toMatchObject({ event: 'approval.requested', subjectId: approvalId, status: 'pending', attempts: 1, responseStatus: 500, lastError: 'The receiver answered 500.', finishedAt: null });
    // A redirection is no delivery: it takes a third. How it stands between the two may be over before it is asked for.
    await expect.poll(async () => await run.hurry().then(last)).toMatchObject({ status: 'delivered', attempts: 3, responseStatus: 204, lastError: null });
    expect(new Set(received.map(({ body }) => JSON.parse(body).id)).size).toBe(1);
    expect(received).toHaveLength(3);
  });

  it('is given up after its tenth attempt', async () => {
    received.length = 0;
    answers.push(503, 503);
    await run.submit();
    const last = async () => (await run.deliveries()).at(-1);
    await expect.poll(last).toMatchObject({ status: 'pending', attempts: 1 });
    await run.hurry(9);
    await expect
      .poll(last)
      .toMatchObject({ status: 'failed', attempts: 2, lastError: 'The receiver answered 503.', finishedAt: expect.any(String) });
    expect(received).toHaveLength(2);
    const left = `select count(*)::int as jobs from graphile_worker.jobs where task_identifier = 'webhook__deliver' and attempts < max_attempts`;
    const { jobs } = await run.server.db.withLogin(`${run.server.db.prefix}tenantry_worker`, async (client) => (await client.query(left)).rows[0]);
    expect(jobs).toBe(0);
  });

  it('whose secret does not open is given up with what to do', async () => {
    received.length = 0;
    await run.server.db.withOwner(async (client) => await client.query(`update tenant_aurora.webhook_secrets set sealed = 'AQID'`));
    await run.submit();
    await expect
      .poll(async () => (await run.deliveries()).at(-1))
      .toMatchObject({ status: 'failed', attempts: 1, lastError: 'The signing secret does not open. Make a new one.' });
    expect(received).toEqual([]);
    expect((await run.makeSecret('erp')).status).toBe(201);
  });

  it('without a secret, switched off meanwhile, or of a tenant that was closed gets nothing', async () => {
    received.length = 0;
    const order = async (event: string) =>
      await run.server.db.withOwner(async (client) => {
        const { rows } = await client.query<{ id: string }>(
          `insert into tenant_aurora.webhook_deliveries (webhook, event, subject_id)
           select $1, $2, id from tenant_aurora.agreements limit 1 returning id`,
          event.split(' '),
        );
        const begin = async () => (await client.query(`select * from platform_private.begin_webhook_delivery('aurora', $1)`, [rows[0]?.id])).rowCount;
        return { begun: await begin(), error: (await client.query('select last_error from tenant_aurora.webhook_deliveries where id = $1', [rows[0]?.id])).rows[0].last_error, again: await begin() };
      });
    expect(await order('erp agreement.activated')).toEqual({ begun: 1, error: null, again: 1 });
    expect(await order('ends agreement.terminated')).toEqual({ begun: 0, error: 'The webhook has no signing secret. Make one.', again: 0 });
    expect(await order('off agreement.activated')).toEqual({ begun: 0, error: 'The webhook was removed or switched off.', again: 0 });
    expect(await order('erp approval.decided')).toEqual({ begun: 0, error: 'What it is about was deleted.', again: 0 });
    await run.server.db.withOwner(async (client) => await client.query(`select platform.suspend_tenant('aurora', 'test')`));
    expect(await order('erp agreement.activated')).toEqual({ begun: 0, error: 'The tenant is not open.', again: 0 });
    await run.server.db.withOwner(async (client) => await client.query(`select platform.activate_tenant('aurora', 'test')`));
    await run.configure({ id: 'ends', url: `https://127.0.0.1:${port}/ends`, events: everything, enabled: true });
    const secrets = await run.server.db.withOwner(async (client) => (await client.query('select from tenant_aurora.webhook_secrets')).rowCount);
    expect(secrets).toBe(0);
    expect(received).toEqual([]);
  });
});

describe('webhooks of several tenants', () => {
  const slow = ['slow1', 'slow2', 'slow3', 'slow4', 'slow5'];
  let run: Started;

  beforeAll(async () => {
    run = await start(true);
    for (const id of slow) await run.server.db.provision(id, { template: 'demo' });
  });

  /** Lets a tenant's webhook call a path of the receiver. */
  const point = async (tenant: string, path: string) =>
    await run.server.db.withOwner(async (client) => {
      await client.query(`select platform.update_tenant($1, $2)`, [
        tenant,
        { settings: { integrations: { webhooks: [{ id: 'erp', url: `https://127.0.0.1:${port}/${path}`, events: everything, enabled: true }] } } },
      ]);
    });
  /** Makes as many things happen in a tenant as there are to be. */
  const happen = async (tenant: string, times = 1) =>
    await run.server.db.withOwner(async (client) => {
      await client.query(`set search_path = tenant_${tenant}, tenantry_shared, pg_temp`);
      await client.query(
        `insert into approvals (agreement_id, kind, requested_by)
         select (select id from agreements limit 1), 'sample', (select id from users limit 1) from generate_series(1, $1)`,
        [times],
      );
    });

  it('wait for their own receivers and for nobody else’s, and nothing else waits for them', async () => {
    for (const tenant of slow) {
      await point(tenant, 'slow');
      await run.makeSecretOf(tenant);
    }
    await point('borealis', 'fast');
    await run.makeSecretOf('borealis');
    received.length = 0;
    for (const tenant of slow) await happen(tenant, 2);
    // One at a time of each tenant, and all tenants at once.
    await expect.poll(() => unanswered, { timeout: 15_000 }).toBe(slow.length);
    const start = performance.now();
    await happen('borealis');
    await expect.poll(() => received.map(({ path }) => path), { timeout: 15_000 }).toEqual(['/fast']);
    const waits = await run.server.db.withLogin(`${run.server.db.prefix}tenantry_worker`, async (client) => {
      await client.query(`select jobs.enqueue('worker__test', '{}', 'while they wait')`);
      const waiting = async () => (await client.query(`select jobs.has_job('while they wait') as waiting`)).rows[0].waiting;
      await expect.poll(waiting, { timeout: 15_000 }).toBe(false);
      return performance.now() - start;
    });
    // A receiver is given ten seconds; the worker looks for orders every two.
    expect(waits).toBeLessThan(9_000);
  });

  it('are refused beyond a thousand that wait in one tenant, which says so, and sent again once fewer wait', async () => {
    const states = async (tenant: string) =>
      (await run.server.db.withOwner(async (client) => await client.query(
        `select status, last_error, finished_at is not null as finished, count(*)::int as n from tenant_${tenant}.webhook_deliveries
          where created_at = (select max(created_at) from tenant_${tenant}.webhook_deliveries) group by 1, 2, 3 order by 1`,
      ))).rows;
    await run.server.db.withOwner(async (client) => {
      await client.query(`update tenant_slow1.webhook_deliveries set status = 'failed'`);
      await client.query(`insert into tenant_slow1.webhook_deliveries (webhook, event, subject_id, created_at) select 'erp', 'e', gen_random_uuid(), now() - interval '1 hour' from generate_series(1, 998)`);
    });
    const refused = { status: 'failed', last_error: 'Refused: too many deliveries wait already.', finished: true };
    const waiting = { status: 'pending', last_error: null, finished: false };
    await happen('slow1', 3);
    expect(await states('slow1')).toEqual([{ ...refused, n: 1 }, { ...waiting, n: 2 }]);
    await happen('slow2', 3);
    expect(await states('slow2')).toEqual([{ ...waiting, n: 3 }]);
    await run.server.db.withOwner(async (client) => await client.query(`update tenant_slow1.webhook_deliveries set status = 'failed' where event = 'e'`));
    await happen('slow1');
    expect(await states('slow1')).toEqual([{ ...waiting, n: 1 }]);
  });
});

describe('a webhook to a private address', () => {
  it('is refused at once and for good, and the receiver hears nothing', async () => {
    received.length = 0;
    const run = await start(false);
    await run.configure({ id: 'erp', url: `https://127.0.0.1:${port}/erp`, events: everything, enabled: true });
    await run.makeSecret('erp');
    await run.submit();
    await expect
      .poll(async () => (await run.deliveries())[0])
      .toMatchObject({ status: 'failed', attempts: 1, responseStatus: null, lastError: 'Webhooks do not reach private addresses.' });
    expect(received).toEqual([]);
  });
});
