import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { DoorClosed, DoorOpen, KeyRound } from 'lucide-react';
import { useParams } from 'react-router';
import { EmptyState } from '../../../components/empty-state.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { RoleDenied } from '../../../components/role-denied.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Box, SimpleGrid, Stack, Text, VisuallyHidden } from '../../../components/ui/layout.tsx';
import { Metric } from '../../../components/ui/metric.tsx';
import { CardsSkeleton } from '../../../components/ui/skeleton.tsx';
import { Tabs } from '../../../components/ui/tabs.tsx';
import { ApiProvider, useRefresh } from '../../../graphql/api.tsx';
import { createQueryClient } from '../../../graphql/query-client.ts';
import { useMay, useOperator } from '../../../session/session-provider.tsx';
import { formatNumber } from '../../../text/format.ts';
import { tenantData as words } from '../../../text/tenant-data.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useInsideFigures } from '../api/inside.ts';
import { useOwnVisit } from '../api/protection.ts';
import { OwnVisitDocument } from '../api/protection.generated.ts';
import { useVisitKey, visitSession } from '../api/visit-key.ts';
import { EnterTenant } from '../components/enter-tenant.tsx';
import { InsideList } from '../components/inside-lists.tsx';
import type { ListName } from '../components/inside-lists.tsx';
import { useTenant } from '../components/tenant-context.ts';

const LISTS = Object.keys(words.list) as readonly ListName[];

/** What the tenant's own people work on: for who is inside, with a reason, and for as long. */
export function TenantData() {
  const may = useMay();
  if (!may('tenants.enter')) return <RoleDenied right="tenants.enter" />;
  return <OwnVisit />;
}

function OwnVisit() {
  const { rowId: id } = useTenant();
  const operator = useOperator();
  const visit = useOwnVisit(id, operator.id);
  const accessToken = useVisitKey(id, visit?.rowId ?? '');
  if (visit === null) return <Outside title={words.outside} hint={words.outsideHint} picture={<DoorClosed size={40} />} />;
  if (accessToken === null) return <Outside title={words.noKey} hint={words.noKeyHint} picture={<KeyRound size={40} />} />;
  // Another visit shows nothing of the one before.
  return <Inside key={visit.rowId} accessToken={accessToken} role={visit.role} />;
}

function Outside({ title, hint, picture }: { readonly title: string; readonly hint: string; readonly picture: ReactNode }) {
  const tenant = useTenant();
  const [entering, setEntering] = useState(false);
  const active = tenant.status === 'active';
  return (
    <>
      <EmptyState
        title={title}
        hint={active ? hint : tenantDetail.security.onlyActive}
        picture={picture}
        action={
          <Button look="primary" disabled={!active} onClick={() => setEntering(true)}>
            <DoorOpen aria-hidden />
            {tenantDetail.security.enter}
          </Button>
        }
      />
      {entering && <EnterTenant tenant={tenant} onClose={() => setEntering(false)} />}
    </>
  );
}

/** Everything below asks the tenant's own API, in the name of the visit, and keeps the answers no longer than it shows. */
function Inside({ accessToken, role }: { readonly accessToken: string; readonly role: string }) {
  const { id, email, name } = useOperator();
  const refresh = useRefresh();
  const [answers] = useState(createQueryClient);
  const session = useMemo(
    () => visitSession(accessToken, { id, email, name, role }, () => refresh([OwnVisitDocument])),
    // The operator stays who they are, and what refreshes belongs to the page.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [accessToken],
  );
  return (
    <QueryClientProvider client={answers}>
      <ApiProvider session={session} path="/graphql">
        <Business />
      </ApiProvider>
    </QueryClientProvider>
  );
}

function Business() {
  const { rowId: id } = useTenant();
  const { list = 'brands' } = useParams();
  const figures = useInsideFigures();
  const shown = LISTS.find((name) => name === list) ?? 'brands';
  const base = `/tenants/${encodeURIComponent(id)}/data`;
  return (
    <Stack gap="6">
      <Text color="fg.muted">{words.lead}</Text>
      <Box as="section" aria-labelledby="inside-figures">
        <VisuallyHidden as="h2" id="inside-figures">
          {words.figures}
        </VisuallyHidden>
        <QueryStates query={figures} skeleton={<CardsSkeleton count={4} height="24" />}>
          {(data) => (
            <SimpleGrid columns={{ base: 2, xl: 4 }} gap={{ base: '3', md: '4' }}>
              {LISTS.map((name) => (
                <Metric key={name} label={words.list[name]} value={formatNumber(data[name]?.totalCount ?? 0)} help={words.help[name]} />
              ))}
            </SimpleGrid>
          )}
        </QueryStates>
      </Box>
      <Stack gap="4">
        <Tabs label={words.lists} tabs={LISTS.map((name) => ({ to: name === 'brands' ? base : `${base}/${name}`, label: words.list[name], end: name === 'brands' }))} />
        <InsideList key={shown} list={shown} />
      </Stack>
    </Stack>
  );
}
