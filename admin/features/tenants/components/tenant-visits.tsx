import { useState } from 'react';
import { DoorOpen, LogOut } from 'lucide-react';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Button, IconButton } from '../../../components/ui/button.tsx';
import { Box, Flex, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { RelativeTime, useClock } from '../../../components/ui/relative-time.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { useMay, useOperator } from '../../../session/session-provider.tsx';
import { formatTime } from '../../../text/format.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useOwnVisit, useVisits } from '../api/protection.ts';
import type { VisitRow } from '../api/protection.ts';
import type { Tenant } from '../api/tenant.ts';
import { EnterTenant } from './enter-tenant.tsx';
import { useLeaveVisit } from './leave-visit.ts';

const { security: words } = tenantDetail;

/** Who of the platform was inside a tenant, and the way in. */
export function TenantVisits({ tenant }: { readonly tenant: Tenant }) {
  const may = useMay();
  const state = useTableState({ sort: { column: 'began', descending: true } }, 'visits-');
  const query = useVisits(tenant.rowId, state);
  const [entering, setEntering] = useState(false);
  const inside = useOwnVisit(tenant.rowId, useOperator().id) !== null;
  return (
    <Stack gap="3" as="section">
      <Flex justify="space-between" align="flex-end" gap="4" wrap="wrap">
        <Box minW="0">
          <Heading as="h2" size="md">
            {words.visits}
          </Heading>
          <Text textStyle="sm" color="fg.muted">
            {words.visitsLead}
          </Text>
        </Box>
        {may('tenants.enter') && !inside && (
          <Button disabled={tenant.status !== 'active'} title={tenant.status === 'active' ? undefined : words.onlyActive} onClick={() => setEntering(true)}>
            <DoorOpen aria-hidden />
            {words.enter}
          </Button>
        )}
      </Flex>
      <DataTable
        label={words.visits}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.tenantVisits?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.tenantVisits?.totalCount ?? 0}
        rowId={(row) => row.rowId}
        columns={columns}
        state={state}
        empty={<EmptyState title={words.noVisits} picture={<DoorOpen size={40} />} />}
      />
      {entering && <EnterTenant tenant={tenant} onClose={() => setEntering(false)} />}
    </Stack>
  );
}

const columns: readonly Column<VisitRow>[] = [
  {
    id: 'operator',
    header: words.visitColumns.operator,
    rowHeader: true,
    cell: ({ operator }) => (
      <Box minW="28" whiteSpace="normal">
        <Text fontWeight="medium" overflowWrap="anywhere">{operator?.name}</Text>
        <Text textStyle="sm" color="fg.muted" overflowWrap="anywhere">
          {operator?.email}
        </Text>
      </Box>
    ),
  },
  { id: 'reason', header: words.visitColumns.reason, cell: ({ reason }) => <Text overflowWrap="anywhere" whiteSpace="normal" minW="40" maxW="lg">{reason}</Text> },
  { id: 'as', header: words.visitColumns.as, hideBelow: 'md', cell: ({ role, access }) => words.as(role, words.access[access] ?? access) },
  { id: 'began', header: words.visitColumns.began, hideBelow: 'lg', cell: ({ startedAt }) => <RelativeTime at={startedAt} /> },
  { id: 'state', header: words.visitColumns.state, cell: (visit) => <VisitState visit={visit} /> },
];

function VisitState({ visit }: { readonly visit: VisitRow }) {
  const may = useMay();
  const operator = useOperator();
  const { leave, leaving } = useLeaveVisit();
  const now = useClock();
  if (visit.endedAt !== null) {
    return (
      <StatusBadge tone="neutral" size="sm">
        {words.left}
      </StatusBadge>
    );
  }
  if (Date.parse(visit.expiresAt) <= now) {
    return (
      <StatusBadge tone="neutral" size="sm">
        {words.ranOut}
      </StatusBadge>
    );
  }
  return (
    <Flex align="center" gap="2" my="-1">
      <StatusBadge tone="attention" size="sm">
        {words.inside} {formatTime(new Date(visit.expiresAt))}
      </StatusBadge>
      {(visit.operatorId === operator.id || may('visits.end')) && (
        <IconButton
          label={words.leaveNow(visit.operator?.name ?? '')}
          size="sm"
          loading={leaving}
          onClick={() => leave(visit.rowId)}
        >
          <LogOut aria-hidden />
        </IconButton>
      )}
    </Flex>
  );
}
