import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { operatorEnvelope, tenantEnvelope } from '../../database/envelope.ts';
import type { Envelope } from '../../database/envelope.ts';
import { EnvelopeError } from '../../database/failures.ts';
import { inside, lanesFixture, nobody, until } from './lanes.fixture.ts';
import type { LanesFixture, LanesUnderTest } from './lanes.fixture.ts';

let fixture: LanesFixture;
let lanes: LanesUnderTest;

beforeAll(async () => {
  fixture = await lanesFixture();
});

afterAll(async () => {
  await fixture.close();
});

beforeEach(() => {
  lanes = fixture.lanes();
});

afterEach(async () => {
  await lanes.close();
});

describe('the envelope', () => {
  it('puts role, path, timeout and every claim in place, for the transaction only', async () => {
    const claims = { userId: 'u-1', role: 'manager', sessionId: 's-1', requestId: 'r-1' };
    const text = `select current_user::text as role, pg_catalog.current_setting('search_path') as path,
                         pg_catalog.current_setting('statement_timeout') as timeout,
                         pg_catalog.current_setting('tenantry.tenant_id') as tenant,
                         pg_catalog.current_setting('tenantry.user_id') as "user",
                         pg_catalog.current_setting('tenantry.role') as claimed,
                         pg_catalog.current_setting('tenantry.session_id') as session,
                         pg_catalog.current_setting('tenantry.operator_id') as operator,
                         pg_catalog.current_setting('tenantry.request_id') as request,
                         pg_catalog.current_setting('transaction_read_only') as read_only`;
    const { rows } = await lanes.database.withClient(inside(fixture.aurora, 'read', claims), (client) => client.query({ text }));
    expect(rows).toEqual([
      {
        role: fixture.aurora.role,
        path: `${fixture.aurora.schema}, tenantry_shared, pg_temp`,
        timeout: '5s',
        tenant: fixture.aurora.id,
        user: 'u-1',
        claimed: 'manager',
        session: 's-1',
        operator: '',
        request: 'r-1',
        read_only: 'on',
      },
    ]);
    const [after] = await lanes.ask<{ user: string }>(fixture.aurora, `select current_setting('tenantry.user_id') as "user"`);
    expect(after).toEqual({ user: '' });
  });

  it('sends a whole read in one write, and of a write all but its commit', async () => {
    await lanes.ask(fixture.aurora, 'select 1');
    const writes = vi.spyOn(Socket.prototype, '_write');
    const joined = vi.spyOn(Socket.prototype, '_writev');
    try {
      await lanes.ask(fixture.aurora, 'select owner from stamps', [], 'read');
      expect([joined.mock.calls.length, writes.mock.calls.length]).toEqual([1, 0]);
      await lanes.ask(fixture.aurora, 'select owner from stamps', [], 'write');
      expect([joined.mock.calls.length, writes.mock.calls.length]).toEqual([2, 1]);
    } finally {
      writes.mockRestore();
      joined.mockRestore();
    }
  });

  it('is made by its builders and by nothing else', async () => {
    const genuine = inside(fixture.aurora);
    const callback = vi.fn(async () => 'ran');
    await expect(lanes.database.withClient({ ...genuine }, callback)).rejects.toThrow(TypeError);
    await expect(lanes.database.withClient({ ...genuine, role: fixture.borealis.role }, callback)).rejects.toThrow(TypeError);
    await expect(lanes.database.withClient({} as Envelope, callback)).rejects.toThrow();
    expect(callback).not.toHaveBeenCalled();
    expect(() => Object.assign(genuine, { role: fixture.borealis.role })).toThrow(TypeError);
  });

  it('refuses claims of another tenant, names that are none, and limits that are none', () => {
    const { aurora } = fixture;
    const claims = { ...nobody, tenantId: aurora.id };
    expect(() => tenantEnvelope(aurora, nobody, 'read', 5_000)).toThrow('another tenant');
    expect(() => tenantEnvelope({ ...aurora, schema: 'a, b' }, claims, 'read', 5_000)).toThrow('schema');
    expect(() => tenantEnvelope({ ...aurora, role: 'none"; --' }, claims, 'read', 5_000)).toThrow('role');
    expect(() => tenantEnvelope({ ...aurora, lane: -1 }, claims, 'read', 5_000)).toThrow('lane');
    expect(() => tenantEnvelope(aurora, claims, 'read', 0)).toThrow('timeout');
    expect(() => tenantEnvelope(aurora, { ...claims, userId: undefined as unknown as string }, 'read', 1)).toThrow('userId');
    expect(() => operatorEnvelope('postgres' as 'tenantry_admin', fixture.prefix, nobody, 'read', 1)).toThrow('operators');
    expect(() => operatorEnvelope('tenantry_admin', fixture.prefix, claims, 'read', 1)).toThrow('no tenant');
  });

  it('takes an operator into the control plane, in no tenant', async () => {
    const envelope = operatorEnvelope('tenantry_admin', fixture.prefix, { ...nobody, operatorId: 'o-1' }, 'read', 5_000);
    const text = `select current_user::text as role, current_setting('search_path') as path,
                         current_setting('tenantry.tenant_id') as tenant, current_setting('tenantry.operator_id') as operator`;
    const { rows } = await lanes.database.withClient(envelope, (client) => client.query({ text }));
    expect(rows).toEqual([
      { role: `${fixture.prefix}tenantry_admin`, path: 'platform, pg_temp', tenant: '', operator: 'o-1' },
    ]);
  });

  it('destroys the connection when the role is refused, and says why by SQLSTATE', async () => {
    const before = await lanes.backend(fixture.aurora);
    const closed = { ...fixture.aurora, role: `${fixture.prefix}tenantry_api` };
    const refusal = await lanes.ask(closed, 'select 1').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(EnvelopeError);
    expect(refusal).toMatchObject({ sqlstate: '42501' });
    const gone = await lanes.ask({ ...fixture.aurora, role: 'tenant_purged_long_ago' }, 'select 1').catch((error: unknown) => error);
    expect(gone).toMatchObject({ name: 'EnvelopeError', sqlstate: '22023' });
    expect(await lanes.backend(fixture.aurora)).not.toBe(before);
  });

  it('reports the envelope, even to a callback that swallows every error', async () => {
    const envelope = inside({ ...fixture.aurora, role: 'tenant_purged_long_ago' });
    const swallowing = lanes.database.withClient(envelope, (client) => client.query({ text: 'select 1' }).catch(() => 'fine'));
    await expect(swallowing).rejects.toBeInstanceOf(EnvelopeError);
  });

  it('leaves a lane without a scope with nothing to read', async () => {
    const rows = await fixture.asOwner(
      `select pg_catalog.has_schema_privilege('${fixture.prefix}tenantry_lane_00', '${fixture.aurora.schema}', 'usage') as may`,
    );
    expect(rows).toEqual([{ may: false }]);
  });
});

