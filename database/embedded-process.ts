/** Starting and ending the PostgreSQL programs of the embedded cluster. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedError } from './embedded-error.ts';
import { plainEnvironment } from './embedded-home.ts';
import { isPostgresOf, processStart } from './embedded-owner.ts';
import type { Home, RunAs } from './embedded-home.ts';
import type { Logger } from 'pino';

/** Where the cluster keeps its log, below its own directory: the system user may write nowhere else. */
export const LOG_FOLDER = 'log';
const MOST_LOGS = 30;

/** Why a server is no more, as the operating system tells it. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Server {
  readonly pid: number;
  readonly port: number;
  /** null while it runs */
  exit(): ServerExit | null;
  readonly exited: Promise<ServerExit>;
  /** what it has written to the log since it started */
  log(): string;
}

/**
 * Makes a new cluster. It is built beside its place and moved there when whole, so a crash on the way
 * leaves no half cluster.
 * @param durable false skips the wait for the disk (test clusters)
 */
export async function initCluster(home: Home, password: string, durable: boolean): Promise<void> {
  const draft = `${home.cluster}.new`;
  const passwordFile = `${home.cluster}.password`;
  rmSync(draft, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  try {
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
    for (const path of [draft, passwordFile]) giveTo(home.runAs, path);
    const options = [
      `--pgdata=${draft}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The built-in provider knows all of Unicode and needs no locale of the machine; its order never changes.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--data-checksums',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ];
    await promisify(execFile)(join(home.binaries, 'initdb'), options, { ...home.runAs, cwd: '/', env: plainEnvironment });
    renameSync(draft, home.cluster);
  } catch (error) {
    throw new EmbeddedError(`The cluster could not be made in ${dirname(home.cluster)}: ${firstWords(error)}`, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/**
 * Runs `postgres` with the given settings. It leads a session of its own, so that Ctrl-C in the terminal
 * reaches us alone and our shutdown decides the order; its log is a file and not a pipe, so that it
 * outlives us without being killed by a write nobody reads.
 */
export function spawnServer(home: Home, port: number, settings: Readonly<Record<string, string>>): Server {
  const logFile = join(home.dataDir, 'postgres.log');
  keepLogSmall(logFile);
  const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
  removeOldLogs(home.cluster);
  const earlier = jsonLogs(home.cluster);
  const log = openSync(logFile, 'a', 0o600);
  const flags = Object.entries({ ...settings, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(home.binaries, 'postgres'), ['-D', home.cluster, ...flags], {
    ...home.runAs,
    cwd: '/',
    env: plainEnvironment,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (child.pid === undefined) {
    // The 'error' event that follows says the same and must not end the process.
    child.on('error', () => undefined);
    throw new EmbeddedError(`${join(home.binaries, 'postgres')} cannot be run.`);
  }
  let exit: ServerExit | null = null;
  const exited = once(child, 'exit').then(([code, signal]): ServerExit => {
    exit = { code: code as number | null, signal: signal as NodeJS.Signals | null };
    return exit;
  });
  return { pid: child.pid, port, exit: () => exit, exited, log: () => readFileSync(logFile).subarray(logStart).toString('utf8') + lastMessages(home.cluster, earlier) };
}

/** Ends a server: fast shutdown, then immediate, then by force; returns once it is gone. */
export async function endServer(pid: number, isGone: () => boolean, logger: Pick<Logger, 'warn'>): Promise<void> {
  const steps = [
    { signal: 'SIGINT', waitMs: 60_000 },
    { signal: 'SIGQUIT', waitMs: 10_000 },
    { signal: 'SIGKILL', waitMs: 10_000 },
  ] as const;
  for (const { signal, waitMs } of steps) {
    if (isGone()) return;
    if (signal !== 'SIGINT') logger.warn({ pid, signal }, 'the embedded PostgreSQL does not stop; asking harder');
    sendSignal(pid, signal);
    const deadline = performance.now() + waitMs;
    while (!isGone() && performance.now() < deadline) await delay(20);
  }
  if (!isGone()) throw new EmbeddedError(`PostgreSQL (process ${pid}) does not end, not even by force.`);
}

/**
 * Deals with what an earlier run left: a server whose Node process was killed is stopped in order; a
 * postmaster.pid whose number now belongs to another program is removed, since PostgreSQL would take that
 * program for itself. Call only while holding the claim on DATA_DIR.
 * @returns whether there was anything
 */
export async function endOrphan(cluster: string, logger: Pick<Logger, 'warn'>): Promise<boolean> {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return false;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const started = Number.isSafeInteger(pid) && pid > 1 ? processStart(pid) : null;
  if (started === null) return true;
  if (isPostgresOf(pid, cluster)) {
    logger.warn({ pid, cluster }, 'an earlier run was killed and left its PostgreSQL running; stopping it');
    await endServer(pid, () => processStart(pid) !== started, logger);
  } else {
    rmSync(file, { force: true });
  }
  return true;
}

/** The port of the server that runs on a cluster, from the fourth line of postmaster.pid; null when none runs. */
export function runningPort(cluster: string): number | null {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  return isPostgresOf(Number(lines[0]), realpathSync(cluster)) ? Number(lines[3]) : null;
}

function giveTo(user: RunAs, path: string): void {
  if (user !== null) chownSync(path, user.uid, user.gid);
}

function keepLogSmall(logFile: string): void {
  if (existsSync(logFile) && statSync(logFile).size > 16 * 1024 * 1024) renameSync(logFile, `${logFile}.1`);
}

/** Names sort by time. */
function jsonLogs(cluster: string): string[] {
  const folder = join(cluster, LOG_FOLDER);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).toSorted().map((name) => join(folder, name)) : [];
}

/** Each start begins a file and each day another; of what a worker has long read there needs to be no more than this. */
function removeOldLogs(cluster: string): void {
  for (const file of jsonLogs(cluster).slice(0, -MOST_LOGS)) {
    rmSync(file, { force: true });
    rmSync(file.replace(/json$/, 'log'), { force: true });
  }
}

/** What was said last in a file that is none of the earlier ones. */
function lastMessages(cluster: string, earlier: readonly string[]): string {
  const file = jsonLogs(cluster).at(-1);
  if (file === undefined || earlier.includes(file)) return '';
  return readFileSync(file, 'utf8').split('\n').slice(-20).map((line) => {
    try {
      const { error_severity: severity, message, hint } = JSON.parse(line) as Record<string, string | undefined>;
      return `${severity}:  ${message}${hint === undefined ? '' : ` ${hint}`}\n`;
    } catch {
      return '';
    }
  }).join('');
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function firstWords(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).slice(0, 1000);
}
