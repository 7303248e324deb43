import { useMemo, useState } from 'react';
import { Siren } from 'lucide-react';
import { Actor } from '../../../components/actor.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Facts } from '../../../components/facts.tsx';
import { RoleGate } from '../../../components/role-denied.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Toolbar } from '../../../components/table-toolbar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Code, CopyableCode } from '../../../components/ui/code.tsx';
import { Drawer } from '../../../components/ui/drawer.tsx';
import { Box, Flex, Stack, Text } from '../../../components/ui/layout.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { formatMoment } from '../../../text/format.ts';
import { security } from '../../../text/security.ts';
import { useIncidents } from '../api/security.ts';
import type { IncidentRow } from '../api/security.ts';
import { CloseIncident } from '../components/close-incident.tsx';
import { ReportIncident } from '../components/report-incident.tsx';

const words = security.incidents;
const TONES: Readonly<Record<keyof typeof words.severities, Tone>> = { low: 'neutral', medium: 'info', high: 'attention', critical: 'critical' };

/** What was seen that should not be. */
export function Incidents() {
  return (
    <RoleGate right="incidents.read">
      <List />
    </RoleGate>
  );
}

function List() {
  const state = useTableState({ sort: { column: 'reported', descending: true }, filters: ['status', 'severity'] });
  const query = useIncidents(state);
  const may = useMay();
  const [reporting, setReporting] = useState(false);
  const [closing, setClosing] = useState<IncidentRow | null>(null);
  const [shown, setShown] = useState<IncidentRow | null>(null);
  const mayClose = may('incidents.close');
  const columns = useMemo(() => columnsOf(setShown, mayClose ? setClosing : null), [mayClose]);
  return (
    <Stack gap="4">
      <Flex justify="space-between" gap="4" wrap={{ base: 'wrap', md: 'nowrap' }} align="flex-start">
        <Text color="fg.muted" maxW="3xl">
          {words.lead}
        </Text>
        {may('incidents.report') && (
          <Button look="primary" flexShrink={0} onClick={() => setReporting(true)}>
            <Siren aria-hidden />
            {words.report}
          </Button>
        )}
      </Flex>
      <Toolbar
        state={state}
        filters={[
          { name: 'status', label: words.statusFilter, any: words.anyStatus, choices: Object.entries(words.statuses).map(([value, label]) => ({ value, label })) },
          { name: 'severity', label: words.severity, any: security.alerts.anySeverity, choices: Object.entries(words.severities).map(([value, label]) => ({ value, label })) },
        ]}
      />
      <DataTable
        label={words.label}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.incidents?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.incidents?.totalCount ?? 0}
        rowId={({ rowId }) => rowId}
        columns={columns}
        state={state}
        empty={<EmptyState title={words.empty} picture={<Siren size={40} />} />}
      />
      {reporting && <ReportIncident onClose={() => setReporting(false)} />}
      {closing !== null && <CloseIncident incident={closing} onClose={() => setClosing(null)} />}
      {shown !== null && <Details incident={shown} onClose={() => setShown(null)} />}
    </Stack>
  );
}

function columnsOf(onShow: (row: IncidentRow) => void, onClose: ((row: IncidentRow) => void) | null): readonly Column<IncidentRow>[] {
  return [
    { id: 'severity', header: words.columns.severity, cell: ({ severity }) => <Severity severity={severity} /> },
    {
      id: 'summary',
      header: words.columns.summary,
      rowHeader: true,
      width: '64',
      cell: (row) => (
        <Button look="quiet" size="sm" mx="-3" height="auto" py="1" maxW="lg" whiteSpace="normal" textAlign="start" fontWeight="medium" aria-label={words.details(row.summary)} onClick={() => onShow(row)}>
          <Text lineClamp="2">{row.summary}</Text>
        </Button>
      ),
    },
    { id: 'tenants', header: words.columns.tenants, hideBelow: 'md', cell: ({ tenantIds }) => <Tenants ids={tenantIds} /> },
    { id: 'reported', header: words.columns.reported, hideBelow: 'sm', cell: ({ reportedAt }) => <Box whiteSpace="nowrap"><RelativeTime at={reportedAt} /></Box> },
    { id: 'status', header: words.columns.status, cell: ({ status }) => <Status status={status} /> },
    ...(onClose !== null
      ? [
          {
            id: 'act',
            header: words.columns.act,
            numeric: true,
            cell: (row: IncidentRow) =>
              row.status === 'open' ? (
                <Button size="sm" aria-label={words.closeOf(row.summary)} onClick={() => onClose(row)}>
                  {words.close}
                </Button>
              ) : null,
          },
        ]
      : []),
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

function Status({ status }: { readonly status: string }) {
  return (
    <StatusBadge tone={status === 'open' ? 'attention' : 'neutral'} size="sm">
      {Object.hasOwn(words.statuses, status) ? words.statuses[status as keyof typeof words.statuses] : status}
    </StatusBadge>
  );
}

function Tenants({ ids }: { readonly ids: readonly (string | null)[] }) {
  if (ids.length === 0) return <Text color="fg.muted">{common.none}</Text>;
  return (
    <Text>
      <Code>{ids.slice(0, 3).join(', ')}</Code>
      {ids.length > 3 && ` +${ids.length - 3}`}
    </Text>
  );
}

function Details({ incident, onClose }: { readonly incident: IncidentRow; readonly onClose: () => void }) {
  return (
    <Drawer open onClose={onClose} title={words.drawer} width="lg">
      <Stack gap="5" pb="6">
        <Flex gap="2">
          <Severity severity={incident.severity} />
          <Status status={incident.status} />
        </Flex>
        <Text whiteSpace="pre-wrap">{incident.summary}</Text>
        <Facts
          facts={[
            [words.columns.tenants, incident.tenantIds.length === 0 ? common.none : <Code key="t">{incident.tenantIds.join(', ')}</Code>],
            ...(incident.notice === null ? [] : [[words.notice, incident.notice] as const]),
            [words.facts.reportedAt, formatMoment(incident.reportedAt)],
            [words.facts.reportedBy, <Actor key="a" actor={incident.reportedBy} />],
            ...(incident.aboutRequest === null ? [] : [[words.facts.request, <CopyableCode key="q" what={words.facts.request}>{incident.aboutRequest}</CopyableCode>] as const]),
            ...(incident.events.length === 0 ? [] : [[words.facts.events, <Code key="e">{incident.events.join(', ')}</Code>] as const]),
            ...(incident.closedAt === null ? [] : [[words.facts.closedAt, formatMoment(incident.closedAt)] as const, [words.facts.closedBy, <Actor key="c" actor={incident.closedBy} />] as const]),
            ...(incident.resolution === null ? [] : [[words.resolution, incident.resolution] as const]),
            [words.facts.id, <CopyableCode key="i" what={words.facts.id}>{incident.rowId}</CopyableCode>],
          ]}
        />
      </Stack>
    </Drawer>
  );
}
