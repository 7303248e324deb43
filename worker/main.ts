/** `npm run worker`: one worker process. */
import { readConfig } from '../config/config.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { previousMasterKey, resolveMasterKey } from '../config/master-key.ts';
import { Refusal } from '../config/refusal.ts';
import { runCommand } from '../config/run-command.ts';
import { endpointFromUrl } from '../database/logins.ts';
import { createLogger } from '../server/observability/logger.ts';
import { createMailer } from './mailer.ts';
import { startWorker } from './worker.ts';

await runCommand(async () => {
  const config = readConfig(readEnvironment());
  const { url, ca, prefix } = config.database;
  if (url === null) {
    throw new Refusal('DATABASE_URL is missing: the embedded PostgreSQL belongs to `npm start`, which runs a worker of its own.');
  }
  const logger = createLogger(config.logLevel);
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info({ signal }, 'the worker finishes the jobs at hand and stops');
      stopping.abort();
    });
  }
  const worker = await startWorker({
    endpoint: endpointFromUrl(url, ca),
    prefix,
    masterKey: resolveMasterKey(config),
    previousMasterKey: previousMasterKey(config),
    keyRotationDays: config.keyRotationDays,
    checkpoints: config.audit.checkpoints,
    serverLog: config.audit.serverLog,
    logger,
    mailer: createMailer({ ...config.mail, production: config.environment === 'production', logger }),
    publicUrl: config.http.publicUrl,
    signal: stopping.signal,
    webhookAllowLoopback: config.webhookAllowLoopback,
  });
  await worker.ended;
});
// With the database away graphile-worker may still hold timers.
process.exit();
