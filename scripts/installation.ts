/** Migration as the commands do it: database, then what people sign in with. */
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { previousMasterKey } from '../config/master-key.ts';
import { migrateDatabase } from '../database/migrate.ts';
import { ensureFirstStart } from '../server/identity/first-start.ts';

/** @returns the first operator's one-time password if this run made it */
export async function migrateInstallation(
  config: Config,
  url: string,
  masterKey: Buffer,
  logger: Logger,
): Promise<string | null> {
  let password: string | null = null;
  await migrateDatabase({
    url,
    ca: config.database.ca,
    blueprintUrl: config.database.blueprintUrl,
    prefix: config.database.prefix,
    lanes: config.database.lanes,
    masterKey,
    previousMasterKey: previousMasterKey(config),
    allowCurrent: config.environment !== 'production',
    logger,
    afterwards: async (owner) => {
      password = await ensureFirstStart(owner, masterKey, config.operator, previousMasterKey(config));
    },
  });
  return password;
}
