/** `npm run migrate`: the database named by DATABASE_URL, or the embedded one, brought up to date. */
import { readConfig } from '../config/config.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { startEmbedded } from '../database/embedded.ts';
import { createLogger } from '../server/observability/logger.ts';
import { migrateInstallation } from './installation.ts';
import { runCommand } from '../config/run-command.ts';

await runCommand(async () => {
  const config = readConfig(readEnvironment());
  const masterKey = resolveMasterKey(config);
  const logger = createLogger(config.logLevel);
  const embedded =
    config.database.url === null ? await startEmbedded({ ...config.embedded, logger }) : null;
  try {
    const password = await migrateInstallation(config, config.database.url ?? embedded?.migratorUrl ?? '', masterKey, logger);
    if (password !== null) console.log(`First operator: ${config.operator.email}, one-time password: ${password}`);
  } finally {
    await embedded?.stop();
  }
});
