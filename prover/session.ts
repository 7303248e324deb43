/** One login to a tenant's lane, in the tenant's own scope: proves that it sees, then makes the attempts, then leaves without a trace. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ENVELOPE_STATEMENT, envelopeParameters, tenantEnvelope } from '../database/envelope.ts';
import { isGoingAway, sqlstateOf } from '../database/failures.ts';
import type { LoginConfig } from '../database/logins.ts';
import { stopStatementLog } from '../database/statement-log.ts';
import { OWN_TABLE, attemptsAlone, attemptsOf, observationsOf } from './attempts.ts';
import type { Attempt } from './attempts.ts';
import type { Subject } from './subject.ts';

/** The longest that one statement may take, in milliseconds: what has to be refused is refused before it does anything. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** Nothing here may wait for a lock that somebody's request holds, nor make a request wait. */
const LOCK_TIMEOUT_MS = 250;
/** After this the session is cut: some hundred statements that are refused take a fraction of a second. */
const LONGEST_MS = 60_000;

/** How often a kind was tried, and how often it ended otherwise than it has to. */
export interface Check {
  readonly kind: string;
  readonly tried: number;
  readonly failed: number;
}

export interface Failure {
  readonly kind: string;
  readonly target: string;
  readonly expected: string;
  /** `ok`, or the SQLSTATE. */
  readonly seen: string;
}

export interface Observed {
  readonly kind: string;
  readonly open: boolean;
  readonly count: number;
}

/** What a session came to, as `platform_private.end_isolation_run` takes it. */
export interface Attempted {
  readonly checks: readonly Check[];
  readonly failures: readonly Failure[];
  readonly observed: readonly Observed[];
  /** Why no breach could have been seen; null if one could. */
  readonly broken: string | null;
  readonly ms: number;
}

/** A statement that came to an end. */
interface End {
  readonly seen: string;
  readonly rows: readonly unknown[][];
  readonly count: number;
}

type Send = (sql: string, values?: readonly string[]) => Promise<End>;

/**
 * Makes all attempts of a subject over a login of its lane. Never commits.
 * @throws what pg throws when the login is refused or the connection breaks: then nothing is known
 */
export async function attempt(login: LoginConfig, subject: Subject, prefix: string): Promise<Attempted> {
  const started = performance.now();
  const client = new pg.Client({ ...login, application_name: 'tenantry prover', options: '-c jit=off', pipeline: true });
  let lost: unknown = null;
  client.on('error', (error) => {
    lost ??= error;
  });
  await client.connect();
  // Hundreds of attempts of ours are no access past the server.
  void stopStatementLog(client, login.statementLogKey);
  const deadline = setTimeout(() => client.connection.stream.destroy(new Error(`the attempts took longer than ${LONGEST_MS} ms`)), LONGEST_MS);
  // Never throws: hundreds of statements are under way at once, and each would have to be caught.
  const send: Send = async (sql, values = []) => {
    try {
      const { rows, rowCount } = await client.query<unknown[]>({ text: sql, values: [...values], rowMode: 'array' });
      return { seen: 'ok', rows, count: rowCount ?? 0 };
    } catch (error) {
      const seen = sqlstateOf(error);
      if (seen === null || isGoingAway(error)) lost ??= error;
      return { seen: seen ?? 'lost', rows: [], count: 0 };
    }
  };
  const together = async <T>(sending: () => Promise<T>): Promise<T> => {
    const { stream } = client.connection;
    stream.cork();
    let sent;
    try {
      sent = sending();
    } finally {
      stream.uncork();
    }
    return await sent;
  };
  try {
    const result = await together(() => inScope(send, subject, prefix));
    if (lost !== null) throw lost;
    return { ...result, ms: Math.round((performance.now() - started) * 10) / 10 };
  } finally {
    clearTimeout(deadline);
    // The session goes with everything in it: listening, role and open transaction.
    client.connection.stream.destroy();
  }
}

