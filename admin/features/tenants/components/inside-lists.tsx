/** The lists of a tenant's business, as a visit shows them: to read. */
import type { ReactNode } from 'react';
import { BadgeCheck, FileText, Stamp, Store } from 'lucide-react';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useTableState } from '../../../components/table-state.ts';
import type { TableState } from '../../../components/table-state.ts';
import { Toolbar } from '../../../components/table-toolbar.tsx';
import { Box, Stack } from '../../../components/ui/layout.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { common } from '../../../text/common.ts';
import { formatDay } from '../../../text/format.ts';
import { tenantData as words } from '../../../text/tenant-data.ts';
import { useInsideAgreements, useInsideApprovals, useInsideBrands, useInsideLicensees } from '../api/inside.ts';
import type { AgreementRow, ApprovalRow, BrandRow, LicenseeRow } from '../api/inside.ts';

export type ListName = keyof typeof words.list;

/** What each status of a row means to who looks. */
const TONES: Readonly<Record<string, Tone>> = { active: 'secure', approved: 'secure', pending: 'info', pending_approval: 'info', blocked: 'critical', rejected: 'critical', paused: 'attention', expired: 'attention' };
const STATUSES: Readonly<Record<Exclude<ListName, 'approvals'>, readonly string[]>> = {
  brands: ['active', 'paused', 'retired'],
  licensees: ['prospect', 'active', 'blocked'],
  agreements: ['draft', 'pending_approval', 'active', 'expired', 'terminated'],
};

function status(value: string): ReactNode {
  return (
    <StatusBadge tone={TONES[value] ?? 'neutral'} size="sm">
      {words.statuses[value] ?? value}
    </StatusBadge>
  );
}
const orNone = (value: string | null): ReactNode => value ?? common.none;
const wrapped = (value: ReactNode): ReactNode => <Box minW="32" whiteSpace="normal" overflowWrap="anywhere">{value}</Box>;

const c = words.columns;
const BRANDS: readonly Column<BrandRow>[] = [
  { id: 'name', header: c.name, rowHeader: true, sortable: true, cell: ({ name }) => wrapped(name) },
  { id: 'category', header: c.category, hideBelow: 'md', cell: ({ category }) => orNone(category) },
  { id: 'trademark', header: c.trademark, hideBelow: 'lg', cell: ({ trademarkNumber }) => orNone(trademarkNumber) },
  { id: 'status', header: c.status, sortable: true, cell: (row) => status(row.status) },
  { id: 'changed', header: c.changed, hideBelow: 'sm', cell: ({ updatedAt }) => <RelativeTime at={updatedAt} /> },
];
const LICENSEES: readonly Column<LicenseeRow>[] = [
  { id: 'name', header: c.name, rowHeader: true, sortable: true, cell: ({ name }) => wrapped(name) },
  { id: 'legalName', header: c.legalName, hideBelow: 'lg', cell: ({ legalName }) => wrapped(orNone(legalName)) },
  { id: 'country', header: c.country, sortable: true, hideBelow: 'sm', cell: ({ country }) => orNone(country) },
  { id: 'contact', header: c.contact, hideBelow: 'xl', cell: ({ contactEmail }) => orNone(contactEmail) },
  { id: 'status', header: c.status, cell: (row) => status(row.status) },
];
const AGREEMENTS: readonly Column<AgreementRow>[] = [
  { id: 'number', header: c.number, rowHeader: true, sortable: true, cell: ({ number }) => number },
  { id: 'brand', header: c.brand, hideBelow: 'md', cell: ({ brand }) => wrapped(orNone(brand?.name ?? null)) },
  { id: 'licensee', header: c.licensee, hideBelow: 'md', cell: ({ licensee }) => wrapped(orNone(licensee?.name ?? null)) },
  { id: 'status', header: c.status, cell: (row) => status(row.status) },
  { id: 'term', header: c.term, sortable: true, hideBelow: 'lg', cell: ({ startsOn, endsOn }) => words.term(startsOn === null ? words.open : formatDay(startsOn), endsOn === null ? words.open : formatDay(endsOn)) },
  { id: 'royalty', header: c.royalty, numeric: true, hideBelow: 'sm', cell: ({ royaltyRate }) => words.percent(royaltyRate) },
  { id: 'guarantee', header: c.guarantee, numeric: true, hideBelow: 'xl', cell: ({ minimumGuarantee, currency }) => words.money(minimumGuarantee, currency) },
];
const APPROVALS: readonly Column<ApprovalRow>[] = [
  { id: 'agreement', header: c.agreement, rowHeader: true, cell: ({ agreement }) => agreement?.number ?? common.none },
  { id: 'kind', header: c.kind, cell: ({ kind }) => words.kinds[kind] ?? kind },
  { id: 'status', header: c.status, cell: (row) => status(row.status) },
  { id: 'asked', header: c.asked, sortable: true, hideBelow: 'sm', cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
  { id: 'decided', header: c.decided, hideBelow: 'md', cell: ({ decidedAt }) => (decidedAt === null ? common.none : <RelativeTime at={decidedAt} />) },
];

/** One of the lists, by its name; page, sort and search are in the address. */
export function InsideList({ list }: { readonly list: ListName }) {
  const Shown = { brands: Brands, licensees: Licensees, agreements: Agreements, approvals: Approvals }[list];
  return <Shown />;
}

const byName = { sort: { column: 'name', descending: false }, filters: ['status'] } as const;

function Brands() {
  const state = useTableState(byName);
  const query = useInsideBrands(state);
  return (
    <Stack gap="4">
      <Tools list="brands" state={state} />
      <DataTable
        label={words.list.brands}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.brands?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.brands?.totalCount ?? 0}
        rowId={({ rowId }) => rowId}
        columns={BRANDS}
        state={state}
        empty={<EmptyState title={words.empty.brands} picture={<BadgeCheck size={40} />} />}
      />
    </Stack>
  );
}

