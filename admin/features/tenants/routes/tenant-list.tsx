import { Eye, Plus, ShieldCheck, Users } from 'lucide-react';
import { NEW_TENANT } from '../../../components/current-tenant.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Page } from '../../../components/page.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Toolbar } from '../../../components/table-toolbar.tsx';
import { TenantStatus } from '../../../components/tenant-status.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Flex, Stack } from '../../../components/ui/layout.tsx';
import { IconLink, Link, LinkButton } from '../../../components/ui/link.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { formatBytes, formatDay } from '../../../text/format.ts';
import { tenants as words } from '../../../text/tenants.ts';
import { LIST_DEFAULTS } from '../api/list.ts';
import { useTenantChanges, useTenants } from '../api/tenants.ts';
import type { TenantRow } from '../api/tenants.ts';
import { NoTenants } from '../components/no-tenants.tsx';
import { TenantFigures } from '../components/tenant-figures.tsx';

const columns: readonly Column<TenantRow>[] = [
  { id: 'name', header: words.columns.name, sortable: true, rowHeader: true, width: '40', cell: ({ rowId, name }) => <Link quiet to={`/tenants/${rowId}`}>{name}</Link> },
  { id: 'id', header: words.columns.id, sortable: true, hideBelow: 'md', cell: ({ rowId }) => <Code>{rowId}</Code> },
  { id: 'status', header: words.columns.status, sortable: true, cell: ({ status }) => <TenantStatus status={status} /> },
  { id: 'created', header: words.columns.created, sortable: true, hideBelow: 'xl', cell: ({ createdAt }) => formatDay(createdAt) },
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
  { id: 'actions', header: words.columns.actions, hideBelow: 'md', width: '24', cell: (row) => <Actions row={row} /> },
];

function Actions({ row: { rowId, name } }: { readonly row: TenantRow }) {
  const may = useMay();
  return (
    <Flex gap="1" my="-1.5" ms="-2">
      <IconLink to={`/tenants/${rowId}`} label={words.actions.details(name)}>
        <Eye aria-hidden />
      </IconLink>
      {may('users.read') && (
        <IconLink to={`/tenants/${rowId}/users`} label={words.actions.users(name)}>
          <Users aria-hidden />
        </IconLink>
      )}
      <IconLink to={`/tenants/${rowId}/security`} label={words.actions.security(name)}>
        <ShieldCheck aria-hidden />
      </IconLink>
    </Flex>
  );
}

/** Every tenant, a page at a time. */
export function TenantList() {
  const state = useTableState(LIST_DEFAULTS);
  const query = useTenants(state);
  const may = useMay();
  // Where there is none yet, the list itself leads to the first.
  const adding = may('tenants.create') && (state.filtered || query.data?.tenants?.totalCount !== 0);
  useTenantChanges(() => void query.refetch());
  return (
    <Page title={words.title} lead={words.lead}>
      <TenantFigures />
      <Stack gap="4" pb={adding ? '16' : '0'}>
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
          empty={
            <EmptyState
              title={words.empty}
              picture={<NoTenants />}
              action={may('tenants.create') && <LinkButton to={`/tenants/${NEW_TENANT}`} look="primary">{words.getStarted}</LinkButton>}
            />
          }
        />
      </Stack>
      {adding && (
        // On a phone it is its icon, beside the paging and never over it.
        <Box position="fixed" bottom={{ base: '4', md: '6' }} insetEnd={{ base: '4', md: '8' }} zIndex="docked" shadow="lg" borderRadius="l2">
          <LinkButton to={`/tenants/${NEW_TENANT}`} look="primary" size="lg">
            <Plus aria-hidden />
            <Box as="span" srOnly={{ base: true, sm: false }}>
              {words.add}
            </Box>
          </LinkButton>
        </Box>
      )}
    </Page>
  );
}
