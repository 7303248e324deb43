import { useMemo } from 'react';
import { BellOff } from 'lucide-react';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Toolbar } from '../../../components/table-toolbar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Stack, Text } from '../../../components/ui/layout.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useApiMutation, useApiSubscription } from '../../../graphql/api.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { errors } from '../../../text/errors.ts';
import { formatNumber } from '../../../text/format.ts';
import { security } from '../../../text/security.ts';
import { AcknowledgeAlertDocument, AlertChangesDocument, AlertsDocument, IsolationSummaryDocument } from '../api/security.generated.ts';
import { useAlerts } from '../api/security.ts';
import type { AlertRow } from '../api/security.ts';

const words = security.alerts;
const TONES: Readonly<Record<keyof typeof words.severities, Tone>> = { info: 'info', warning: 'attention', critical: 'critical' };

/** What an operator has to look at; what is raised meanwhile appears at once. */
export function Alerts() {
  const state = useTableState({ sort: { column: 'last', descending: true }, filters: ['state', 'severity'] });
  const query = useAlerts(state);
  const may = useMay();
  useApiSubscription(AlertChangesDocument, {}, () => void query.refetch());
  const mayAcknowledge = may('alerts.acknowledge');
  const columns = useMemo(() => columnsOf(mayAcknowledge), [mayAcknowledge]);
  return (
    <Stack gap="4">
      <Text color="fg.muted">{words.lead}</Text>
      <Toolbar
        state={state}
        filters={[
          { name: 'state', label: words.stateFilter, any: words.anyState, choices: Object.entries(words.states).map(([value, label]) => ({ value, label })) },
          { name: 'severity', label: words.severityFilter, any: words.anySeverity, choices: Object.entries(words.severities).map(([value, label]) => ({ value, label })) },
        ]}
      />
      <DataTable
        label={words.label}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.alerts?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.alerts?.totalCount ?? 0}
        rowId={({ rowId }) => rowId}
        columns={columns}
        state={state}
        empty={<EmptyState title={words.empty} picture={<BellOff size={40} />} />}
      />
    </Stack>
  );
}

function columnsOf(acknowledge: boolean): readonly Column<AlertRow>[] {
  return [
    { id: 'severity', header: words.columns.severity, hideBelow: 'sm', cell: ({ severity }) => <Severity severity={severity} /> },
    {
      id: 'what',
      header: words.columns.what,
      rowHeader: true,
      width: '64',
      cell: ({ message, kind, severity }) => (
        <Box minW={{ base: '0', sm: '48' }} maxW="xl" whiteSpace="normal">
          <Box hideFrom="sm" mb="1">
            <Severity severity={severity} />
          </Box>
          <Text fontWeight="medium">{message}</Text>
          <Text textStyle="xs" color="fg.muted">
            <Code>{kind}</Code>
          </Text>
        </Box>
      ),
    },
    { id: 'tenant', header: words.columns.tenant, hideBelow: 'md', cell: ({ tenantId }) => (tenantId === null ? words.platform : <Code>{tenantId}</Code>) },
    { id: 'last', header: words.columns.last, hideBelow: 'sm', cell: ({ lastAt }) => <Box whiteSpace="nowrap"><RelativeTime at={lastAt} /></Box> },
    { id: 'count', header: words.columns.count, numeric: true, hideBelow: 'lg', width: '8', cell: ({ count }) => formatNumber(count) },
    { id: 'state', header: words.columns.state, cell: (row) => <State row={row} acknowledge={acknowledge} /> },
  ];
}

function Severity({ severity }: { readonly severity: string }) {
  const known = Object.hasOwn(TONES, severity) ? (severity as keyof typeof TONES) : null;
  return (
    <StatusBadge tone={known === null ? 'neutral' : TONES[known]} size="sm">
      {known === null ? severity : words.severities[known]}
    </StatusBadge>
  );
}

function State({ row, acknowledge }: { readonly row: AlertRow; readonly acknowledge: boolean }) {
  const mutation = useApiMutation(AcknowledgeAlertDocument, { changes: [AlertsDocument, IsolationSummaryDocument] });
  if (row.acknowledgedAt !== null) {
    return (
      <Stack gap="1" align="flex-start">
        <StatusBadge tone="neutral" size="sm">
          {words.states.seen}
        </StatusBadge>
        <Text textStyle="xs" color="fg.muted" whiteSpace="nowrap">
          <RelativeTime at={row.acknowledgedAt} />
        </Text>
      </Stack>
    );
  }
  if (!acknowledge) return <StatusBadge tone="attention" size="sm">{words.states.open}</StatusBadge>;
  return (
    <Button
      size="sm"
      aria-label={words.acknowledgeOf(row.message)}
      loading={mutation.isPending}
      onClick={() =>
        mutation.mutate(
          { id: row.rowId },
          { onSuccess: () => toast('secure', words.acknowledged), onError: (problem) => toast('critical', errors[problem.code].title, problem.message) },
        )
      }
    >
      {words.acknowledge}
    </Button>
  );
}
