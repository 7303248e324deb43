/** `npm run worker`: one worker process. */
import { readConfig } from '../config/config.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { endpointFromUrl } from '../database/logins.ts';
import { createLogger } from '../server/observability/logger.ts';
import { startWorker } from './worker.ts';

const config = readConfig(readEnvironment());
const logger = createLogger(config.logLevel);
if (config.database.url === null) {
  logger.fatal('DATABASE_URL is missing: the embedded PostgreSQL belongs to `npm start`, which runs a worker of its own');
  process.exit(1);
}
try {
  const worker = await startWorker({
    endpoint: endpointFromUrl(config.database.url, config.database.ca),
    prefix: config.database.prefix,
    masterKey: resolveMasterKey(config),
    logger,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info({ signal }, 'worker stops after the jobs at hand');
      void worker.stop().then(() => process.exit());
    });
  }
  await worker.ended;
} catch (error) {
  logger.fatal({ err: error }, 'the worker cannot go on');
  process.exitCode = 1;
}
