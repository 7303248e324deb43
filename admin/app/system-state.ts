/** What the header shows of the whole: how many tenants, and how the system does, both as they change. */
import { useState } from 'react';
import { useApiQuery, useApiSubscription, useConnection } from '../graphql/api.tsx';
import { SystemHealthDocument, TenantChangesSeenDocument, TenantCountsDocument } from './api/frame.generated.ts';
import type { HealthFragment } from './api/frame.generated.ts';
import { healthParts } from './health.ts';
import type { HealthPart } from './health.ts';

/** How many tenants there are that are not gone; null while it isn't known. */
export function useTenantCount(): number | null {
  const counts = useApiQuery(TenantCountsDocument, {});
  useApiSubscription(TenantChangesSeenDocument, {}, () => void counts.refetch({ cancelRefetch: false }));
  return counts.data?.tenantCounts?.total ?? null;
}

/** Health as it was last heard of, with what it means. */
export interface HeardHealth {
  readonly health: HealthFragment;
  readonly parts: readonly HealthPart[];
}

/** The newest health; null before the first, and `stale` while nothing new arrives. */
export function useSystemHealth(): { readonly heard: HeardHealth | null; readonly stale: boolean } {
  const [heard, setHeard] = useState<HeardHealth | null>(null);
  const refusal = useApiSubscription(SystemHealthDocument, {}, ({ systemHealth }) => {
    setHeard(systemHealth === null ? null : { health: systemHealth, parts: healthParts(systemHealth, Date.now()) });
  });
  const connection = useConnection();
  return { heard, stale: refusal !== null || connection === 'lost' };
}
