import { lazy } from 'react';
import type { RouteObject } from 'react-router';

/** The addresses of this section: each tab is one. This file is loaded with the console, the pages when they are opened. */
export const securityRoutes: readonly RouteObject[] = [
  { path: 'proofs/:runId', Component: lazy(async () => ({ default: (await import('./routes/proof.tsx')).Proof })) },
  {
    Component: lazy(async () => ({ default: (await import('./routes/security-tabs.tsx')).SecurityTabs })),
    children: [
      { index: true, Component: lazy(async () => ({ default: (await import('./routes/isolation.tsx')).Isolation })) },
      { path: 'alerts', Component: lazy(async () => ({ default: (await import('./routes/alerts.tsx')).Alerts })) },
      { path: 'accesses', Component: lazy(async () => ({ default: (await import('./routes/accesses.tsx')).Accesses })) },
      { path: 'compliance', Component: lazy(async () => ({ default: (await import('./routes/compliance.tsx')).Compliance })) },
      { path: 'audit', Component: lazy(async () => ({ default: (await import('./routes/audit.tsx')).Audit })) },
      { path: 'evidence', Component: lazy(async () => ({ default: (await import('./routes/evidence.tsx')).Evidence })) },
      { path: 'incidents', Component: lazy(async () => ({ default: (await import('./routes/incidents.tsx')).Incidents })) },
      { path: 'lockdown', Component: lazy(async () => ({ default: (await import('./routes/lockdown.tsx')).Lockdown })) },
    ],
  },
];
