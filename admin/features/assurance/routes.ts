import { lazy } from 'react';
import type { RouteObject } from 'react-router';

/** A brand's own page, outside of the operators' frame: it has a session of its own, of the tenant's people. */
export const assuranceRoute: RouteObject = {
  path: '/t/:tenantId/assurance',
  Component: lazy(async () => ({ default: (await import('./routes/assurance-root.tsx')).AssuranceRoot })),
};
