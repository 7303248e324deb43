import pg from 'pg';
import { ENVELOPE_STATEMENT, SESSION_STATE_TEXT, envelopeParameters } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { CommitError, ConnectionLostError, EnvelopeError, isGoingAway, sqlstateOf } from './failures.ts';
import { scopedClient } from './scope.ts';
import type { ScopedClient, Statement, StatementResult, Transaction } from './scope.ts';
import { stopStatementLog } from './statement-log.ts';
import type { LoginConfig } from './logins.ts';
import { statementNames } from './statements.ts';

const CACHED_PLAN_CHANGED = '0A000';
const NO_SUCH_STATEMENT = '26000';
const NO_TRANSACTION = 'I';

/** The state of a session without a scope: no role, whatever path and timeout the login has, and no claim. */
const UNSCOPED = /^none\|.*\|{6}$/;

/** A callback's answer, and the moment from which the connection may serve somebody else (or is known to be gone). */
export interface Run<T> {
  readonly result: Promise<T>;
  readonly settled: Promise<void>;
}

/** One session of a login role. Serves one request at a time; who comes next is the lane's business. */
export interface Connection {
  readonly pid: number;
  /** False once the session is lost, was destroyed, or is to serve nobody else. */
  isUsable(): boolean;
  run<T>(envelope: Envelope, callback: (client: ScopedClient) => Promise<T>): Run<T>;
  /** Lets the request under way finish and serves no other. */
  retire(): void;
  close(): Promise<void>;
}

/** The part of pg's connection that remembers which statements were prepared; its type leaves it out. */
interface PreparedStatements {
  parsedStatements: Record<string, string>;
}

/**
 * Opens a session and takes the measure of its untouched state. What it does is kept out of PostgreSQL's log: statements of our logins are logged for
 * those who come past the API (docs/how-to/log-direct-access.md), and what comes through it is in the trail. A login may change what its sessions
 * begin with for good; the isolation level is therefore said here. Read-only is not: a database is set so for a reason, and a login's own setting is a
 * finding of the posture.
 * @throws what pg throws when the server can't be reached or refuses the login
 */
export async function openConnection(config: LoginConfig): Promise<Connection> {
  const raw = new pg.Client({
    ...config,
    // Compiling a plan costs more than these short statements take (the same choice as @dataplan/pg's own adaptor).
    options: '-c jit=off -c default_transaction_isolation=read\\ committed',
    pipeline: true,
  });
  let lost: unknown = null;
  raw.on('error', (error) => {
    lost ??= error;
  });
  raw.on('end', () => {
    lost ??= new Error('the connection ended');
  });
  await raw.connect();
  // Pipelined with the next statement.
  void stopStatementLog(raw, config.statementLogKey);
  const { rows } = await raw.query<{ state: string; pid: number }>({
    text: `${SESSION_STATE_TEXT}, pg_catalog.pg_backend_pid() as pid`,
  });
  const [session] = rows;
  if (session === undefined || !UNSCOPED.test(session.state)) {
    await raw.end();
    throw new EnvelopeError('a fresh session already carries a scope', null);
  }
  return connectionOver(raw, session.pid, session.state, () => lost);
}

