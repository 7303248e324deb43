import { Suspense } from 'react';
import { Outlet } from 'react-router';
import { Page } from '../../../components/page.tsx';
import { Stack } from '../../../components/ui/layout.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { Tabs } from '../../../components/ui/tabs.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { security as words } from '../../../text/security.ts';

/** The parts of the section, those that this operator's role shows. */
export function SecurityTabs() {
  const may = useMay();
  const tabs = [
    { to: '/security', label: words.tabs.isolation, end: true },
    { to: '/security/alerts', label: words.tabs.alerts },
    ...(may('accesses.read') ? [{ to: '/security/accesses', label: words.tabs.accesses }] : []),
    ...(may('compliance.read') ? [{ to: '/security/compliance', label: words.tabs.compliance }] : []),
    ...(may('audit.read') ? [{ to: '/security/audit', label: words.tabs.audit }] : []),
    { to: '/security/evidence', label: words.tabs.evidence },
    ...(may('incidents.read') ? [{ to: '/security/incidents', label: words.tabs.incidents }] : []),
    ...(may('lockdowns.read') ? [{ to: '/security/lockdown', label: words.tabs.lockdown }] : []),
  ];
  return (
    <Page title={words.title} lead={words.lead}>
      <Stack gap="6">
        <Tabs label={words.tabs.label} tabs={tabs} />
        <Suspense fallback={<LinesSkeleton count={4} />}>
          <Outlet />
        </Suspense>
      </Stack>
    </Page>
  );
}
