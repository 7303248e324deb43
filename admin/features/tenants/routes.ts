import { lazy } from 'react';
import type { RouteObject } from 'react-router';

/** The addresses of this section. This file is loaded with the console, the pages when they are opened. */
export const tenantsRoutes: readonly RouteObject[] = [
  { index: true, Component: lazy(async () => ({ default: (await import('./routes/tenant-list.tsx')).TenantList })) },
  {
    path: ':id',
    Component: lazy(async () => ({ default: (await import('./routes/tenant-detail.tsx')).TenantDetail })),
    children: [
      { index: true, Component: lazy(async () => ({ default: (await import('./routes/tenant-overview.tsx')).TenantOverview })) },
      { path: 'configuration', Component: lazy(async () => ({ default: (await import('./routes/tenant-configuration.tsx')).TenantConfiguration })) },
      { path: 'users', Component: lazy(async () => ({ default: (await import('./routes/tenant-users.tsx')).TenantUsers })) },
      { path: 'roles', Component: lazy(async () => ({ default: (await import('./routes/tenant-roles.tsx')).TenantRoles })) },
      { path: 'security', Component: lazy(async () => ({ default: (await import('./routes/tenant-security.tsx')).TenantSecurity })) },
      { path: 'audit', Component: lazy(async () => ({ default: (await import('./routes/tenant-audit.tsx')).TenantAudit })) },
      { path: 'danger', Component: lazy(async () => ({ default: (await import('./routes/tenant-danger.tsx')).TenantDanger })) },
    ],
  },
];
