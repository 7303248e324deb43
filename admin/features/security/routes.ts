import type { RouteObject } from 'react-router';
import { page } from '../../components/lazy-page.tsx';

/** The addresses of this section: each tab is one. This file is loaded with the console, the pages when they are opened. */
export const securityRoutes: readonly RouteObject[] = [
  { path: 'proofs/:runId', ...page(async () => (await import('./routes/proof.tsx')).Proof) },
  {
    ...page(async () => (await import('./routes/security-tabs.tsx')).SecurityTabs),
    children: [
      { index: true, ...page(async () => (await import('./routes/isolation.tsx')).Isolation) },
      { path: 'alerts', ...page(async () => (await import('./routes/alerts.tsx')).Alerts) },
      { path: 'accesses', ...page(async () => (await import('./routes/accesses.tsx')).Accesses) },
      { path: 'compliance', ...page(async () => (await import('./routes/compliance.tsx')).Compliance) },
      { path: 'audit', ...page(async () => (await import('./routes/audit.tsx')).Audit) },
      { path: 'evidence', ...page(async () => (await import('./routes/evidence.tsx')).Evidence) },
      { path: 'incidents', ...page(async () => (await import('./routes/incidents.tsx')).Incidents) },
      { path: 'lockdown', ...page(async () => (await import('./routes/lockdown.tsx')).Lockdown) },
    ],
  },
];
