/** What a server asks of its database before anything depends on it. */
import type { Logger } from 'pino';
import { counted } from '../config/counted.ts';
import { Refusal } from '../config/refusal.ts';
import { budgetShortfall } from '../database/budget.ts';
import type { BudgetShape } from '../database/budget.ts';
import { operatorEnvelope } from '../database/envelope.ts';
import type { Claims } from '../database/envelope.ts';
import type { Database } from '../database/lanes.ts';
import { untilDatabaseAnswers } from '../database/patience.ts';
import { OLDEST_SERVER } from '../database/requirements.ts';

const TIMEOUT_MS = 5_000;

const NOBODY: Claims = { tenantId: '', userId: '', role: '', sessionId: '', operatorId: '', serviceId: '', requestId: '' };

const SERVER = `select pg_catalog.current_setting('server_version_num')::integer as version,
  pg_catalog.current_setting('server_version') as version_text,
  pg_catalog.current_setting('max_connections')::integer as max_connections,
  pg_catalog.current_setting('superuser_reserved_connections')::integer
    + coalesce(pg_catalog.current_setting('reserved_connections', true)::integer, 0) as reserved,
  pg_catalog.pg_is_in_recovery() or pg_catalog.current_setting('default_transaction_read_only')::boolean as read_only`;

const INSTALLATION = `select platform.installation_lanes() as lanes, m.behind from platform.migration_status($1::text) m`;

interface ServerRow {
  readonly version: number;
  readonly version_text: string;
  readonly max_connections: number;
  readonly reserved: number;
  readonly read_only: boolean;
}

interface InstallationRow {
  readonly lanes: number;
  readonly behind: boolean;
}

export interface PreflightOptions {
  readonly database: Database;
  readonly prefix: string;
  readonly shape: BudgetShape;
  /** Name of the newest migration this code needs. */
  readonly newest: string;
  /** The oldest version that will do, as server_version_num. */
  readonly oldest?: number;
  readonly logger: Logger;
  /** How long a database that doesn't answer is waited for, in milliseconds. */
  readonly patienceMs: number;
  /** Ends the wait: the server is to stop. */
  readonly signal: AbortSignal;
}

/**
 * Looks at the database before anything depends on it. One that doesn't answer is waited for, with growing pauses.
 * @throws Refusal naming what stands in the way and its remedy
 */
export async function preflight(options: PreflightOptions): Promise<void> {
  await untilDatabaseAnswers(() => inspect(options), options);
}

async function inspect({ database, prefix, shape, newest, logger, oldest = OLDEST_SERVER }: PreflightOptions): Promise<void> {
  const envelope = operatorEnvelope('tenantry_developer', prefix, NOBODY, 'read', TIMEOUT_MS);
  const server = await database.withClient(envelope, async (client) => {
    const { rows } = await client.query<ServerRow>({ text: SERVER });
    return rows[0];
  });
  if (server === undefined) throw new Error('the database did not describe itself');
  if (server.version < oldest) {
    throw new Refusal(`PostgreSQL ${server.version_text} is too old. Tenantry needs 15 or newer.`);
  }
  const shortfall = budgetShortfall(shape, { maxConnections: server.max_connections, reserved: server.reserved });
  if (shortfall !== null) throw new Refusal(shortfall);
  if (server.read_only) logger.warn('the database is read-only: writes are refused with UNAVAILABLE until that ends');

  const installation = await database.withClient(envelope, async (client) => {
    const { rows } = await client.query<InstallationRow>({ text: INSTALLATION, values: [newest] });
    return rows[0];
  });
  if (installation === undefined || installation.behind) {
    throw new Refusal('The database is behind this version of Tenantry. Run: npm run migrate');
  }
  if (installation.lanes !== shape.lanes) {
    throw new Refusal(
      `LANES is ${shape.lanes}, but this database has ${counted(installation.lanes, 'lane')}. Set LANES=${installation.lanes}, or run ` +
        'npm run migrate with the new number: it makes the lanes and moves the tenants.',
    );
  }
}
