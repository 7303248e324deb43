import { lazy } from 'react';
import type { RouteObject } from 'react-router';

/** The address of one's own account. It is no section: everybody has it, and the way to it is the operator's menu. */
export const accountRoutes: readonly RouteObject[] = [
  { path: 'account', Component: lazy(async () => ({ default: (await import('./routes/account-page.tsx')).AccountPage })) },
];
