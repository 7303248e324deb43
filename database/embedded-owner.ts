/**
 * Who owns DATA_DIR: one Node process at a time, named in DATA_DIR/tenantry.pid.
 *
 * A pid alone proves nothing after a crash, since pids are used again (in a container the next start
 * mostly gets the very same one), so the file holds the start time of the process as well.
 */
import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EmbeddedError } from './embedded-error.ts';

interface Owner {
  readonly pid: number;
  readonly started: string;
  readonly since: string;
}

/**
 * Claims a data directory for this process and returns the function that gives it back.
 * @throws EmbeddedError when a living process holds it, naming both
 */
export function claimDataDir(dataDir: string): () => void {
  const file = join(dataDir, 'tenantry.pid');
  const draft = `${file}.${process.pid}`;
  const mine = `${JSON.stringify(thisProcess())}\n`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    // Linking is atomic and brings the whole text; a few rounds, since a stale file may be cleared by two at once.
    for (let round = 0; round < 5; round += 1) {
      if (link(draft, file)) {
        return () => {
          if (read(file) === mine) rmSync(file);
        };
      }
      clearIfStale(dataDir, file);
    }
  } finally {
    rmSync(draft);
  }
  throw new EmbeddedError(`DATA_DIR ${dataDir} is being claimed by several processes at once. Start one of them.`);
}

/** When a process started, in a form that no later process of the same pid repeats; null when it is gone. */
export function processStart(pid: number): string | null {
  if (process.platform !== 'linux') return ps(pid, 'lstart');
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The command, in brackets, may hold anything; fields are counted from behind it: state first, start time 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return `${read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}/${fields[19] ?? ''}`;
}

/** Whether a process is a PostgreSQL server that works in this cluster directory (a real path). */
export function isPostgresOf(pid: number, cluster: string): boolean {
  if (process.platform !== 'linux') {
    const command = ps(pid, 'command');
    return command !== null && command.includes('postgres') && command.includes(cluster);
  }
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '');
    return program === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === cluster;
  } catch {
    return false;
  }
}

function thisProcess(): Owner {
  return { pid: process.pid, started: processStart(process.pid) ?? '', since: new Date().toISOString() };
}

function clearIfStale(dataDir: string, file: string): void {
  const seen = read(file);
  if (seen === null) return;
  const owner = parseOwner(seen);
  if (owner !== null && processStart(owner.pid) === owner.started) {
    throw new EmbeddedError(
      `DATA_DIR ${dataDir} is in use: process ${owner.pid} has been running on it since ${owner.since}. ` +
        'Stop that process first, or set DATA_DIR to another directory.',
    );
  }
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Between the look and the rename another process may have put its own claim there: that one goes back.
  if (read(aside) !== seen) link(aside, file);
  rmSync(aside);
}

function parseOwner(text: string): Owner | null {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return null;
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

function ps(pid: number, field: 'lstart' | 'command'): string | null {
  try {
    return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}
