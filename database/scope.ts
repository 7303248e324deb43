/** A statement and its values. `name` may carry a hash of the text that the caller has anyway. */
export interface Statement {
  text: string;
  values?: unknown[];
  name?: string;
  arrayMode?: boolean;
}

export interface StatementResult<T> {
  rows: T[];
  rowCount: number | null;
}

/** What a callback gets: statements inside the request's transaction and scope, and nothing else. */
export interface ScopedClient {
  query<T>(statement: Statement): Promise<StatementResult<T>>;
  /** Runs the callback in a savepoint: its failure undoes its own statements only. */
  withTransaction<T>(callback: (client: ScopedClient) => Promise<T>): Promise<T>;
}

/** What a scoped client needs of the transaction it belongs to. */
export interface Transaction {
  query<T>(statement: Statement): Promise<StatementResult<T>>;
  /** Sends one of our own constant control statements. */
  control(text: string): Promise<void>;
  /** Holds back what `send` writes and hands it to the socket in one piece. */
  corked<T>(send: () => T): T;
  /** The transaction can't be trusted any more: its connection is closed. */
  abandon(): void;
}

/**
 * A client over an open transaction. Statements go out at once and are pipelined; while a savepoint is open,
 * everything else on this level waits for its end, because a statement sent in between would be part of it.
 */
export function scopedClient(transaction: Transaction, depth = 0): ScopedClient {
  let last: Promise<unknown> | null = null;

  function inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = last === null ? job() : last.then(job);
    const settled: Promise<unknown> = result.then(forget, forget);
    last = settled;
    return result;

    function forget(): void {
      if (last === settled) last = null;
    }
  }

  return {
    query: <T>(statement: Statement) =>
      last === null ? transaction.query<T>(statement) : inTurn(() => transaction.query<T>(statement)),
    withTransaction: (callback) => inTurn(() => inSavepoint(transaction, depth + 1, callback)),
  };
}

async function inSavepoint<T>(
  transaction: Transaction,
  depth: number,
  callback: (client: ScopedClient) => Promise<T>,
): Promise<T> {
  const savepoint = `tx${depth}`;
  try {
    const [opened, answer] = transaction.corked(() => {
      const sent = transaction.control(`savepoint ${savepoint}`);
      return [sent, callback(scopedClient(transaction, depth))] as const;
    });
    const [, value] = await Promise.all([opened, answer]);
    await transaction.control(`release savepoint ${savepoint}`);
    return value;
  } catch (error) {
    await transaction.control(`rollback to savepoint ${savepoint}`).catch(() => transaction.abandon());
    throw error;
  }
}
