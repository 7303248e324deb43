/** `npm start`: everything on one machine. Embedded PostgreSQL (or DATABASE_URL), migration, worker, server, demo tenants. */
import { readConfig } from '../config/config.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { previousMasterKey, resolveMasterKey } from '../config/master-key.ts';
import { blueprintUrlOf } from '../database/blueprint.ts';
import { startEmbedded } from '../database/embedded.ts';
import { endpointFromUrl } from '../database/logins.ts';
import { createLogger } from '../server/observability/logger.ts';
import { createServer } from '../server/server.ts';
import { createMailer } from '../worker/mailer.ts';
import { startWorker } from '../worker/worker.ts';
import { ensureConsole } from './console.ts';
import { ensureDemo } from './demo.ts';
import { migrateInstallation } from './installation.ts';
import { printingMailer } from './printed-mail.ts';
import { runCommand } from '../config/run-command.ts';
import { welcome } from './welcome.ts';

await runCommand(async () => {
  const config = readConfig(readEnvironment());
  const masterKey = resolveMasterKey(config);
  const logger = createLogger(config.logLevel);
  const { prefix } = config.database;
  /** In the order in which they started; stopped from the end, so that PostgreSQL outlives whoever needs it. */
  const started: { name: string; stop(): Promise<void> }[] = [];
  const stopAll = async (): Promise<void> => {
    for (const part of started.splice(0).toReversed()) {
      try {
        await part.stop();
      } catch (error) {
        logger.error({ err: error }, `${part.name} did not stop in order`);
        process.exitCode = 1;
      }
    }
  };
  const stopped = Promise.withResolvers<void>();
  let stopping = false;
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stopping: server, worker, database');
    stopAll().then(stopped.resolve, stopped.reject);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));

  // Beside the database's start, which takes about as long. A failure waits there until it is asked for.
  const consoleBuilt = ensureConsole();
  consoleBuilt.catch(() => undefined);
  try {
    let url = config.database.url;
    let administer = async (): Promise<void> => undefined;
    if (url === null) {
      const embedded = await startEmbedded({
        ...config.embedded,
        logger,
        onExit: () => {
          logger.fatal('the embedded PostgreSQL ended by itself; see postgres/log in DATA_DIR');
          process.exitCode = 1;
          stop('database gone');
        },
      });
      started.push({ name: 'embedded PostgreSQL', stop: () => embedded.stop() });
      url = embedded.migratorUrl;
      administer = () => embedded.administer();
    }
    const operatorPassword = await migrateInstallation(config, url, masterKey, logger);
    await administer();
    // At once: whatever stops this start, nobody can make the password known again.
    if (operatorPassword !== null) console.log(`Operator ${config.operator.email}, one-time password: ${operatorPassword}`);
    const endpoint = endpointFromUrl(url, config.database.ca);
    const blueprintEndpoint = endpointFromUrl(blueprintUrlOf(url, config.database.blueprintUrl), config.database.ca);
    const worker = await startWorker({
      endpoint,
      prefix,
      masterKey,
      previousMasterKey: previousMasterKey(config),
      keyRotationDays: config.keyRotationDays,
      checkpoints: config.audit.checkpoints,
      serverLog: config.audit.serverLog,
      logger,
      mailer:
        config.mail.smtpUrl === null && config.environment === 'development'
          ? printingMailer()
          : createMailer({ ...config.mail, production: config.environment === 'production', logger }),
      publicUrl: config.http.publicUrl,
      webhookAllowLoopback: config.webhookAllowLoopback,
    });
    started.push({ name: 'worker', stop: () => worker.stop() });
    if (await consoleBuilt) logger.info('the console was built');
    const server = createServer({ config, endpoint, blueprintEndpoint, masterKey, logger });
    started.push({ name: 'server', stop: () => server.close() });
    const address = await server.listen();
    const demoUsers = config.demo ? await ensureDemo(config, url) : [];
    console.log(welcome({ url: address.url, operatorEmail: config.operator.email, operatorPassword, demoUsers }));
  } catch (error) {
    if (!stopping) await stopAll();
    throw error;
  }
  await stopped.promise;
  // A worker that was stopped while its database was away may still hold timers.
  process.exit();
});
