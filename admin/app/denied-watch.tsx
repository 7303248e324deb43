/** Watches for refusals at a tenant's boundary, wherever they come from: a page that asked, or something that was tried to be done. */
import { Suspense, lazy, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'react-router';
import { AccessDenied } from '../components/access-denied.tsx';
import { tenantIn } from '../components/current-tenant.tsx';
import { Button } from '../components/ui/button.tsx';
import { Box } from '../components/ui/layout.tsx';
import { useApiMutation, useApiQuery } from '../graphql/api.tsx';
import { Problem } from '../session/problem.ts';
import { frame } from '../text/frame.ts';
import { NoteBoundaryDocument, OwnLimitsDocument } from './api/frame.generated.ts';

const ReportIncident = lazy(async () => ({ default: (await import('../components/report-incident.tsx')).ReportIncident }));

interface Denial {
  readonly requestId: string | null;
}

/** Shows the page, and over the whole of it that access was denied. */
export function DeniedWatch({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const { pathname } = useLocation();
  const [denial, setDenial] = useState<Denial | null>(null);
  const at = useRef(pathname);
  // Somewhere else: it is over.
  useEffect(() => {
    if (at.current !== pathname) setDenial(null);
    at.current = pathname;
  }, [pathname]);
  useEffect(() => {
    const look = (error: unknown): void => {
      if (error instanceof Problem && error.code === 'TENANT_FORBIDDEN') setDenial({ requestId: error.requestId });
    };
    const queries = client.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'error') look(event.action.error);
    });
    const mutations = client.getMutationCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'error') look(event.action.error);
    });
    return () => {
      queries();
      mutations();
    };
  }, [client]);
  const beyond = useBeyondLimit();
  if (beyond) return <Denied address={pathname} requestId={null} />;
  return (
    <>
      <Box inert={denial !== null}>{children}</Box>
      {denial !== null && <Denied address={pathname} requestId={denial.requestId} onBack={() => setDenial(null)} />}
    </>
  );
}

/** Whether the address is of a tenant beyond those that the operator is limited to; the server then writes it into the trail. */
function useBeyondLimit(): boolean {
  const { pathname } = useLocation();
  const id = tenantIn(pathname);
  const limits = useApiQuery(OwnLimitsDocument, {});
  const tenants = limits.data?.mySession?.tenants ?? null;
  const beyond = id !== null && tenants !== null && !tenants.includes(id);
  const { mutate } = useApiMutation(NoteBoundaryDocument);
  useEffect(() => {
    if (beyond) mutate({ tenantId: id });
  }, [beyond, id, mutate]);
  return beyond;
}

interface DeniedProps extends Denial {
  readonly address: string;
  /** The way back to where one was; absent where there is no such place. */
  readonly onBack?: () => void;
}

/** The whole screen, with a way to report it and a way back. */
export function Denied({ address, requestId, onBack }: DeniedProps) {
  const [reporting, setReporting] = useState(false);
  return (
    <>
      <AccessDenied
        report={
          <>
            <Button onClick={() => setReporting(true)}>{frame.reportIncident}</Button>
            {onBack !== undefined && <Button onClick={onBack}>{frame.goBack}</Button>}
          </>
        }
      />
      {reporting && (
        <Suspense fallback={null}>
          <ReportIncident about={frame.report.about(address)} requestId={requestId} onClose={() => setReporting(false)} />
        </Suspense>
      )}
    </>
  );
}