describe('one connection for everybody', () => {
  it('answers thousands of alternating requests each from its own tenant', { timeout: 120_000 }, async () => {
    const tenants = [fixture.aurora, fixture.borealis];
    const asked = Array.from({ length: 4_000 }, (_, number) => tenants[number % 2] ?? fixture.aurora);
    const answers: { owner: string }[][] = [];
    // In waves: each waits for its turn at the one connection, and gives up after seconds.
    for (let wave = 0; wave < asked.length; wave += 200) {
      answers.push(
        ...(await Promise.all(
          asked.slice(wave, wave + 200).map(async (tenant, number) => await lanes.ask<{ owner: string }>(tenant, 'select owner from stamps where id = $1', [1 + (number % 50)])),
        )),
      );
    }
    expect(answers.filter((rows, number) => rows.length !== 1 || rows[0]?.owner !== asked[number]?.id)).toEqual([]);
    await until(() => lanes.database.stats().lanes[0]?.busy === 0);
    expect(lanes.database.stats().lanes).toEqual([{ open: 1, busy: 0, waiting: 0, recycled: 0 }]);
  });

  it('gives rows as lists to whoever wants them so', async () => {
    const { rows } = await lanes.database.withClient(inside(fixture.aurora), (client) =>
      client.query({ text: 'select owner, id from stamps where id = $1', values: [1], arrayMode: true }),
    );
    expect(rows).toEqual([[fixture.aurora.id, 1]]);
  });

  it('writes where it reads', async () => {
    await lanes.ask(fixture.aurora, `update stamps set note = 'from aurora' where id = 1`, [], 'write');
    await lanes.ask(fixture.borealis, `update stamps set note = 'from borealis' where id = 1`, [], 'write');
    expect(await lanes.ask(fixture.aurora, 'select note from stamps where id = 1')).toEqual([{ note: 'from aurora' }]);
    expect(await lanes.ask(fixture.borealis, 'select note from stamps where id = 1')).toEqual([{ note: 'from borealis' }]);
  });

  it('refuses the schema of another tenant by name', async () => {
    const { aurora, borealis } = fixture;
    await expect(lanes.ask(aurora, `select * from ${borealis.schema}.stamps`)).rejects.toMatchObject({ code: '42501' });
  });

  it('notices a setting that outlived its request, and does not let the next one near it', async () => {
    const { aurora, borealis } = fixture;
    const before = await lanes.backend(aurora);
    await lanes.ask(aurora, `select pg_catalog.set_config('tenantry.role', 'admin', false)`, [], 'write');
    await expect(lanes.ask(borealis, 'select 1')).rejects.toThrow('still carried an earlier scope');
    expect(await lanes.backend(borealis)).not.toBe(before);
  });
});
