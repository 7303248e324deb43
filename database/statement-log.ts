/** Keeping our own sessions' statements out of PostgreSQL's log, where those of our logins are written for who comes past the server. */
import { createHash, createHmac } from 'node:crypto';
import type { ClientBase } from 'pg';

/** What a session of ours sends before anything else (docs/how-to/log-direct-access.md). The call itself is logged, and known by this text. */
export const STOP_STATEMENT_LOG = 'select tenantry_shared.stop_statement_log($1)';

/** What tells a session of ours from another one with the same password. It stands in no log: parameters are kept out. */
export function statementLogKey(masterKey: Buffer): string {
  return createHmac('sha256', masterKey).update('statement log').digest('base64url');
}

/** What the database knows of that key. */
export function statementLogCheck(masterKey: Buffer): string {
  return createHash('sha256').update(statementLogKey(masterKey)).digest('hex');
}

/**
 * Ends the logging of a session; sent at once, so that it may be pipelined with what follows. Where it can't be called, as in a database that is yet to
 * be migrated, statements stay logged.
 */
export async function stopStatementLog(client: Pick<ClientBase, 'query'>, key: string): Promise<void> {
  await client.query({ text: STOP_STATEMENT_LOG, values: [key] }).catch(() => undefined);
}
