/** A Node process that owns an embedded cluster until it is killed: what a crashing server looks like from outside. */
import { pino } from 'pino';
import { startEmbedded } from '../../database/embedded.ts';

const [dataDir = ''] = process.argv.slice(2);
const cluster = await startEmbedded({ dataDir, port: 0, logger: pino({ level: 'silent' }), settings: { fsync: 'off' } });
process.stdout.write(`${JSON.stringify({ pid: cluster.pid, migratorUrl: cluster.migratorUrl })}\n`);
