import { Suspense, lazy } from 'react';
import { Navigate, Outlet, createBrowserRouter } from 'react-router';
import type { RouteObject } from 'react-router';
import { NotFound } from '../components/not-found.tsx';
import { accountRoutes } from '../features/account/routes.ts';
import { assuranceRoutes } from '../features/assurance/routes.ts';
import { OperatorRoot } from './operator-root.tsx';
import { PageFailure } from './page-failure.tsx';
import { SectionGate } from './section-gate.tsx';
import { sections } from './sections.tsx';
import { Splash } from './splash.tsx';

const CurrentTenantPage = lazy(async () => ({ default: (await import('./current-tenant-page.tsx')).CurrentTenantPage }));

/** Every address of the console. */
export const routes: RouteObject[] = [
  {
    element: (
      <Suspense fallback={<Splash />}>
        <Outlet />
      </Suspense>
    ),
    errorElement: <PageFailure />,
    children: [...assuranceRoutes],
  },
  {
    path: '/',
    element: <OperatorRoot />,
    errorElement: <PageFailure />,
    children: [
      { index: true, element: <Navigate to="/tenants" replace /> },
      ...sections.map((section): RouteObject => ({
        path: section.path,
        element: <SectionGate section={section} />,
        errorElement: <PageFailure />,
        children: [...section.routes],
      })),
      { path: 'tenant/*', Component: CurrentTenantPage, errorElement: <PageFailure /> },
      ...accountRoutes,
      { path: '*', element: <NotFound /> },
    ],
  },
];

/** The router of the whole console. */
export function createRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter(routes);
}
