import { Building2 } from 'lucide-react';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Page } from '../../../components/page.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Toolbar } from '../../../components/table-toolbar.tsx';
import { TenantStatus } from '../../../components/tenant-status.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Stack, Text } from '../../../components/ui/layout.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { common } from '../../../text/common.ts';
import { formatBytes, formatDay } from '../../../text/format.ts';
import { tenants as words } from '../../../text/tenants.ts';
import { useTenants } from '../api/tenants.ts';
import type { TenantRow } from '../api/tenants.ts';

const columns: readonly Column<TenantRow>[] = [
  { id: 'name', header: words.columns.name, sortable: true, rowHeader: true, width: '40', cell: ({ name }) => <Text fontWeight="semibold">{name}</Text> },
  { id: 'id', header: words.columns.id, sortable: true, hideBelow: 'md', cell: ({ rowId }) => <Code>{rowId}</Code> },
  { id: 'status', header: words.columns.status, sortable: true, cell: ({ status }) => <TenantStatus status={status} /> },
  { id: 'created', header: words.columns.created, sortable: true, hideBelow: 'lg', cell: ({ createdAt }) => formatDay(createdAt) },
  {
    id: 'size',
    header: words.columns.size,
    help: words.sizeHelp,
    sortable: true,
    numeric: true,
    hideBelow: 'md',
    width: '16',
    cell: ({ sizeBytes }) => (sizeBytes === null ? common.none : formatBytes(sizeBytes)),
  },
  {
    id: 'activity',
    header: words.columns.activity,
    help: words.activityHelp,
    sortable: true,
    hideBelow: 'sm',
    cell: ({ lastActivityAt }) => (lastActivityAt === null ? common.never : <RelativeTime at={lastActivityAt} />),
  },
];

/** Every tenant, a page at a time. */
export function TenantList() {
  const state = useTableState({ sort: { column: 'created', descending: true }, filters: ['status'] });
  const query = useTenants(state);
  return (
    <Page title={words.title} lead={words.lead}>
      <Stack gap="4">
        <Toolbar
          state={state}
          searchLabel={words.searchLabel}
          filters={[
            {
              name: 'status',
              label: words.statusFilter,
              any: words.anyStatus,
              choices: Object.entries(words.statuses).map(([value, label]) => ({ value, label })),
            },
          ]}
        />
        <DataTable
          label={words.title}
          query={query}
          pending={query.isPlaceholderData}
          rows={(data) => data.tenants?.nodes.filter((row) => row !== null) ?? []}
          total={(data) => data.tenants?.totalCount ?? 0}
          rowId={(row) => row.rowId}
          columns={columns}
          state={state}
          empty={<EmptyState title={words.empty} picture={<Building2 size={48} />} />}
        />
      </Stack>
    </Page>
  );
}
