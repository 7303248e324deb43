import { Suspense, lazy } from 'react';
import type { ComponentType } from 'react';
import { Outlet } from 'react-router';
import type { RouteObject } from 'react-router';
import { NEW_TENANT } from '../../components/current-tenant.tsx';

const Onboarding = lazy(async () => ({ default: (await import('./routes/onboarding.tsx')).Onboarding }));

/** The addresses of the wizard, a dialog before a page: the list of tenants. with an id behind it, that is how one is getting on. */
export function onboardingRoutes(Behind: ComponentType | null): readonly RouteObject[] {
  return [
    {
      path: NEW_TENANT,
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