function connectionOver(raw: pg.Client, pid: number, untouched: string, lost: () => unknown): Connection {
  const { stream } = raw.connection;
  const prepared = (raw.connection as unknown as PreparedStatements).parsedStatements;
  const names = statementNames();
  let retired = false;

  return {
    pid,
    isUsable: () => !retired && lost() === null,
    retire() {
      retired = true;
    },
    async close() {
      retired = true;
      if (lost() === null) await raw.end();
    },
    run(envelope, callback) {
      const parameters = envelopeParameters(envelope);
      const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
      return { result: perform(envelope, parameters, callback, settle), settled };
    },
  };

  function destroy(): void {
    retired = true;
    stream.destroy();
  }

  /** Nobody else may find a transaction open that they would take for their own. */
  function destroyUnlessIdle(): void {
    if (raw.getTransactionStatus() !== NO_TRANSACTION) destroy();
  }

  function corked<T>(send: () => T): T {
    stream.cork();
    try {
      return send();
    } finally {
      stream.uncork();
    }
  }

  /** Runs the callback in its transaction; a second time when a plan went stale, which no caller has to know. */
  async function perform<T>(
    envelope: Envelope,
    parameters: readonly string[],
    callback: (client: ScopedClient) => Promise<T>,
    settle: () => void,
  ): Promise<T> {
    let settling: Promise<void> = Promise.resolve();
    try {
      for (let attempt = 1; ; attempt += 1) {
        const transaction = transactionOn(envelope, parameters);
        const outcome = await outcomeOf(callback, transaction);
        await transaction.end();
        const stale = transaction.staleStatements();
        if (stale.length > 0 && attempt === 1) {
          await transaction.closed();
          if (transaction.isOpen()) await finish('rollback', stale);
          else await tidy(stale);
          continue;
        }
        settling = transaction.closed();
        if (!outcome.ok) {
          if (transaction.isOpen()) settling = finish('rollback');
          throw outcome.error;
        }
        if (!transaction.isOpen()) return outcome.value;
        if (envelope.access === 'read') settling = finish('commit');
        else await commit();
        return outcome.value;
      }
    } finally {
      void settling.then(settle);
    }
  }

  /**
   * One attempt. Nothing is sent before the first statement; then begin, envelope and statement leave together. A read whose
   * first call is a plain statement takes its COMMIT along as well: under READ COMMITTED a further statement sees a snapshot of
   * its own either way, so it gets a transaction of its own, and nearly every read is one write and one answer.
   */
  function transactionOn(envelope: Envelope, parameters: readonly string[]) {
    const stale = new Set<string>();
    let opening: Promise<void> | null = null;
    const openings: Promise<void>[] = [];
    const commits: Promise<void>[] = [];
    /** Statements whose PARSE is on its way, with how it ends: those of the same name that follow carry none. */
    const parsing = new Map<string, Promise<unknown>>();
    let ended = false;

    const transaction: Transaction = {
      corked,
      abandon: destroy,
      query: (statement) =>
        envelope.access === 'read' && opening === null ? alone(statement) : send(() => submit(statement)),
      control: async (text) => {
        await send(() => raw.query({ text }));
      },
    };
    return {
      ...transaction,
      isOpen: () => opening !== null,
      /** Ends when every transaction that took its COMMIT along is over. */
      closed: async () => {
        await Promise.all(commits);
        if (opening === null) destroyUnlessIdle();
      },
      staleStatements: () => [...stale],
      /** Closes the door behind the callback. @throws the envelope's error, whatever the callback made of it */
      async end(): Promise<void> {
        ended = true;
        await Promise.all(openings);
      },
    };

    async function alone<T>(statement: Statement): Promise<StatementResult<T>> {
      refuseWhenEnded();
      const [opened, answer] = corked(() => {
        const sent = [open(), submit<T>(statement)] as const;
        commits.push(end('commit'));
        return sent;
      });
      return await answerWithin(opened, answer);
    }

    async function send<T>(submitted: () => Promise<T>): Promise<T> {
      refuseWhenEnded();
      const [opened, answer] = corked(() => {
        opening ??= open();
        return [opening, submitted()] as const;
      });
      return await answerWithin(opened, answer);
    }

    function refuseWhenEnded(): void {
      if (ended) throw new Error('a client was used after its request had ended');
    }

    async function answerWithin<T>(opened: Promise<void>, answer: Promise<T>): Promise<T> {
      // The statement fails as well when the envelope does; the envelope's error is the one that explains it.
      answer.catch(() => undefined);
      await opened;
      try {
        return await answer;
      } catch (error) {
        throw failureOf(error);
      }
    }

    function open(): Promise<void> {
      const begun = raw.query({ text: envelope.access === 'read' ? 'begin read only' : 'begin' });
      const scoped = raw.query<[before: string, applied: number]>({
        name: ENVELOPE_STATEMENT.name,
        text: ENVELOPE_STATEMENT.text,
        values: [...parameters],
        rowMode: 'array',
      });
      const verified = verify(begun, scoped);
      verified.catch(() => undefined);
      openings.push(verified);
      return verified;
    }

    async function verify(
      begun: Promise<pg.QueryResult>,
      scoped: Promise<pg.QueryArrayResult<[before: string, applied: number]>>,
    ): Promise<void> {
      try {
        const [begin, scope] = await Promise.all([begun, scoped]);
        const [row] = scope.rows;
        if (row?.[0] !== untouched) throw new EnvelopeError('the session still carried an earlier scope', null);
        if (begin.command !== 'BEGIN' || row[1] !== ENVELOPE_STATEMENT.settings) {
          throw new EnvelopeError('the scope was not set whole', null);
        }
      } catch (error) {
        const wasLost = lost();
        destroy();
        if (error instanceof EnvelopeError) throw error;
        if (wasLost !== null || isGoingAway(error)) throw new ConnectionLostError(false, error);
        throw new EnvelopeError('the scope was refused', sqlstateOf(error), error);
      }
    }

    async function submit<T>(statement: Statement): Promise<StatementResult<T>> {
      const name = names.use(envelope.statementVersion, statement.text, statement.name);
      const wasPrepared = prepared[name] !== undefined;
      const { text, values = [] } = statement;
      const first = wasPrepared ? undefined : parsing.get(name);
      const sent: Promise<pg.QueryResult | pg.QueryArrayResult> = statement.arrayMode
        ? raw.query({ name, text, values, rowMode: 'array' })
        : raw.query({ name, text, values });
      if (!wasPrepared && first === undefined) {
        // Why it failed, or null; forgotten with its answer, when pg knows itself whether it is prepared.
        parsing.set(name, sent.then(() => null, (error: unknown) => error).finally(() => parsing.delete(name)));
      }
      try {
        const result = await sent;
        return { rows: result.rows as T[], rowCount: result.rowCount };
      } catch (error) {
        // The PARSE before failed, so there was nothing to bind: its reason is this one's.
        if (first !== undefined && sqlstateOf(error) === NO_SUCH_STATEMENT) throw (await first) ?? error;
        if (wasPrepared && sqlstateOf(error) === CACHED_PLAN_CHANGED) stale.add(name);
        throw error;
      }
    }

    function failureOf(error: unknown): unknown {
      if (lost() !== null || (sqlstateOf(error) !== null && isGoingAway(error))) {
        destroy();
        return new ConnectionLostError(true, error);
      }
      // Not from PostgreSQL: a value that can't be sent, for one. pg then counts the statement as prepared although
      // it closed it again, so the session is not to be trusted with that name.
      if (sqlstateOf(error) === null) retired = true;
      return error;
    }
  }

  /** Ends a transaction whose outcome nobody waits for, deallocates what has to go, and destroys a session in doubt. */
  async function finish(command: 'commit' | 'rollback', discarded: readonly string[] = []): Promise<void> {
    await end(command, discarded);
    destroyUnlessIdle();
  }

  /** The same where more may be on its way already, so that the session's state says nothing of this transaction. */
  async function end(command: 'commit' | 'rollback', discarded: readonly string[] = []): Promise<void> {
    try {
      const [ended, tidied] = corked(() => [raw.query({ text: command }), deallocate(discarded)] as const);
      await Promise.all([ended, tidied]);
    } catch {
      destroy();
    }
  }

  /**
   * Commits and believes only the tag: after a failed statement PostgreSQL answers COMMIT with ROLLBACK, and that is
   * no error to pg.
   */
  async function commit(): Promise<void> {
    try {
      const [committed, tidied] = corked(() => [raw.query({ text: 'commit' }), deallocate([])] as const);
      const [{ command }] = await Promise.all([committed, tidied]);
      destroyUnlessIdle();
      if (command !== 'COMMIT') throw new CommitError(command);
    } catch (error) {
      if (error instanceof CommitError) throw error;
      if (lost() === null && !isGoingAway(error)) {
        await finish('rollback');
        throw error;
      }
      destroy();
      throw new ConnectionLostError(true, error);
    }
  }

  /** Deallocates what has to go when no transaction is open any more. */
  async function tidy(discarded: readonly string[]): Promise<void> {
    try {
      await deallocate(discarded);
      destroyUnlessIdle();
    } catch {
      destroy();
    }
  }

  async function deallocate(discarded: readonly string[]): Promise<void> {
    const doomed = [...names.takeEvicted(), ...discarded].filter((name) => prepared[name] !== undefined);
    await Promise.all(
      doomed.map(async (name) => {
        names.forget(name);
        // At once: what follows on this connection comes after the DEALLOCATE, and must carry its PARSE.
        delete prepared[name];
        await raw.query({ text: `deallocate ${raw.escapeIdentifier(name)}` });
      }),
    );
  }
}

type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };

async function outcomeOf<T>(
  callback: (client: ScopedClient) => Promise<T>,
  transaction: Transaction,
): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await callback(scopedClient(transaction)) };
  } catch (error) {
    return { ok: false, error };
  }
}
