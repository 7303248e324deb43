/** `npm run server`: one server process. */
import { readConfig } from '../config/config.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { Refusal } from '../config/refusal.ts';
import { runCommand } from '../config/run-command.ts';
import { blueprintUrlOf } from '../database/blueprint.ts';
import { endpointFromUrl } from '../database/logins.ts';
import { createLogger } from './observability/logger.ts';
import { createServer } from './server.ts';

await runCommand(async () => {
  const config = readConfig(readEnvironment());
  const { url, ca, blueprintUrl } = config.database;
  if (url === null) {
    throw new Refusal('DATABASE_URL is missing: the embedded PostgreSQL belongs to `npm start`, which runs a server of its own.');
  }
  const logger = createLogger(config.logLevel);
  const server = createServer({
    config,
    endpoint: endpointFromUrl(url, ca),
    blueprintEndpoint: endpointFromUrl(blueprintUrlOf(url, blueprintUrl), ca),
    masterKey: resolveMasterKey(config),
    logger,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info({ signal }, 'the server finishes the requests at hand and stops');
      server.close().catch((error: unknown) => {
        logger.error({ err: error }, 'the server did not stop in order');
        process.exitCode = 1;
      });
    });
  }
  await server.listen();
});
