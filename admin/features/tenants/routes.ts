import { lazy } from 'react';
import type { RouteObject } from 'react-router';

/** The addresses of this section. This file is loaded with the console, the pages when they are opened. */
export const tenantsRoutes: readonly RouteObject[] = [
  { index: true, Component: lazy(async () => ({ default: (await import('./routes/tenant-list.tsx')).TenantList })) },
];
