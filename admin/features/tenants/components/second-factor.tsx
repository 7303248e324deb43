import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { tenantPeople } from '../../../text/tenant-people.ts';
import type { UserRow } from '../api/people.ts';

const words = tenantPeople.users;

/**
 * What signing in asks a user for. Who is invited has no password yet. Of who is active and has never signed in the server doesn't tell whether there
 * is one: users that came with a template have none.
 */
export function SecondFactor({ user: { secondFactor, status, lastSignInAt } }: { readonly user: Pick<UserRow, 'secondFactor' | 'status' | 'lastSignInAt'> }) {
  if (secondFactor === true) return <StatusBadge tone="secure" size="sm">{words.factorOn}</StatusBadge>;
  if (status === 'invited') return <StatusBadge tone="neutral" size="sm">{words.noPassword}</StatusBadge>;
  if (lastSignInAt === null) return <StatusBadge tone="neutral" size="sm">{words.neverIn}</StatusBadge>;
  return <StatusBadge tone="attention" size="sm">{words.factorOff}</StatusBadge>;
}
