/** What the header shows of the whole: how many tenants, and how the system does, both as they change. */
import { useRef, useState } from 'react';
import { NewestTenantsDocument } from '../components/api/tenant-search.generated.ts';
import { TenantsDocument } from '../features/tenants/api/tenants.generated.ts';
import { useApiQuery, useApiSubscription, useConnection, useRefresh } from '../graphql/api.tsx';
import { CurrentTenantDocument, SystemHealthDocument, TenantChangesSeenDocument, TenantCountsDocument } from './api/frame.generated.ts';
import type { HealthFragment } from './api/frame.generated.ts';
import { healthParts } from './health.ts';
import type { HealthPart } from './health.ts';

/** How many tenants there are that are not gone; null while it isn't known. Lists of tenants on the page follow with it. */
export function useTenantCount(): number | null {
  const counts = useApiQuery(TenantCountsDocument, {});
  const refresh = useRefresh();
  const heard = useRef(false);
  useApiSubscription(TenantChangesSeenDocument, {}, () => {
    // The first event says only that one is heard; a later one may follow a gap.
    if (heard.current) refresh([TenantCountsDocument, TenantsDocument, NewestTenantsDocument, CurrentTenantDocument]);
    heard.current = true;
  });
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
