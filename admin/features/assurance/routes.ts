import type { RouteObject } from 'react-router';
import { page } from '../../components/lazy-page.tsx';

/** A brand's own page, outside of the operators' frame: it has a session of its own, of the tenant's people. */
export const assuranceRoute: RouteObject = {
  path: '/t/:tenantId/assurance',
  ...page(async () => (await import('./routes/assurance-root.tsx')).AssuranceRoot),
};
