/** A worker process for tests to kill: takes its cluster from the environment and stops like worker/main.ts. */
import { pino } from 'pino';
import { logMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';

const { TEST_HOST = '', TEST_PORT = '', TEST_DATABASE = '', TEST_PREFIX = '', TEST_KEY = '' } = process.env;
const logger = pino({ level: 'silent' });
const worker = await startWorker({
  endpoint: { host: TEST_HOST, port: Number(TEST_PORT), database: TEST_DATABASE, ssl: false },
  prefix: TEST_PREFIX,
  masterKey: Buffer.from(TEST_KEY, 'base64'),
  logger,
  mailer: logMailer(logger),
  publicUrl: 'http://127.0.0.1',
});
process.once('SIGTERM', () => void worker.stop());
process.send?.('ready');
await worker.ended;
process.disconnect();
