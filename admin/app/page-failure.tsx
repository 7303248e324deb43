import { Suspense, lazy } from 'react';
import { isRouteErrorResponse, useRouteError } from 'react-router';
import { ErrorState } from '../components/error-state.tsx';
import { NotFound } from '../components/not-found.tsx';
import { Page } from '../components/page.tsx';
import { Problem } from '../session/problem.ts';
import { frame } from '../text/frame.ts';
import { PageUnloaded, isUnloaded } from './page-unloaded.tsx';

const TenantRequired = lazy(async () => ({ default: (await import('../components/tenant-required.tsx')).TenantRequired }));
const Denied = lazy(async () => ({ default: (await import('./denied-watch.tsx')).Denied }));

/** What shows instead of a page that failed. */
export function PageFailure() {
  const error = useRouteError();
  if (isUnloaded(error)) return <PageUnloaded />;
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  if (error instanceof Problem && error.code === 'TENANT_FORBIDDEN') return <Suspense fallback={null}><Denied address={location.pathname} requestId={error.requestId} /></Suspense>;
  if (error instanceof Problem && error.code === 'TENANT_CONTEXT_REQUIRED') return <Suspense fallback={null}><TenantRequired /></Suspense>;
  const problem = error instanceof Problem ? error : new Problem('INTERNAL', frame.brokenHint, { cause: error });
  return (
    <Page title={frame.broken}>
      <ErrorState error={problem} onRetry={() => location.reload()} />
    </Page>
  );
}
