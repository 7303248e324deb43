/** Brings what was done on lanes past the server, as PostgreSQL's log has it, into the trail: each record once. */
import { open, readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { STOP_STATEMENT_LOG } from '../database/statement-log.ts';
import { describeStatement, movesSession, readRecords, tenantNames } from './server-log.ts';
import type { LogRecord } from './server-log.ts';

const PAUSE_MS = 2_000;
/** Bytes read in one step. */
const CHUNK = 4 * 1024 * 1024;
/** Sessions whose role is remembered; the oldest are forgotten. */
const MOST_SESSIONS = 1_000;

interface Position {
  readonly file: string;
  readonly bytes: number;
  readonly sessions: Sessions;
}

/** What each session acts under: names of roles and schemas. */
type Sessions = Readonly<Record<string, readonly string[]>>;

interface DirectEvent {
  readonly at: string;
  readonly action: 'access.direct' | 'access.unlogged';
  readonly login: string;
  readonly names: readonly string[];
  readonly detail: Readonly<Record<string, string>>;
}

/** Reads a server log. */
export interface DirectAccess {
  /** Reads what has come since the last time. @returns how many events that made */
  read(): Promise<number>;
}

/** Makes it. `path` is a file, or a folder whose files follow each other by name; `pool` is the worker's. Only lanes in its database count. */
export function createDirectAccess(pool: pg.Pool, prefix: string, path: string): DirectAccess {
  const { database: ours } = pool.options;
  const source = `${hostname()}:${path}`;
  const lane = new RegExp(`^${prefix}tenantry_lane_[0-9]{2,3}$`);

  return {
    async read() {
      let stored = 0;
      for (;;) {
        const step = await readStep();
        if (step === null) return stored;
        stored += step;
      }
    },
  };

  /** @returns how many events the next stretch made; null when there is none */
  async function readStep(): Promise<number | null> {
    const known = await position();
    const files = await filesOf(path);
    const index = files.findIndex(({ inode }) => inode === known?.file);
    const file = files[Math.max(0, index)];
    if (file === undefined) return null;
    // A file that has become shorter was begun anew.
    const from = index >= 0 && known !== null && known.bytes <= file.bytes ? known.bytes : 0;
    const text = await wholeLines(file.path, from, Math.min(CHUNK, Math.max(0, file.bytes - from)));
    const next = files[index + 1];
    const sessions = { ...known?.sessions };
    const events = readRecords(text.text, (login, database) => database === ours && lane.test(login)).map((record) => eventOf(record, sessions));
    const done = text.bytes === 0 && index >= 0 && next !== undefined;
    const reached = done ? { file: next.inode, bytes: 0 } : { file: file.inode, bytes: from + text.bytes };
    const { rows } = await pool.query<{ stored: number | null }>('select audit.store_direct($1, $2, $3, $4, $5, $6, $7) as stored', [
      source, known?.file ?? null, known?.bytes ?? null, reached.file, reached.bytes, JSON.stringify(recent(sessions)), JSON.stringify(events),
    ]);
    return text.bytes === 0 && !done ? null : (rows[0]?.stored ?? 0);
  }

  async function position(): Promise<Position | null> {
    const { rows } = await pool.query<{ file: string | null; bytes: string; sessions: Sessions }>('select * from audit.log_position($1)', [source]);
    const [row] = rows;
    return row === undefined || row.file === null ? null : { file: row.file, bytes: Number(row.bytes), sessions: row.sessions };
  }
}

/** What a record says to the trail; changes what is known of its session. */
function eventOf(record: LogRecord, sessions: Record<string, readonly string[]>): DirectEvent {
  const { session, login, application, address, at, statement } = record;
  const shared = { at: at ?? new Date().toISOString(), login };
  const where = { application, address, session };
  if (statement === STOP_STATEMENT_LOG) return { ...shared, action: 'access.unlogged', names: [], detail: where };
  const known = sessions[session] ?? [];
  const named = tenantNames(statement);
  const names = [...new Set([...known, ...named])];
  // Put last, so that the sessions heard of last are those that are kept.
  delete sessions[session];
  sessions[session] = movesSession(statement) ? named : known;
  return { ...shared, action: 'access.direct', names, detail: { ...describeStatement(statement), ...where } };
}

function recent(sessions: Sessions): Sessions {
  return Object.fromEntries(Object.entries(sessions).slice(-MOST_SESSIONS));
}

interface LogFile {
  readonly path: string;
  readonly inode: string;
  readonly bytes: number;
}

/** The files of a log, the oldest first. Beside a single file, the one it was before it was moved aside. */
async function filesOf(path: string): Promise<LogFile[]> {
  const found = await stat(path).catch(() => null);
  const isFolder = found?.isDirectory() === true;
  const paths = isFolder ? (await readdir(path)).filter((name) => /\.(?:json|log)$/.test(name)).toSorted().map((name) => join(path, name)) : [`${path}.1`, path];
  const files = await Promise.all(
    paths.map(async (file) => {
      const facts = await stat(file).catch(() => null);
      return facts?.isFile() === true ? [{ path: file, inode: String(facts.ino), bytes: facts.size }] : [];
    }),
  );
  return files.flat();
}

/** The whole lines from a place on, of one stretch. A line longer than a stretch is no record of ours, and is passed over. */
async function wholeLines(path: string, from: number, most: number): Promise<{ text: string; bytes: number }> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, from);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    if (end === 0 && bytesRead === CHUNK) return { text: '', bytes: CHUNK };
    return { text: buffer.toString('utf8', 0, end), bytes: end };
  } finally {
    await file.close();
  }
}

/** Reads again and again until stopped; a failure is logged and tried again. @returns stops it */
export function keepReading(access: DirectAccess, logger: Logger): () => Promise<void> {
  const stopped = new AbortController();
  const running = run();
  return async () => {
    stopped.abort();
    await running;
  };

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await access.read();
      } catch (error) {
        if (!stopped.signal.aborted) logger.warn({ err: error }, 'the server log could not be read, trying again');
      }
      await sleep(PAUSE_MS, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
  }
}
