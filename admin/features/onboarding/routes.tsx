import { Suspense, lazy } from 'react';
import type { ComponentType } from 'react';
import { Outlet } from 'react-router';
import type { RouteObject } from 'react-router';

const Onboarding = lazy(async () => ({ default: (await import('./routes/onboarding.tsx')).Onboarding }));

/** The addresses of the wizard, a dialog before a page: the list of tenants. `new/:tenantId` is how one is getting on. */
export function onboardingRoutes(Behind: ComponentType | null): readonly RouteObject[] {
  return [
    {
      path: 'new',
      element: (
        <>
          {Behind !== null && <Behind />}
          <Suspense fallback={null}>
            <Onboarding />
          </Suspense>
          <Outlet />
        </>
      ),
      children: [{ path: ':tenantId', element: null }],
    },
  ];
}
