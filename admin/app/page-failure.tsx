import { Suspense, lazy, useEffect } from 'react';
import { isRouteErrorResponse, useRouteError } from 'react-router';
import { ErrorState } from '../components/error-state.tsx';
import { NotFound } from '../components/not-found.tsx';
import { Page } from '../components/page.tsx';
import { Problem } from '../session/problem.ts';
import { frame } from '../text/frame.ts';

const TenantRequired = lazy(async () => ({ default: (await import('../components/tenant-required.tsx')).TenantRequired }));
const Denied = lazy(async () => ({ default: (await import('./denied-watch.tsx')).Denied }));

/** What shows instead of a page that failed. */
export function PageFailure() {
  const error = useRouteError();
  // A page's file that is gone: a newer console has been put in place since this one was loaded.
  const outdated = error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
  useEffect(() => {
    if (outdated) location.reload();
  }, [outdated]);
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
