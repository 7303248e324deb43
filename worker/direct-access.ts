/** Brings what was done with our logins past the server, as PostgreSQL's log has it, into the trail: each record once. */
import { open, readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { sqlstateOf } from '../database/failures.ts';
import { fixedLogins, fixedRole } from '../database/logins.ts';
import { STOP_STATEMENT_LOG } from '../database/statement-log.ts';
import { describeStatement, effectOf, readHead, readRecords, tenantIds, tenantNames } from './server-log.ts';
import type { Effect, LogPart, LogRecord } from './server-log.ts';

const PAUSE_MS = 2_000;
/** Bytes read in one step. */
const CHUNK = 4 * 1024 * 1024;
/** Of a line that is longer, so much is looked at as a record; in the rest only for names. */
const HEAD = 256 * 1024;
/** Bytes of one stretch that are looked at again with the next, in case a name lies across. */
const OVERLAP = 256;
/** Sessions of which is remembered what they are; the oldest are forgotten, and then nothing is known of them. */
const MOST_SESSIONS = 5_000;
/**
 * Statements of a login in one step that every tenant of its lane is told one by one, when it isn't known under which role they ran. The others
 * are told as a number: a lane has thousands of tenants, and whoever floods the log must not flood each one's trail.
 */
const TOLD_ALONE = 5;
/** What is remembered of a session of ours, which keeps its statements out of the log. No role is called that. */
const QUIET = '!';
const INVALID_VALUE = /^22/;

interface Position {
  readonly file: string | null;
  readonly bytes: number;
  readonly sessions: Sessions;
  /** Logins whose statements are logged. */
  readonly logged: ReadonlySet<string>;
}

/** Under which role each session is for certain, empty for its login's own; or that it is one of ours. */
type Sessions = Readonly<Record<string, string>>;

interface DirectEvent {
  /** null: when it is stored */
  readonly at: string | null;
  readonly action: 'access.direct' | 'access.unlogged' | 'access.unreadable';
  readonly login: string;
  /** Roles and schemas whose tenants get it. */
  readonly names: readonly string[];
  /** A lane all of whose tenants get it. */
  readonly lane: number | null;
  /** Whether the platform gets it, whoever else does. */
  readonly platform: boolean;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** Reads a server log. */
export interface DirectAccess {
  /** Reads what has come since the last time. @returns how many events that made */
  read(): Promise<number>;
}

/** Makes it. `path` is a file, or a folder whose files follow each other by name; `pool` is the worker's. Only our logins in its database count. */
export function createDirectAccess(pool: pg.Pool, prefix: string, path: string): DirectAccess {
  const { database: ours } = pool.options;
  const source = `${hostname()}:${path}`;
  const fixed = new Set(fixedLogins.map((name) => fixedRole(prefix, name)));
  const isLogin = (login: string): boolean => fixed.has(login) || laneOf(prefix, login) !== null;

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
    const index = files.findIndex(({ inode }) => inode === known.file);
    const file = files[Math.max(0, index)];
    if (file === undefined) return null;
    // A file that has become shorter was begun anew.
    const from = index >= 0 && known.bytes <= file.bytes ? known.bytes : 0;
    const stretch = await nextStretch(file.path, from, Math.min(CHUNK, Math.max(0, file.bytes - from)));
    const next = files[index + 1];
    const sessions = { ...known.sessions };
    const isOurs = (login: string, database: string): boolean => database === ours && isLogin(login);
    const part = stretch.names === null ? readRecords(stretch.text, isOurs) : readHead(stretch.text, stretch.names, isOurs);
    const events = eventsOf(part, prefix, known.logged, sessions);
    const done = stretch.bytes === 0 && index >= 0 && next !== undefined;
    const reached = done ? { file: next.inode, bytes: 0 } : { file: file.inode, bytes: from + stretch.bytes };
    const stored = await store(known, reached, sessions, events);
    return stretch.bytes === 0 && !done ? null : (stored ?? 0);
  }

  async function store(known: Position, reached: { file: string; bytes: number }, sessions: Sessions, events: readonly DirectEvent[]): Promise<number | null> {
    const send = async (what: readonly DirectEvent[]): Promise<number | null> => {
      const { rows } = await pool.query<{ stored: number | null }>('select audit.store_direct($1, $2, $3, $4, $5, $6, $7) as stored', [
        source, known.file, known.file === null ? null : known.bytes, reached.file, reached.bytes, JSON.stringify(recent(sessions)), JSON.stringify(what),
      ]);
      return rows[0]?.stored ?? null;
    };
    try {
      return await send(events);
    } catch (error) {
      // A value that the database doesn't take would be met again for ever, and nothing behind it be read: what is left is that it was there.
      if (!INVALID_VALUE.test(sqlstateOf(error) ?? '')) throw error;
      return await send(events.map((event) => ({ ...event, at: null, detail: { command: '?', refused: sqlstateOf(error) ?? '' } })));
    }
  }

  async function position(): Promise<Position> {
    const { rows } = await pool.query<{ file: string | null; bytes: string | null; sessions: Sessions | null; logged: string[] }>(
      'select * from audit.log_position($1)',
      [source],
    );
    const { file = null, bytes = null, sessions = null, logged = [] } = rows[0] ?? {};
    return { file, bytes: Number(bytes ?? 0), sessions: sessions ?? {}, logged: new Set(logged) };
  }
}

/** The number of a lane's login; null if it is none. */
function laneOf(prefix: string, login: string): number | null {
  const lane = login.startsWith(`${prefix}tenantry_lane_`) ? login.slice(`${prefix}tenantry_lane_`.length) : '';
  return /^[0-9]{2,3}$/.test(lane) ? Number(lane) : null;
}

/** What records say to the trail; changes what is known of their sessions. */
function eventsOf(part: LogPart, prefix: string, logged: ReadonlySet<string>, sessions: Record<string, string>): DirectEvent[] {
  const events: DirectEvent[] = [];
  /** How many statements all tenants of a lane were told of, by login, and the last of them. */
  const told = new Map<string, { count: number; last: DirectEvent }>();
  for (const record of part.records) {
    const event = eventOf(record, laneOf(prefix, record.login), logged, sessions);
    if (event === null) continue;
    if (event.lane === null) {
      events.push(event);
      continue;
    }
    const count = (told.get(event.login)?.count ?? 0) + 1;
    told.set(event.login, { count, last: event });
    events.push(count <= TOLD_ALONE ? event : { ...event, lane: null });
  }
  for (const { count, last } of told.values()) {
    if (count <= TOLD_ALONE) continue;
    const { statement: _, digest: __, ...where } = last.detail;
    events.push({ ...last, names: [], platform: false, detail: { ...where, command: '?', statements: count - TOLD_ALONE } });
  }
  if (part.unreadable > 0) {
    events.push({ at: null, action: 'access.unreadable', login: '', names: [], lane: null, platform: true, detail: { lines: part.unreadable } });
  }
  return events;
}

/** null: a session of ours, of which the trail knows what it does. */
function eventOf(record: LogRecord, lane: number | null, logged: ReadonlySet<string>, sessions: Record<string, string>): DirectEvent | null {
  const { session, login, at, statement, error, exact } = record;
  const stops = exact && statement === STOP_STATEMENT_LOG;
  const known = sessions[session];
  if (error !== null || !exact) {
    // Failures are logged of every session, ours and those of logins that nobody had logged.
    if (!logged.has(login) || (known === QUIET && !stops)) return null;
  }
  const role = known === QUIET ? undefined : known;
  const effect = exact ? effectOf(statement) : ({ kind: 'lost', reads: true } as const);
  const after = stops && error === null ? QUIET : error !== null ? undefined : roleAfter(effect, role);
  // Put last, so that the sessions heard of last are those that are kept.
  delete sessions[session];
  if (after !== undefined) sessions[session] = after;

  const where = { application: record.application.toWellFormed(), address: record.address, session };
  const from = { at, login, platform: lane === null, lane: null };
  if (after === QUIET) return { ...from, action: 'access.unlogged', names: [], detail: where };
  const certain = !effect.reads || (effect.kind === 'kept' && role !== undefined);
  const names = [...new Set([...(role === undefined || role === '' ? [] : [role]), ...tenantNames(record.text), ...(lane === null ? tenantIds(record.text) : [])])];
  const detail = { ...describeStatement(statement), ...where, ...(error === null ? {} : { error }) };
  if (lane === null || certain) return { ...from, action: 'access.direct', names, detail };
  return { ...from, action: 'access.direct', names, lane, platform: true, detail: { ...detail, role: 'unknown' } };
}

function roleAfter(effect: Effect, before: string | undefined): string | undefined {
  if (effect.kind === 'set') return effect.role;
  return effect.kind === 'kept' ? before : undefined;
}

function recent(sessions: Sessions): Sessions {
  return Object.fromEntries(Object.entries(sessions).slice(-MOST_SESSIONS));
}

interface LogFile {
  readonly path: string;
  readonly inode: string;
  readonly bytes: number;
}

/**
 * The files of a log, the oldest first. Beside a single file, the one it was before it was moved aside. In a folder with files of JSON
 * those alone: PostgreSQL keeps one for what isn't beside each.
 */
async function filesOf(path: string): Promise<LogFile[]> {
  const found = await stat(path).catch(() => null);
  const names = found?.isDirectory() === true ? (await readdir(path)).toSorted() : null;
  const json = names?.filter((name) => name.endsWith('.json')) ?? [];
  const inFolder = json.length > 0 ? json : names?.filter((name) => name.endsWith('.log'));
  const paths = inFolder?.map((name) => join(path, name)) ?? [`${path}.1`, path];
  const files = await Promise.all(
    paths.map(async (file) => {
      const facts = await stat(file).catch(() => null);
      return facts?.isFile() === true ? [{ path: file, inode: String(facts.ino), bytes: facts.size }] : [];
    }),
  );
  return files.flat();
}

/** Whole lines; or, of one that is longer than a stretch, the head and the names in all of it. */
interface Stretch {
  readonly text: string;
  readonly bytes: number;
  readonly names: readonly string[] | null;
}

/** What comes next in a file from a place on. */
async function nextStretch(path: string, from: number, most: number): Promise<Stretch> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, from);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    if (end > 0 || bytesRead < CHUNK) return { text: buffer.toString('utf8', 0, end), bytes: end, names: null };
    const text = buffer.toString('utf8', 0, HEAD);
    const names = new Set<string>();
    for (let at = from; ; at += CHUNK - OVERLAP) {
      const { bytesRead: read } = await file.read(buffer, 0, CHUNK, at);
      // What was looked at before has no line's end.
      const lineEnd = buffer.subarray(0, read).indexOf(0x0a);
      for (const name of tenantNames(buffer.toString('latin1', 0, lineEnd < 0 ? read : lineEnd))) names.add(name);
      if (lineEnd >= 0) return { text, bytes: at + lineEnd + 1 - from, names: [...names] };
      // Still being written.
      if (read < CHUNK) return { text: '', bytes: 0, names: null };
    }
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
