import type { RouteObject } from 'react-router';
import { page } from '../../components/lazy-page.tsx';
import { asksOfList } from './api/list.ts';

/** The addresses of this section. This file is loaded with the console, the pages when they are opened. */
export const tenantsRoutes: readonly RouteObject[] = [
  { index: true, ...page(async () => (await import('./routes/tenant-list.tsx')).TenantList, asksOfList) },
  {
    path: ':id',
    ...page(async () => (await import('./routes/tenant-detail.tsx')).TenantDetail),
    children: [
      { index: true, ...page(async () => (await import('./routes/tenant-overview.tsx')).TenantOverview) },
      { path: 'configuration', ...page(async () => (await import('./routes/tenant-configuration.tsx')).TenantConfiguration) },
      { path: 'users', ...page(async () => (await import('./routes/tenant-users.tsx')).TenantUsers) },
      { path: 'roles', ...page(async () => (await import('./routes/tenant-roles.tsx')).TenantRoles) },
      { path: 'security', ...page(async () => (await import('./routes/tenant-security.tsx')).TenantSecurity) },
      { path: 'audit', ...page(async () => (await import('./routes/tenant-audit.tsx')).TenantAudit) },
      { path: 'data/:list?', ...page(async () => (await import('./routes/tenant-data.tsx')).TenantData) },
      { path: 'danger', ...page(async () => (await import('./routes/tenant-danger.tsx')).TenantDanger) },
    ],
  },
];
