import type { TenantRoute } from '../../database/envelope.ts';
import { ConnectionLostError, sqlstateOf } from '../../database/failures.ts';
import { closedTenant } from '../http/problems.ts';

/**
 * SQLSTATEs by which a database that was closed to a tenant refuses: the role may not be taken (42501) or is gone
 * (22023), the schema may not be used (42501, and 42P01 or 42883 for the unqualified names of what is in it).
 */
const CLOSED_DOOR: ReadonlySet<string> = new Set(['42501', '22023', '42P01', '42883', '3F000']);

/** True when an error may mean that the tenant was closed meanwhile, or cut off while it was served: its row tells. */
function mayBeClosed(error: unknown): boolean {
  if (error instanceof ConnectionLostError) return true;
  const sqlstate = error instanceof Error && 'sqlstate' in error ? error.sqlstate : sqlstateOf(error);
  return typeof sqlstate === 'string' && CLOSED_DOOR.has(sqlstate);
}

/**
 * Looks closer at a failure of the database: the refusal is the database's, and what it means is in the tenant's row.
 * `refreshRoute` reads the route anew, whatever was held of it.
 * @throws `TENANT_SUSPENDED`, `TENANT_FORBIDDEN` or `LOCKED_DOWN` when the tenant is not open any more
 */
export async function refuseIfClosed(
  tenantId: string,
  failure: unknown,
  refreshRoute: (tenantId: string) => Promise<TenantRoute | null>,
): Promise<void> {
  if (!mayBeClosed(failure)) return;
  const route = await refreshRoute(tenantId);
  if (route?.status !== 'active') throw closedTenant(route?.status ?? 'purged', failure);
}
