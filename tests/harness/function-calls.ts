/** Which of our SQL functions no test called, by pg_stat_user_functions (track_functions = all). */
import pg from 'pg';
import { migratorConfig } from '../../database/logins.ts';

/** Functions that PostgreSQL inlines into the statement are never counted; each is tried by name in its own test. */
const inlined = new Set([
  'audit.actor',
  'audit.event_bytes',
  'audit.secret_columns',
  'platform_private.actor',
  'platform_private.fold_name',
  'platform_private.server_major',
  'platform_private.tenant_schema',
  'tenantry_shared.request_user_id',
]);

/** @returns the functions called in a database so far, as `schema.name` */
export async function calledFunctions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select schemaname || '.' || funcname as name from pg_stat_user_functions where calls > 0`,
  );
  return rows.map((row) => row.name);
}

/** @returns the functions of our schemas in the template that are not in `called`, sorted */
export async function uncalledFunctions(templateUrl: string, called: ReadonlySet<string>): Promise<string[]> {
  const client = new pg.Client(migratorConfig(templateUrl, null));
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select distinct n.nspname || '.' || p.proname as name
         from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('platform', 'platform_private', 'platform_probe', 'identity', 'audit', 'jobs', 'tenantry_shared')
        order by 1`,
    );
    return rows.map((row) => row.name).filter((name) => !called.has(name) && !inlined.has(name));
  } finally {
    await client.end();
  }
}