function Licensees() {
  const state = useTableState(byName);
  const query = useInsideLicensees(state);
  return (
    <Stack gap="4">
      <Tools list="licensees" state={state} />
      <DataTable
        label={words.list.licensees}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.licensees?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.licensees?.totalCount ?? 0}
        rowId={({ rowId }) => rowId}
        columns={LICENSEES}
        state={state}
        empty={<EmptyState title={words.empty.licensees} picture={<Store size={40} />} />}
      />
    </Stack>
  );
}

function Agreements() {
  const state = useTableState({ sort: { column: 'number', descending: false }, filters: ['status'] });
  const query = useInsideAgreements(state);
  return (
    <Stack gap="4">
      <Tools list="agreements" state={state} />
      <DataTable
        label={words.list.agreements}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.agreements?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.agreements?.totalCount ?? 0}
        rowId={({ rowId }) => rowId}
        columns={AGREEMENTS}
        state={state}
        empty={<EmptyState title={words.empty.agreements} picture={<FileText size={40} />} />}
      />
    </Stack>
  );
}

function Approvals() {
  const state = useTableState({ sort: { column: 'asked', descending: true } });
  const query = useInsideApprovals(state);
  return (
    <DataTable
      label={words.list.approvals}
      query={query}
      pending={query.isPlaceholderData}
      rows={(data) => data.approvals?.nodes.filter((row) => row !== null) ?? []}
      total={(data) => data.approvals?.totalCount ?? 0}
      rowId={({ rowId }) => rowId}
      columns={APPROVALS}
      state={state}
      empty={<EmptyState title={words.empty.approvals} picture={<Stamp size={40} />} />}
    />
  );
}

function Tools({ list, state }: { readonly list: Exclude<ListName, 'approvals'>; readonly state: TableState }) {
  const choices = STATUSES[list].map((value) => ({ value, label: words.statuses[value] ?? value }));
  return <Toolbar state={state} searchLabel={words.search[list]} filters={[{ name: 'status', label: words.statusFilter, any: words.anyStatus, choices }]} />;
}