async function inScope(send: Send, subject: Subject, prefix: string): Promise<Omit<Attempted, 'ms'>> {
  const { tenant } = subject;
  const claims = {
    tenantId: tenant.id, userId: '', role: 'admin', sessionId: '', operatorId: '', serviceId: '', requestId: 'isolation-proof',
  };
  const envelope = tenantEnvelope({ ...tenant }, claims, 'write', STATEMENT_TIMEOUT_MS);
  const name = `probe ${randomUUID()}`;
  const own = pg.escapeIdentifier(OWN_TABLE);
  const readable = tenant.tables.filter(({ verbs }) => verbs.includes('SELECT'));
  const attempts = attemptsOf(subject, prefix);
  const observations = observationsOf(subject);
  const alone = attemptsAlone();

  // One stream of statements without a pause: every promise is made here and awaited below.
  const opening = [
    send('begin'),
    send(ENVELOPE_STATEMENT.text, envelopeParameters(envelope)),
    send('select current_user::text, session_user::text, current_setting(\'search_path\')'),
    send(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`),
    send('savepoint probe'),
  ];
  const canary = savepoint(send, ['select platform_probe.canary()']);
  const verbs = savepoint(send, [
    `insert into ${own} (name) values ('${name}')`,
    `update ${own} set name = name where name = '${name}'`,
    `select from ${own} where name = '${name}'`,
    `delete from ${own} where name = '${name}'`,
  ]);
  const reads = readable.map(async (table) => ({ table, ends: await savepoint(send, [`select from ${pg.escapeIdentifier(table.name)} limit 1`]) }));
  const tried = attempts.map(async (each) => ({ each, ends: await savepoint(send, each.before === undefined ? [each.sql] : [each.before, each.sql]) }));
  const looked = observations.map(async ({ kind, sql }) => ({ kind, ends: await savepoint(send, [sql]) }));
  const closing = send('rollback');
  const switched = send(`set role ${pg.escapeIdentifier(tenant.role)}`);
  const apart = alone.map(async (each) => ({ each, ends: [await send(each.sql)] }));

  const [begun, scoped, who, , saved] = await Promise.all(opening);
  const [reached] = await canary;
  const changes = await verbs;
  const seenTables = await Promise.all(reads);
  const all = [...(await Promise.all(tried)), ...(await Promise.all(apart))];
  const observed = await Promise.all(looked);
  await closing;

  const broken = blindness();
  const outcomes = all.map(({ each, ends }) => ({ each, seen: ends.at(-1)?.seen ?? 'nothing' }));
  const gone = await vanished(send, outcomes.filter(({ each, seen }) => !each.expected.includes(seen)).map(({ each }) => each));
  const counted = outcomes.filter(({ each }) => each.rival === undefined || !gone.has(each.rival));
  // With no sight of its own an outcome says nothing, so none is called a breach.
  const judged = broken === null ? counted : counted.map(({ each }) => ({ each, seen: each.expected[0] ?? '' }));
  return {
    broken,
    checks: [
      { kind: 'own-table', tried: seenTables.length + changes.length, failed: 0 },
      { kind: 'canary', tried: 1, failed: 0 },
      ...tally(judged),
    ],
    failures: failuresOf(judged),
    observed: tallyObserved(observed.map(({ kind, ends }) => ({ kind, end: ends[0] }))),
  };

  /** Why this session could not have seen a breach, in words without a name; null if it could. */
  function blindness(): string | null {
    if (begun?.seen !== 'ok' || scoped?.seen !== 'ok') return `the role could not be taken on (${scoped?.seen ?? begun?.seen})`;
    const [user, session, path] = who?.rows[0] ?? [];
    if (user !== tenant.role || session === tenant.role) return 'the session is not the tenant’s role';
    if (path !== envelope.searchPath || saved?.seen !== 'ok') return 'the path is not the tenant’s';
    if (reached?.seen !== 'ok' || reached.rows[0]?.[0] !== 'reached') return `the canary was not reached (${reached?.seen})`;
    if (readable.length === 0) return 'the tenant may read no table of its own';
    const unread = seenTables.find(({ ends }) => ends[0]?.seen !== 'ok');
    if (unread !== undefined) return `the tenant’s own table ${unread.table.name} could not be read (${unread.ends[0]?.seen})`;
    for (const [index, verb] of ['insert', 'update', 'select', 'delete'].entries()) {
      const end = changes[index];
      if (end?.seen !== 'ok' || end.count !== 1) return `the verb ${verb} does not work on the tenant’s own table (${end?.seen === 'ok' ? 'no row' : end?.seen})`;
    }
    return null;
  }

  /** Rivals among failed attempts whose schema is there no more: purged while they were reached for. */
  async function vanished(ask: Send, failed: readonly Attempt[]): Promise<ReadonlySet<string>> {
    const schemas = [...new Set(failed.flatMap(({ rival }) => (rival === undefined ? [] : [rival])))];
    await switched;
    const there = await Promise.all(
      schemas.map(async (schema) => ({ schema, end: await ask('select from pg_catalog.pg_namespace where nspname = $1', [schema]) })),
    );
    return new Set(there.filter(({ end }) => end.seen === 'ok' && end.count === 0).map(({ schema }) => schema));
  }
}

/** Sends statements that are undone behind them, whether they succeed or not. */
async function savepoint(send: Send, statements: readonly string[]): Promise<readonly End[]> {
  const sent = statements.map((sql) => send(sql));
  const undone = send('rollback to savepoint probe');
  const ends = await Promise.all(sent);
  await undone;
  return ends;
}

interface Outcome {
  readonly each: Attempt;
  readonly seen: string;
}

function failuresOf(outcomes: readonly Outcome[]): Failure[] {
  return outcomes
    .filter(({ each, seen }) => !each.expected.includes(seen))
    .map(({ each, seen }) => ({ kind: each.kind, target: each.target, expected: each.expected.join(' or '), seen }));
}

function tally(outcomes: readonly Outcome[]): Check[] {
  const kinds = Map.groupBy(outcomes, ({ each }) => each.kind);
  return [...kinds].map(([kind, of]) => ({ kind, tried: of.length, failed: failuresOf(of).length }));
}

function tallyObserved(ends: readonly { readonly kind: string; readonly end: End | undefined }[]): Observed[] {
  const kinds = Map.groupBy(ends, ({ kind }) => kind);
  return [...kinds].map(([kind, of]) => ({
    kind,
    open: of.some(({ end }) => end?.seen === 'ok'),
    count: of.reduce((sum, { end }) => sum + (end?.seen === 'ok' ? countIn(end) : 0), 0),
  }));
}

/** What a look counted: the number it answered, else the one time that it succeeded. */
function countIn({ rows }: End): number {
  const value = rows[0]?.[0];
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : 1;
}
