/** The worker compares the control plane with its own release's list: who owns the database can rewrite whatever the database compares with. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differencesFrom, readManifest } from '../../database/manifest.ts';
import { newestMigration } from '../../database/newest-migration.ts';
import { createProver } from '../../prover/prover.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { logMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.provision('aurora');
});
afterAll(async () => {
  await db.drop();
});

const ask = async (sql: string, values: unknown[] = []) => await db.withOwner(async (client) => (await client.query(sql, values)).rows);

const DEAF = `create or replace function audit.record_change() returns trigger language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp as 'begin return null; end'`;

/** With an object replaced and the stored list rewritten to it, until the work is over. */
async function rewritten(work: () => Promise<void>): Promise<void> {
  const [{ whole }] = await ask(`select pg_get_functiondef('audit.record_change'::regproc) as whole`);
  const adopt = `update platform_private.control_plane c set digest = d.digest
    from platform.installation i cross join platform_private.describe_control_plane(i.prefix) d where d.object = c.object and not c.object ^@ 'relation partitions'`;
  await ask(DEAF);
  await ask(adopt);
  try {
    await work();
  } finally {
    await ask(whole);
    await ask(adopt);
  }
}

const proofs = async () =>
  await ask(`select r.status, r.posture_failures, r.attempt_failures,
                    (select array_agg(f.kind || ': ' || f.target) from platform.isolation_failures f where f.run_id = r.id) as failures
               from platform.isolation_runs r where r.tenant_id = 'aurora' and r.cause = 'schedule' and r.status <> 'running' order by r.started_at`);

test('a proof of the worker finds what was replaced together with the list that the database compares with', async () => {
  await rewritten(async () => {
    // By what the database has it is sound.
    expect(await db.withOwner(async (client) => await db.prover.prove(client, 'aurora', 'demand'))).toMatchObject({ status: 'passed' });
    const logger = createLogger('silent');
    const { endpoint, prefix, masterKey } = db;
    const worker = await startWorker({ endpoint, prefix, masterKey, logger, mailer: logMailer(logger), publicUrl: 'http://localhost' });
    try {
      await ask(`select jobs.enqueue('isolation__prove', '{"tenantId": "aurora", "cause": "schedule"}', 'isolation:aurora')`);
      await expect.poll(async () => (await proofs()).at(0), { timeout: 15_000 }).toEqual({
        status: 'failed', posture_failures: 1, attempt_failures: 0, failures: ['control-plane-release: function audit.record_change()'],
      });
      expect(await ask(`select kind, severity from platform.alerts where tenant_id = 'aurora'`)).toEqual([{ kind: 'isolation.breach', severity: 'critical' }]);
    } finally {
      await worker.stop();
    }
  });
});

test('beside the database of a newer release a prover goes on for a while, and then says that it can’t say', async () => {
  const { endpoint, prefix, masterKey } = db;
  const of = async (outdatedMs: number) => {
    const prover = createProver({ endpoint, prefix, masterKey, manifest: await readManifest(), newest: await newestMigration(), outdatedMs });
    return await db.withOwner(async (client) => await prover.prove(client, 'aurora', 'schedule'));
  };
  expect(await of(0)).toMatchObject({ status: 'passed' });
  // Of an older one it can't say either, and takes it for no breach.
  await rewritten(async () => {
    const prover = createProver({ endpoint, prefix, masterKey, manifest: await readManifest(), newest: '999998-ours.sql' });
    expect(await db.withOwner(async (client) => await prover.prove(client, 'aurora', 'schedule'))).toMatchObject({
      status: 'failed', posture_failures: 0, broken: expect.stringContaining('npm run migrate') as string,
    });
  });
  await rewritten(async () => {
    expect(await of(0)).toMatchObject({ status: 'failed', posture_failures: 1, broken: null });
    await db.withMigrator(async (client) => {
      const mark = `insert into graphile_migrate.migrations (hash, previous_hash, filename, date) select 'sha1:newer', max(hash), '999999-newer.sql', now() from graphile_migrate.migrations where filename = (select max(filename) from graphile_migrate.migrations)`;
      await client.query(`set role ${client.escapeIdentifier(`${prefix}tenantry_owner`)}`);
      await client.query(mark);
      try {
        expect(await of(60_000)).toMatchObject({ status: 'passed' });
        expect(await of(0)).toMatchObject({ status: 'failed', posture_failures: 0, broken: expect.stringContaining('newer release') as string });
      } finally {
        await client.query(`delete from graphile_migrate.migrations where filename = '999999-newer.sql'`);
      }
    });
  });
});

test('the path that the database’s owner gives its sessions does not decide by which functions they compare', async () => {
  const differences = async () => {
    const manifest = await readManifest();
    return await db.withLogin(`${db.prefix}tenantry_worker`, async (client) => {
      const found = await differencesFrom(manifest, client, db.prefix);
      // What follows in the session has the path that it had.
      expect((await client.query<{ path: string }>(`select current_setting('search_path') as path`)).rows[0]?.path).not.toBe('pg_catalog, pg_temp');
      return found;
    });
  };
  expect(await differences()).toEqual([]);
  const database = new URL(db.url).pathname.slice(1);
  const [{ body }] = await ask(`select prosrc as body from pg_proc where oid = 'audit.record_change'::regproc`);
  await rewritten(async () => {
    const found = [{ object: 'function audit.record_change()', seen: 'changed' }];
    expect(await differences()).toEqual(found);
    await db.withMigrator(async (client) => {
      await client.query('create schema evil; grant usage on schema evil to public');
      // The digest that is wanted, of what is not there.
      await client.query(`create function evil.replace(a text, b text, c text) returns text language sql as $evil$
        select pg_catalog.replace(case when right(a, 22) = 'begin return null; end' then left(a, -22) || ${client.escapeLiteral(String(body))} else a end, b, c) $evil$`);
      await client.query(`alter database ${client.escapeIdentifier(database)} set search_path = evil, pg_catalog`);
    });
    try {
      expect(await differences()).toEqual(found);
    } finally {
      await db.withMigrator(async (client) => await client.query(`alter database ${client.escapeIdentifier(database)} reset search_path; drop schema evil cascade`));
    }
  });
});
