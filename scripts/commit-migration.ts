/** `npm run migration:commit -- "message"`: turns migrations/current.sql into a committed migration, tried on a cluster of its own. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { commitCurrent } from '../database/control-plane.ts';
import { startEmbedded } from '../database/embedded.ts';
import { migratorConfig } from '../database/logins.ts';
import { applyDatabaseAccess, applyFixedRoles } from '../database/roles.ts';
import { createLogger } from '../server/observability/logger.ts';
import { runCommand } from '../config/run-command.ts';

await runCommand(async () => {
  const message = process.argv[2];
  if (message === undefined) {
    console.error('Usage: npm run migration:commit -- "what it does"');
    process.exitCode = 2;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-commit-'));
  await chmod(folder, 0o755);
  const logger = createLogger('info');
  const cluster = await startEmbedded({ dataDir: join(folder, 'data'), port: 0, logger, settings: { fsync: 'off' } });
  try {
    const client = new pg.Client(migratorConfig(cluster.migratorUrl, null));
    await client.connect();
    await applyFixedRoles(client, { prefix: '', lanes: 1 });
    await applyDatabaseAccess(client, { prefix: '', lanes: 1 });
    await client.query('create database root');
    await client.end();
    const target = { url: cluster.migratorUrl, ca: null, prefix: '', allowCurrent: true, logger };
    await commitCurrent(target, { shadow: 'shadow', root: 'root' }, message);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
