/**
 * The server's part of the audit trail: what changes nothing and so leaves no trace in a transaction, calls and refusals. Events wait a
 * moment and are written together, over a login that can do nothing else.
 *
 * Calls are never dropped: where too many wait, requests wait for room, and are refused when none comes. Refusals can be had by anybody for
 * nothing, so equal ones within a moment, of one network, become one with a count, and beyond a number of different ones they are only counted: a
 * flood of bad tokens pushes nobody back.
 *
 * One INSERT a batch and no COPY: PostgreSQL refuses COPY into a table with row security, and that is what keeps this login from writing
 * in another's name.
 */
import pg from 'pg';
import type { Logger } from 'pino';
import { POOL_SIZES } from '../../database/budget.ts';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';
import { problem } from '../http/problems.ts';
import type { Call, Caller } from '../http/request.ts';
import { network } from '../identity/attempt-limit.ts';

/** A request that was refused for what its caller is. */
export interface RefusalEvent {
  readonly tenantId: string | null;
  /** `operator:<id>`, `user:<id>`, `service:<id>`, or anonymous */
  readonly actor: string;
  readonly requestId: string;
  /** Facts that are no secret: code, route, address. */
  readonly detail: Readonly<Record<string, string | number | null>>;
}

/** One operation of an API that somebody asked for. */
export interface CallEvent {
  readonly caller: Caller;
  readonly requestId: string;
  readonly call: Call;
  /** From the request's first byte, in milliseconds. */
  readonly ms: number;
  readonly outcome: 'ok' | 'refused' | 'failed';
  readonly code: string | null;
}

/** Takes events. What a method returns is what the answer has to wait for: nothing in batched mode. */
export interface Trail {
  /** @returns a promise only while there is no room for another call; it fails with `UNAVAILABLE` when none comes */
  room(): Promise<void> | undefined;
  /** In strict mode the promise fails with `UNAVAILABLE` when the event could not be written. */
  call(event: CallEvent): Promise<void> | undefined;
  refuse(event: RefusalEvent): Promise<void> | undefined;
  /** Writes what waits. */
  close(): Promise<void>;
}

export interface TrailOptions {
  readonly endpoint: DatabaseEndpoint;
  readonly prefix: string;
  readonly masterKey: Buffer;
  readonly logger: Logger;
  /** strict: an event is written before the answer. batched: at most 200 ms later. */
  readonly mode: 'batched' | 'strict';
  /** Calls that may wait to be written. */
  readonly mostCalls?: number;
  /** How long a request waits for room, in milliseconds. */
  readonly roomTimeoutMs?: number;
}

const PAUSE_MS = 200;
/** Different refusals that may wait; more than that in a moment is an attack on the trail, and is counted instead of kept. */
const MOST_REFUSALS = 5_000;
/** Some 400 bytes each; requests under way come on top, which hold far more than their event. */
const MOST_CALLS = 20_000;
const ROOM_TIMEOUT_MS = 5_000;
/** Calls in one statement: some 20 ms of the database's time. */
const BATCH = 2_000;
/** How long a server that stops tries to write what waits. */
const CLOSE_MS = 5_000;

const INSERT = `insert into audit.buffer (source, action, outcome, tenant_id, actor, actor_role, on_behalf_of, session_id, request_id, detail)
  select 'server', e ->> 0, e ->> 1, e ->> 2, e ->> 3, e ->> 4, e ->> 5, e ->> 6, e ->> 7, e -> 8 from jsonb_array_elements($1::jsonb) e`;

interface WaitingRefusal {
  readonly event: RefusalEvent;
  count: number;
}

