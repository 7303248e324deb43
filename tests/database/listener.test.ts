import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createListener } from '../../database/listener.ts';
import type { Listener } from '../../database/listener.ts';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

const silent = pino({ level: 'silent' });
let database: TestDatabase;
let listener: Listener;

beforeAll(async () => {
  database = await createTestDatabase();
  listener = createListener(loginConfig(database.endpoint, login(), database.masterKey), silent);
});

afterAll(async () => {
  await listener.close();
  await database.drop();
});

function login(): string {
  return fixedRole(database.prefix, 'tenantry_api');
}

async function notify(channel: string, payload: string): Promise<void> {
  await database.withMigrator((client) => client.query('select pg_notify($1, $2)', [channel, payload]));
}

describe('the listener', () => {
  it('hears what is announced on its channels, each handler until it stops', async () => {
    const hear = vi.fn();
    const other = vi.fn();
    const stop = listener.listen('tenantry_run', hear);
    listener.listen('tenantry_tenant', other);
    await vi.waitFor(async () => {
      await notify('tenantry_run', 'aurora');
      expect(hear).toHaveBeenCalledWith('aurora');
    });
    stop();
    hear.mockClear();
    await notify('tenantry_run', 'aurora');
    await vi.waitFor(async () => {
      await notify('tenantry_tenant', 'borealis');
      expect(other).toHaveBeenCalledWith('borealis');
    });
    expect(hear).not.toHaveBeenCalled();
  });

  it('comes back by itself when its session ends, and says that something may have been missed', async () => {
    const missed = vi.fn();
    const hear = vi.fn();
    listener.onGap(missed);
    listener.listen('tenantry_run', hear);
    await vi.waitFor(() => expect(listener.isConnected()).toBe(true));
    await database.withLogin(login(), (client) =>
      client.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()`),
    );
    await vi.waitFor(() => expect(missed).toHaveBeenCalledTimes(1), { timeout: 5_000 });
    await vi.waitFor(async () => {
      await notify('tenantry_run', 'after');
      expect(hear).toHaveBeenCalledWith('after');
    });
  });

  it('listens on nothing but a channel', () => {
    expect(() => listener.listen('a; drop', () => undefined)).toThrow('channel');
  });

  it('keeps trying when there is no database, and can be closed meanwhile', async () => {
    const warn = vi.fn();
    const logger = { warn } as unknown as typeof silent;
    const hopeless = createListener(loginConfig({ host: '127.0.0.1', port: 1, database: 'x', ssl: false }, 'x', Buffer.alloc(32)), logger);
    await vi.waitFor(() => expect(warn.mock.calls.length).toBeGreaterThan(1), { timeout: 5_000 });
    expect(hopeless.isConnected()).toBe(false);
    await hopeless.close();
  });
});
