import { useState } from 'react';
import type { ReactNode } from 'react';
import { History, Pencil } from 'lucide-react';
import { Actor } from '../../../components/actor.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Facts } from '../../../components/facts.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { TenantStatus } from '../../../components/tenant-status.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { Code, CopyableCode } from '../../../components/ui/code.tsx';
import { Box, Flex, Heading, SimpleGrid, Stack, Text, VisuallyHidden } from '../../../components/ui/layout.tsx';
import { Metric } from '../../../components/ui/metric.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { CardsSkeleton } from '../../../components/ui/skeleton.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { formatBytes, formatMoment, formatNumber } from '../../../text/format.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useTenantState, useTransitions } from '../api/tenant.ts';
import type { Tenant, TransitionRow } from '../api/tenant.ts';
import { EditTenant } from '../components/edit-tenant.tsx';
import { useTenant } from '../components/tenant-context.ts';

const { overview: words } = tenantDetail;

/** How a tenant stands: figures, facts, and how it came here. */
export function TenantOverview() {
  const tenant = useTenant();
  const may = useMay();
  return (
    <Stack gap="6">
      <Box as="section" aria-labelledby="tenant-figures">
        <VisuallyHidden as="h2" id="tenant-figures">
          {words.glance}
        </VisuallyHidden>
        <Figures tenant={tenant} />
      </Box>
      <TenantFacts tenant={tenant} />
      {may('history.read') && <Transitions tenantId={tenant.rowId} />}
    </Stack>
  );
}

function Figures({ tenant }: { readonly tenant: Tenant }) {
  const query = useTenantState(tenant.rowId);
  return (
    <QueryStates query={query} skeleton={<CardsSkeleton count={5} />}>
      {({ tenantDrift: drift, isolationRuns, alerts }) => {
        const proof = isolationRuns?.nodes[0] ?? null;
        const open = alerts?.totalCount ?? 0;
        return (
          <SimpleGrid columns={{ base: 1, sm: 2, xl: 5 }} gap={{ base: '3', md: '4' }} css={{ smToXl: { '& > *:last-child:nth-child(odd)': { gridColumn: '1 / -1' } } }}>
            <Metric
              label={words.proof}
              help={words.proofHelp}
              value={proof?.attempts === null || proof === null ? common.none : formatNumber(proof.attempts)}
              note={proof === null ? words.noProof : proof.finishedAt === null ? words.running : <RelativeTime at={proof.finishedAt} />}
              {...(proof !== null && { status: proofStatus(proof.status) })}
            />
            <Metric
              label={words.drift}
              help={words.driftHelp}
              value={tenant.schemaVersion === null ? common.none : words.schemaVersion(tenant.schemaVersion)}
              note={tenant.schemaVersion === null ? words.noSchema : <Code>{(drift?.actual ?? '').slice(0, 12)}</Code>}
              {...(typeof drift?.drifted === 'boolean' && tenant.schemaVersion !== null && {
                status: drift.drifted ? ({ tone: 'critical', word: words.drifted } as const) : ({ tone: 'secure', word: words.asExpected } as const),
              })}
            />
            <Metric
              label={words.alerts}
              help={words.alertsHelp}
              value={formatNumber(open)}
              status={open === 0 ? { tone: 'secure', word: words.quiet } : { tone: 'attention', word: words.toSee }}
            />
            <Metric
              label={words.size}
              help={words.sizeHelp}
              value={tenant.sizeBytes === null ? common.none : formatBytes(tenant.sizeBytes)}
              note={tenant.measuredAt === null ? words.notMeasured : <>{words.measured} <RelativeTime at={tenant.measuredAt} /></>}
            />
            <Metric
              label={words.activity}
              help={words.activityHelp}
              value={tenant.lastActivityAt === null ? common.never : <RelativeTime at={tenant.lastActivityAt} />}
            />
          </SimpleGrid>
        );
      }}
    </QueryStates>
  );
}

function proofStatus(status: string) {
  if (status === 'passed') return { tone: 'secure', word: words.passed } as const;
  return status === 'failed' ? ({ tone: 'critical', word: words.failed } as const) : ({ tone: 'info', word: words.running } as const);
}

function TenantFacts({ tenant }: { readonly tenant: Tenant }) {
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const moment = (at: string | null) => (at === null ? null : formatMoment(at));
  const facts: readonly (readonly [string, ReactNode])[] = [
    [words.id, <CopyableCode key="id" what={words.id}>{tenant.rowId}</CopyableCode>],
    [words.description, tenant.description ?? common.none],
    [words.domain, tenant.domain === null ? common.none : <Code key="domain">{tenant.domain}</Code>],
    [words.tier, tenant.tier],
    [words.template, tenant.template],
    [words.lane, String(tenant.lane)],
    [words.version, String(tenant.version)],
    [words.created, moment(tenant.createdAt)],
    [words.activated, moment(tenant.activatedAt) ?? common.never],
    ...(tenant.deletedAt === null ? [] : [[words.deleted, moment(tenant.deletedAt)] as const]),
    ...(tenant.purgeAfter === null ? [] : [[words.purgeAfter, moment(tenant.purgeAfter)] as const]),
  ];
  return (
    <Card
      title={words.facts}
      actions={
        may('tenants.change') && (
          <Button size="sm" onClick={() => setEditing(true)}>
            <Pencil aria-hidden />
            {words.edit}
          </Button>
        )
      }
    >
      <SimpleGrid columns={{ base: 1, xl: 2 }} columnGap="12" rowGap="2.5">
        <Facts facts={facts.slice(0, 5)} />
        <Facts facts={facts.slice(5)} />
      </SimpleGrid>
      {editing && <EditTenant tenant={tenant} onClose={() => setEditing(false)} />}
    </Card>
  );
}

const columns: readonly Column<TransitionRow>[] = [
  { id: 'at', header: words.columns.at, rowHeader: true, cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
  {
    id: 'change',
    header: words.columns.change,
    cell: ({ fromStatus, toStatus }) => (
      <Flex align="center" gap="2" wrap="wrap">
        {fromStatus !== null && (
          <>
            <TenantStatus status={fromStatus} size="sm" />
            <span aria-hidden>→</span>
          </>
        )}
        <TenantStatus status={toStatus} size="sm" />
      </Flex>
    ),
  },
  { id: 'actor', header: words.columns.actor, hideBelow: 'md', cell: ({ actor }) => <Actor actor={actor} /> },
  { id: 'reason', header: words.columns.reason, hideBelow: 'sm', cell: ({ reason }) => <Text whiteSpace="normal" minW="40" overflowWrap="anywhere">{reason ?? common.none}</Text> },
];

function Transitions({ tenantId }: { readonly tenantId: string }) {
  const state = useTableState({ sort: { column: 'at', descending: true } });
  const query = useTransitions(tenantId, state);
  return (
    <Stack gap="3" as="section">
      <Box>
        <Heading as="h2" size="md">
          {words.transitions}
        </Heading>
        <Text color="fg.muted" textStyle="sm">
          {words.transitionsLead}
        </Text>
      </Box>
      <DataTable
        label={words.transitions}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.tenantTransitions?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.tenantTransitions?.totalCount ?? 0}
        rowId={(row) => row.rowId}
        columns={columns}
        state={state}
        empty={<EmptyState title={words.noTransitions} picture={<History size={40} />} />}
      />
    </Stack>
  );
}