/** Opens the writer; it connects when there is something to write. */
export function createTrail(options: TrailOptions): Trail {
  const { logger, mode, mostCalls = MOST_CALLS, roomTimeoutMs = ROOM_TIMEOUT_MS } = options;
  const login = loginConfig(options.endpoint, fixedRole(options.prefix, 'tenantry_audit'), options.masterKey);
  const pool = new pg.Pool({ ...login, max: POOL_SIZES.audit, statement_timeout: 5_000, query_timeout: 10_000 });
  const report = (error: Error): void => {
    logger.warn({ err: error }, 'the connection of the audit trail broke');
  };
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', report));

  /** Calls as the statement takes them: JSON arrays in the order of its columns, which it reads a fifth faster than objects. */
  let calls: string[] = [];
  let refusals = new Map<string, WaitingRefusal>();
  let uncounted = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> | null = null;
  /** The last write failed: nothing is worth waiting for. */
  let away = false;
  /** In strict mode, what the answers of those that wait now wait for. */
  let batch = newBatch();
  let roomSeekers: { readonly admit: () => void; readonly refuse: (error: unknown) => void }[] = [];

  /** Writes all there is, a batch after the other, and stops at the first that fails. */
  async function writeAll(): Promise<void> {
    for (;;) {
      await writeBatch();
      const more = mode === 'strict' ? hasWork() : calls.length >= BATCH;
      if (away || !more) return;
    }
  }

  function hasWork(): boolean {
    return calls.length > 0 || refusals.size > 0;
  }

  async function writeBatch(): Promise<void> {
    const taken = mode === 'strict' ? calls.splice(0) : calls.splice(0, BATCH);
    const refused = refusals;
    const answers = batch;
    if (taken.length === 0 && refused.size === 0) return;
    refusals = new Map();
    batch = newBatch();
    const rows = [...taken, ...[...refused.values()].map(refusalRow)];
    try {
      await insert(rows);
      away = false;
      answers.resolve();
      if (uncounted > 0) logger.error({ events: uncounted }, 'refusals that the audit trail had no room for');
      uncounted = 0;
      admit();
    } catch (error) {
      logger.warn({ err: error, events: rows.length }, 'audit events wait for the database');
      away = true;
      // In strict mode the calls aren't answered, so they are over; otherwise they keep their place.
      if (mode === 'batched') calls = taken.concat(calls);
      for (const [key, kept] of refused) keep(key, kept.event, kept.count);
      answers.reject(unrecorded(error));
      refuseSeekers(error);
    }
  }

  async function insert(rows: readonly string[]): Promise<void> {
    try {
      await pool.query({ name: 'write_events', text: INSERT, values: [`[${rows.join(',')}]`] });
    } catch (error) {
      const [first] = rows;
      // One event that the database won't have must not hold up the others for ever.
      if (!isBadData(error) || first === undefined) throw error;
      if (rows.length === 1) {
        logger.error({ err: error, event: first }, 'an event that the audit trail does not take');
        return;
      }
      const middle = Math.ceil(rows.length / 2);
      await insert(rows.slice(0, middle));
      await insert(rows.slice(middle));
    }
  }

  function keep(key: string, event: RefusalEvent, count: number): void {
    const known = refusals.get(key);
    if (known !== undefined) known.count += count;
    else if (refusals.size < MOST_REFUSALS) refusals.set(key, { event, count });
    else uncounted += count;
  }

  function write(): void {
    writing ??= writeAll().finally(() => {
      writing = null;
      if (hasWork()) wake();
    });
  }

  /** Strict: at once, and whoever comes while a batch is written shares the next. */
  function wake(): void {
    if (writing !== null) return;
    if (mode === 'strict' && !away) {
      write();
      return;
    }
    timer ??= setTimeout(() => {
      timer = null;
      write();
    }, PAUSE_MS);
    timer.unref();
  }

  function admit(): void {
    while (roomSeekers.length > 0 && calls.length < mostCalls) roomSeekers.shift()?.admit();
  }

  function refuseSeekers(error: unknown): void {
    if (calls.length < mostCalls) return;
    for (const { refuse } of roomSeekers.splice(0)) refuse(unrecorded(error));
  }

  return {
    room() {
      if (calls.length < mostCalls) return undefined;
      if (away) return Promise.reject(unrecorded(null));
      return new Promise((resolve, reject) => {
        const patience = setTimeout(() => {
          roomSeekers = roomSeekers.filter((other) => other !== seeker);
          reject(unrecorded(null));
        }, roomTimeoutMs);
        const end = (settle: () => void): void => {
          clearTimeout(patience);
          settle();
        };
        const seeker = { admit: () => end(resolve), refuse: (error: unknown) => end(() => reject(error)) };
        roomSeekers.push(seeker);
      });
    },
    call(event) {
      calls.push(callRow(event));
      const answers = batch.promise;
      wake();
      return mode === 'strict' ? answers : undefined;
    },
    refuse(event) {
      const { tenantId, actor, detail } = event;
      const { address } = detail;
      keep(JSON.stringify([tenantId, actor, { ...detail, ...(typeof address === 'string' && { address: network(address) }) }]), event, 1);
      const answers = batch.promise;
      wake();
      return mode === 'strict' ? answers : undefined;
    },
    async close() {
      const deadline = performance.now() + CLOSE_MS;
      for (;;) {
        if (timer !== null) clearTimeout(timer);
        timer = null;
        await writing;
        if (!hasWork() || performance.now() > deadline) break;
        await writeBatch();
        if (away) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      if (timer !== null) clearTimeout(timer);
      const lost = calls.length + refusals.size;
      if (lost > 0) logger.error({ events: lost }, 'audit events were not written: the database is away');
      await pool.end();
    },
  };
}

/** Written by hand: this is done for every request, and the operation's part is made once an operation. */
function callRow({ caller, requestId, call, ms, outcome, code }: CallEvent): string {
  const { tenantId, actor, role, sessionId } = caller;
  const visit = tenantId !== null && sessionId !== null && actor.startsWith('operator:') ? `"visit:${JSON.stringify(sessionId).slice(1)}` : 'null';
  const refused = code === null ? '' : `,"code":${JSON.stringify(code)}`;
  return (
    `["call.${call.kind}","${outcome}",${JSON.stringify(tenantId)},${JSON.stringify(actor)},${JSON.stringify(role)},${visit},${JSON.stringify(sessionId)}` +
    `,${JSON.stringify(requestId)},{${call.what},"rows":${call.rows},"ms":${Math.round(ms * 10) / 10}${refused}}]`
  );
}

function refusalRow({ event, count }: WaitingRefusal): string {
  const { tenantId, actor, requestId, detail } = event;
  return JSON.stringify(['request.refuse', 'refused', tenantId, actor, null, null, null, requestId, { ...detail, ...(count > 1 && { count }) }]);
}

/** In batched mode nobody waits for it, and that is no unhandled rejection. */
function newBatch(): PromiseWithResolvers<void> {
  const made = Promise.withResolvers<void>();
  made.promise.catch(() => undefined);
  return made;
}

/** SQLSTATE classes that speak of the event itself: data exceptions and constraints. */
function isBadData(error: unknown): boolean {
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
  return code.startsWith('22') || code.startsWith('23');
}

function unrecorded(cause: unknown): Error {
  return problem('UNAVAILABLE', 'What is asked here has to be recorded, and that is not possible at the moment.', { cause, retryAfter: 1 });
}
