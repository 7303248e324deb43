import pg from 'pg';
import type { Logger } from 'pino';
import { stopStatementLog } from './statement-log.ts';
import type { LoginConfig } from './logins.ts';

/** What a handler of notifications gets: an id, and only a hint. Anybody on the database can forge one. */
export type OnHint = (payload: string) => void;

/** The server's one LISTEN connection. */
export interface Listener {
  /** Hears a channel from now on. @returns how to stop */
  listen(channel: string, onHint: OnHint): () => void;
  /**
   * Is told whenever notifications may have been missed, after the connection was lost and is there again: what was
   * learnt by hints has to be read anew. @returns how to stop
   */
  onGap(handler: () => void): () => void;
  isConnected(): boolean;
  close(): Promise<void>;
}

/** Milliseconds before the first attempt to reconnect, doubled with each further one. */
const FIRST_RETRY_MS = 100;
/** With this, a database that comes back is heard again well within NFR-009's 30 s. */
const LONGEST_RETRY_MS = 5_000;
/** A connection that says nothing for a while may be dead without having been closed: it is asked this often. */
const HEARTBEAT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 5_000;

/** Names of channels are ours; this keeps them from becoming anything else. */
const CHANNEL = /^[a-z_]{1,63}$/;

/** Starts listening in the background and goes on for ever: a lost connection is replaced, with growing pauses. */
export function createListener(config: LoginConfig, logger: Logger): Listener {
  const handlers = new Map<string, Set<OnHint>>();
  const gapHandlers = new Set<() => void>();
  let client: pg.Client | null = null;
  let closed = false;
  let attempts = 0;
  let wasConnected = false;
  let timer: NodeJS.Timeout | undefined;
  let connecting = connect();

  return {
    listen(channel, onHint) {
      if (!CHANNEL.test(channel)) throw new TypeError('not the name of a channel');
      const known = handlers.get(channel);
      const hearers = known ?? new Set();
      handlers.set(channel, hearers);
      hearers.add(onHint);
      if (known === undefined && client !== null) subscribe(client, channel).catch(lose);
      return () => hearers.delete(onHint);
    },
    onGap(handler) {
      gapHandlers.add(handler);
      return () => gapHandlers.delete(handler);
    },
    isConnected: () => client !== null,
    async close() {
      closed = true;
      clearTimeout(timer);
      await connecting;
      const last = client;
      client = null;
      await last?.end();
    },
  };

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ ...config, keepAlive: true, query_timeout: ANSWER_TIMEOUT_MS });
    fresh.on('error', lose);
    fresh.on('end', () => {
      if (fresh === client) lose(new Error('the connection ended'));
    });
    fresh.on('notification', ({ channel, payload }) => {
      for (const onHint of handlers.get(channel) ?? []) onHint(payload ?? '');
    });
    try {
      await fresh.connect();
      await stopStatementLog(fresh, config.statementLogKey);
      for (const channel of handlers.keys()) await subscribe(fresh, channel);
    } catch (error) {
      fresh.end().catch(() => undefined);
      retry(error);
      return;
    }
    client = fresh;
    attempts = 0;
    if (wasConnected) for (const handler of gapHandlers) handler();
    wasConnected = true;
    beat();
  }

  async function subscribe(to: pg.Client, channel: string): Promise<void> {
    await to.query({ text: `listen ${channel}` });
  }

  function beat(): void {
    timer = setTimeout(() => {
      client?.query({ text: 'select' }).then(beat, lose);
    }, HEARTBEAT_MS);
    timer.unref();
  }

  function lose(reason: unknown): void {
    if (client === null) return;
    const lost = client;
    client = null;
    lost.end().catch(() => undefined);
    retry(reason);
  }

  function retry(reason: unknown): void {
    clearTimeout(timer);
    if (closed) return;
    const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts) * (0.5 + Math.random() / 2);
    attempts += 1;
    logger.warn({ err: reason, pauseMs: Math.round(pause) }, 'connection for notifications lost');
    timer = setTimeout(() => {
      connecting = connect();
    }, pause);
    timer.unref();
  }
}
