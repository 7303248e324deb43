/** Going through the fleet, for jobs that do the same in each tenant: in batches, and past a tenant in which it fails. */
import type { JobHelpers } from 'graphile-worker';
import { sqlstateOf } from '../database/failures.ts';

/** Tenants read at once; of 10,000 tenants that is 100 short queries. */
const BATCH = 100;

/** Which tenants, in order of their ids: the next so many behind one. */
const LISTS = {
  /** Those that are open. */
  active: 'select id from platform_private.active_tenants($1, $2) as id',
  /** Those that have a schema, open or not. */
  built: 'select id from platform_private.built_tenants($1, $2) as id',
} as const;

/** The tenant is gone or closed: it rests. */
const stale = new Set<string | null>(['TN003', 'TN010']);

/** What to do, and where. */
export interface Walk {
  readonly list: keyof typeof LISTS;
  /** One tenant alone, instead of those of the list. */
  readonly only?: string | undefined;
  /** What fails when it fails, for the log: words that `of <tenant>` follows. */
  readonly what: string;
  readonly work: (tenantId: string) => Promise<void>;
}

/**
 * Does the work in each tenant, in a transaction of its own or several. A tenant in which it fails hurts no other: it is logged with its
 * SQLSTATE and nothing of its data.
 * @throws at the end, if any failed: the job runs again
 */
export async function throughFleet(helpers: JobHelpers, { list, only, what, work }: Walk): Promise<void> {
  let failures = 0;
  const visit = async (tenantId: string): Promise<void> => {
    try {
      await work(tenantId);
    } catch (error) {
      const code = sqlstateOf(error);
      if (stale.has(code)) return;
      failures += 1;
      helpers.logger.error(`${what} of ${tenantId} failed (${code ?? (error instanceof Error ? error.name : 'unknown')})`);
    }
  };
  if (only !== undefined) {
    await visit(only);
  } else {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { rows }: { rows: { id: string }[] } = await helpers.query<{ id: string }>(LISTS[list], [after, BATCH]);
      for (const { id } of rows) await visit(id);
      after = rows.length < BATCH ? undefined : rows.at(-1)?.id;
    }
  }
  if (failures > 0) throw new Error(`${what} of ${failures} tenants failed`);
}
