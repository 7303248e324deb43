import type { RouteObject } from 'react-router';
import { page } from '../../components/lazy-page.tsx';

/** The address of one's own account. It is no section: everybody has it, and the way to it is the operator's menu. */
export const accountRoutes: readonly RouteObject[] = [
  { path: 'account', ...page(async () => (await import('./routes/account-page.tsx')).AccountPage) },
];
