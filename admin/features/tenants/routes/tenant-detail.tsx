import { Suspense } from 'react';
import { Outlet, useParams } from 'react-router';
import { Page } from '../../../components/page.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { TenantStatus } from '../../../components/tenant-status.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { CardsSkeleton, LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { Tabs } from '../../../components/ui/tabs.tsx';
import type { Right } from '../../../session/rights.ts';
import { Problem } from '../../../session/problem.ts';
import { useMay } from '../../../session/session-provider.tsx';
import { tenantDetail as words } from '../../../text/tenant-detail.ts';
import { tenants } from '../../../text/tenants.ts';
import { useTenantQuery } from '../api/tenant.ts';
import { useTenantChanges } from '../api/tenants.ts';
import { TenantBadges } from '../components/tenant-badges.tsx';
import type { TenantContext } from '../components/tenant-context.ts';
import { VisitNotice } from '../components/visit-notice.tsx';

/** The parts of a tenant, and who sees them. */
const PARTS: readonly { readonly path: string; readonly label: string; readonly right: Right }[] = [
  { path: '', label: words.tab.overview, right: 'tenants.read' },
  { path: '/configuration', label: words.tab.configuration, right: 'tenants.read' },
  { path: '/users', label: words.tab.users, right: 'users.read' },
  { path: '/roles', label: words.tab.roles, right: 'users.read' },
  { path: '/security', label: words.tab.security, right: 'security.read' },
  { path: '/audit', label: words.tab.audit, right: 'chains.read' },
  { path: '/data', label: words.tab.data, right: 'tenants.enter' },
  { path: '/danger', label: words.tab.danger, right: 'tenants.suspend' },
];

/** What is around the pages of one tenant: which one it is, how it stands, and its parts. */
export function TenantDetail() {
  const { id = '' } = useParams();
  const may = useMay();
  const query = useTenantQuery(id);
  useTenantChanges(() => void query.refetch(), id);
  const tenant = query.data?.tenant;
  const parts = PARTS.filter(({ right }) => may(right));
  return (
    <Page
      title={tenant?.name ?? id}
      lead={<Code>{id}</Code>}
      crumbs={[{ label: tenants.title, to: '/tenants' }]}
      aside={
        tenant !== null &&
        tenant !== undefined && (
          <>
            <TenantStatus status={tenant.status} />
            <TenantBadges tenant={tenant} />
          </>
        )
      }
    >
      <Tabs label={words.tabs} tabs={parts.map(({ path, label }) => ({ to: `/tenants/${encodeURIComponent(id)}${path}`, label, end: path === '' }))} />
      <QueryStates query={query} skeleton={<CardsSkeleton count={4} />}>
        {({ tenant: found }) =>
          found === null ? (
            <ErrorState error={new Problem('NOT_FOUND', '')} />
          ) : (
            <>
              {may('visits.read') && <VisitNotice tenantId={id} name={found.name} />}
              <Suspense fallback={<LinesSkeleton count={4} />}>
                <Outlet context={{ tenant: found } satisfies TenantContext} />
              </Suspense>
            </>
          )
        }
      </QueryStates>
    </Page>
  );
}
