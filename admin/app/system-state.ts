/** What the header shows of the whole: how many tenants, and how the system does, both as they change. */
import { useState } from 'react';
import { useApiQuery, useApiSubscription, useConnection } from '../graphql/api.tsx';
import { SystemHealthDocument, TenantChangesSeenDocument, TenantCountsDocument } from './api/frame.generated.ts';
import type { HealthFragment } from './api/frame.generated.ts';

/** How many tenants there are that are not gone; null while it isn't known. */
export function useTenantCount(): number | null {
  const counts = useApiQuery(TenantCountsDocument, {});
  useApiSubscription(TenantChangesSeenDocument, {}, () => void counts.refetch({ cancelRefetch: false }));
  return counts.data?.tenantCounts?.total ?? null;
}

/** The newest health; null before the first, and `stale` while nothing new arrives. */
export function useSystemHealth(): { readonly health: HealthFragment | null; readonly stale: boolean } {
  const [health, setHealth] = useState<HealthFragment | null>(null);
  const refusal = useApiSubscription(SystemHealthDocument, {}, ({ systemHealth }) => setHealth(systemHealth));
  const connection = useConnection();
  return { health, stale: refusal !== null || connection === 'lost' };
}
