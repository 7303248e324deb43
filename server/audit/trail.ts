/**
 * The server's part of the audit trail: what changes nothing and so leaves no trace in a transaction, refusals above all. Events wait a moment
 * and are written together, over a login that can do nothing else; equal ones within that moment become one with a count, so that
 * a flood of bad tokens writes a row a moment and not a row each.
 */
import pg from 'pg';
import type { Logger } from 'pino';
import { POOL_SIZES } from '../../database/budget.ts';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';

export interface TrailEvent {
  /** Noun and verb: `request.refuse`. */
  readonly action: string;
  readonly outcome: 'ok' | 'refused' | 'failed';
  readonly tenantId: string | null;
  /** `operator:<id>`, `user:<id>`, `service:<id>`, or anonymous */
  readonly actor: string;
  readonly requestId: string;
  /** Facts that are no secret: code, route, address. */
  readonly detail: Readonly<Record<string, string | number | null>>;
}

export interface Trail {
  /** Takes an event; it is in the database a moment later. */
  record(event: TrailEvent): void;
  /** Writes what waits. */
  close(): Promise<void>;
}

const PAUSE_MS = 200;
/** Different events that may wait; more than that in a moment is an attack on the trail, and is counted instead of kept. */
const MOST_WAITING = 5_000;

const INSERT = `insert into audit.buffer (source, action, outcome, tenant_id, actor, detail, request_id)
  select 'server', e.action, e.outcome, e.tenant_id, e.actor, e.detail, e.request_id
    from jsonb_to_recordset($1::jsonb)
      as e (action text, outcome text, tenant_id text, actor text, detail jsonb, request_id text)`;

interface Waiting {
  readonly event: TrailEvent;
  count: number;
}

/** Opens the writer; it connects when there is something to write. */
export function createTrail(options: { endpoint: DatabaseEndpoint; prefix: string; masterKey: Buffer; logger: Logger }): Trail {
  const { logger } = options;
  const login = loginConfig(options.endpoint, fixedRole(options.prefix, 'tenantry_audit'), options.masterKey);
  const pool = new pg.Pool({ ...login, max: POOL_SIZES.audit, statement_timeout: 5_000, query_timeout: 10_000 });
  const report = (error: Error): void => {
    logger.warn({ err: error }, 'the connection of the audit trail broke');
  };
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', report));

  let waiting = new Map<string, Waiting>();
  let uncounted = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing = Promise.resolve();

  /** One batch after another; one that fails waits for the next moment with whatever has come since. */
  async function write(): Promise<void> {
    const batch = waiting;
    if (batch.size === 0) return;
    waiting = new Map();
    const rows = [...batch.values()].map(({ event, count }) => ({
      action: event.action,
      outcome: event.outcome,
      tenant_id: event.tenantId,
      actor: event.actor,
      request_id: event.requestId,
      detail: { ...event.detail, ...(count > 1 && { count }) },
    }));
    try {
      await pool.query({ name: 'write_events', text: INSERT, values: [JSON.stringify(rows)] });
      if (uncounted > 0) logger.error({ events: uncounted }, 'events that the audit trail had no room for');
      uncounted = 0;
    } catch (error) {
      logger.warn({ err: error, events: rows.length }, 'audit events wait for the database');
      for (const [key, kept] of batch) keep(key, kept.event, kept.count);
      schedule();
    }
  }

  function keep(key: string, event: TrailEvent, count: number): void {
    const known = waiting.get(key);
    if (known !== undefined) known.count += count;
    else if (waiting.size < MOST_WAITING) waiting.set(key, { event, count });
    else uncounted += count;
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = null;
      writing = writing.then(write);
    }, PAUSE_MS);
    timer.unref();
  }

  return {
    record(event) {
      const key = JSON.stringify([event.action, event.outcome, event.tenantId, event.actor, event.detail]);
      keep(key, event, 1);
      schedule();
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await writing;
      await write();
      if (timer !== null) clearTimeout(timer);
      if (waiting.size > 0) logger.error({ events: waiting.size }, 'audit events were not written: the database is away');
      await pool.end();
    },
  };
}
