import type { RouteObject } from 'react-router';
import { NotFoundAlone } from '../../components/not-found.tsx';
import { page } from '../../components/lazy-page.tsx';

/** A brand's own page, outside of the operators' frame: it has a session of its own, of the tenant's people. Nothing below `/t/` is an operator's. */
export const assuranceRoutes: readonly RouteObject[] = [
  {
    path: '/t/:tenantId/assurance',
    ...page(async () => (await import('./routes/assurance-root.tsx')).AssuranceRoot),
  },
  {
    path: '/t/:tenantId',
    ...page(async () => (await import('./routes/to-assurance.tsx')).ToAssurance),
  },
  { path: '/t/*', Component: NotFoundAlone },
];
