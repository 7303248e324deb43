import type { ScopedClient } from '../../../database/scope.ts';
import type { Run } from '../run-waiter.ts';

/** The newest provisioning run of a tenant, with what it did. */
export interface RunDetails extends Run {
  readonly steps: readonly { readonly name: string; readonly ms: number; readonly at: string }[];
}

interface RunRow {
  readonly status: Run['status'];
  readonly steps: RunDetails['steps'];
  readonly failed_step: string | null;
  readonly sqlstate: string | null;
}

const NEWEST_RUN = `select r.status, r.steps, r.failed_step, r.sqlstate
  from platform.provisioning_runs r
 where r.tenant_id = $1
 order by r.created_at desc
 limit 1`;

/** Reads the newest run; null for a tenant that never had one. */
export async function readRun(client: ScopedClient, tenantId: string): Promise<RunDetails | null> {
  const { rows } = await client.query<RunRow>({ text: NEWEST_RUN, values: [tenantId] });
  const [row] = rows;
  if (row === undefined) return null;
  return { status: row.status, steps: row.steps, failedStep: row.failed_step, sqlstate: row.sqlstate };
}
