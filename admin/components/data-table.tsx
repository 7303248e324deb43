/** A list that the server pages, sorts and filters: nothing is loaded but the page that shows. */
import type { ReactNode } from 'react';
import { memo, useMemo } from 'react';
import { getCoreRowModel, useReactTable } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, ChevronsUpDown, SearchX } from 'lucide-react';
import { common } from '../text/common.ts';
import { EmptyState } from './empty-state.tsx';
import { ErrorState } from './error-state.tsx';
import type { QueryLike } from './query-states.tsx';
import { SlowNote } from './slow-note.tsx';
import { PAGE_SIZES } from './table-state.ts';
import type { TableState } from './table-state.ts';
import { Button, IconButton } from './ui/button.tsx';
import { Select } from './ui/field.tsx';
import { Box, Flex, Stack, Text } from './ui/layout.tsx';
import { Live } from './ui/live.tsx';
import { LoadingWord, Skeleton } from './ui/skeleton.tsx';
import { Table } from './ui/table.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** True where the server can sort by it; its id then is what the address says. */
  readonly sortable?: boolean;
  /** Figures stand at the end of their column. */
  readonly numeric?: boolean;
  /** Explains the column. */
  readonly help?: string;
  /** Left out where there is no room for it. */
  readonly hideBelow?: 'sm' | 'md' | 'lg' | 'xl';
  /** How wide its skeleton is. */
  readonly width?: string;
  /** Its cells are the names of their rows. */
  readonly rowHeader?: boolean;
}

interface DataTableProps<Data, Row> {
  /** What the list is, for who can't see it. */
  readonly label: string;
  readonly query: QueryLike<Data>;
  readonly rows: (data: Data) => readonly Row[];
  readonly total: (data: Data) => number;
  readonly rowId: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly state: TableState;
  /** Shown when there is nothing at all; when a filter hides everything, that is said instead. */
  readonly empty: ReactNode;
  /** The next page is on its way: `isPlaceholderData` of the query. */
  readonly pending?: boolean;
  /** Its columns are many and narrow. */
  readonly dense?: boolean;
}

/** The list. Its toolbar (search, filters) stands above it and is the feature's own: `<Toolbar>` in table-toolbar.tsx. */
export function DataTable<Data, Row>({ label, query, rows, total, rowId, columns, state, empty, pending = false, dense = false }: DataTableProps<Data, Row>) {
  const { data } = query;
  const retry = () => void query.refetch();
  if (data === undefined && query.error !== null) return <Frame><ErrorState error={query.error} onRetry={retry} /></Frame>;
  if (data === undefined) {
    return (
      <Stack gap="4" aria-busy>
        <LoadingWord />
        <SlowNote onRetry={retry} />
        <Frame>
          <Table.Root label={label} dense={dense}>
            <Headers columns={columns} state={state} />
            <Table.Body>
              {Array.from({ length: Math.min(state.pageSize, 10) }, (_, index) => (
                <Table.Row key={index}>
                  {columns.map((column) => (
                    <Table.Cell key={column.id} hideBelow={column.hideBelow} numeric={column.numeric}>
                      <Flex justify={column.numeric === true ? 'flex-end' : 'flex-start'} height="6" align="center">
                        <Skeleton width={column.width ?? '24'} />
                      </Flex>
                    </Table.Cell>
                  ))}
                </Table.Row>
              ))}
            </Table.Body>
          </Table.Root>
        </Frame>
      </Stack>
    );
  }
  const count = total(data);
  if (count === 0 && !state.filtered) return <Frame>{empty}</Frame>;
  if (count === 0) {
    return (
      <Frame>
        <EmptyState
          title={common.table.noMatch}
          hint={common.table.noMatchHint}
          picture={<SearchX size={40} />}
          action={<Button onClick={state.clear}>{common.table.clearFilters}</Button>}
        />
      </Frame>
    );
  }
  return (
    <Stack gap="3">
      {query.error !== null && <SlowOrFailed error={query.error} onRetry={retry} />}
      <Frame pending={pending}>
        <Rows label={label} rows={rows(data)} rowId={rowId} columns={columns} state={state} dense={dense} />
      </Frame>
      <Pages count={count} state={state} shown={rows(data).length} />
    </Stack>
  );
}

/** What shows is from before: the newest answer failed. */
function SlowOrFailed({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  return (
    <Frame>
      <ErrorState error={error} onRetry={onRetry} />
    </Frame>
  );
}

function Frame({ children, pending = false }: { readonly children: ReactNode; readonly pending?: boolean }) {
  return (
    <Box bg="bg.panel" borderWidth="1px" borderColor="border" borderRadius="l3" shadow="xs" overflow="hidden" aria-busy={pending} opacity={pending ? 0.7 : 1}>
      {children}
    </Box>
  );
}

type RowsProps<Row> = Required<Pick<DataTableProps<never, Row>, 'label' | 'rowId' | 'columns' | 'state' | 'dense'>> & { readonly rows: readonly Row[] };

function Rows<Row>({ label, rows, rowId, columns, state, dense }: RowsProps<Row>) {
  const definitions = useMemo<ColumnDef<Row>[]>(() => columns.map(({ id, header }) => ({ id, header })), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useReactTable({ data, columns: definitions, getRowId: rowId, getCoreRowModel: getCoreRowModel(), manualPagination: true, manualSorting: true, manualFiltering: true });
  return (
    <Table.Root label={label} dense={dense}>
      <Headers columns={columns} state={state} />
      <Table.Body>
        {table.getRowModel().rows.map(({ id, original }) => (
          <Line key={id} row={original} columns={columns} />
        ))}
      </Table.Body>
    </Table.Root>
  );
}

interface LineProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
}

/** One row. An answer that says the same of it leaves it as it is: only the rows that changed are drawn again. */
const Line = memo(function Line<Row>({ row, columns }: LineProps<Row>) {
  return (
    <Table.Row>
      {columns.map((column) => (
        <Table.Cell key={column.id} hideBelow={column.hideBelow} numeric={column.numeric} rowHeader={column.rowHeader}>
          {column.cell(row)}
        </Table.Cell>
      ))}
    </Table.Row>
  );
}) as <Row>(props: LineProps<Row>) => ReactNode;

function Headers<Row>({ columns, state }: { readonly columns: readonly Column<Row>[]; readonly state: TableState }) {
  return (
    <Table.Header>
      <Table.Row>
        {columns.map((column) => {
          const sorted = state.sort.column === column.id;
          const { descending } = state.sort;
          return (
            <Table.ColumnHeader
              key={column.id}
              hideBelow={column.hideBelow}
              numeric={column.numeric}
              sorted={!sorted ? 'none' : descending ? 'descending' : 'ascending'}
              sortable={column.sortable === true}
            >
              {column.sortable === true ? (
                <Button
                  look="quiet"
                  size="xs"
                  mx="-2.5"
                  fontWeight="semibold"
                  color="fg.muted"
                  title={column.help ?? common.table.sortBy(column.header)}
                  onClick={() => state.setSort({ column: column.id, descending: sorted && !descending })}
                >
                  {column.header}
                  {!sorted ? <ChevronsUpDown aria-hidden /> : descending ? <ArrowDown aria-hidden /> : <ArrowUp aria-hidden />}
                </Button>
              ) : (
                <span title={column.help}>{column.header}</span>
              )}
            </Table.ColumnHeader>
          );
        })}
      </Table.Row>
    </Table.Header>
  );
}

function Pages({ count, shown, state }: { readonly count: number; readonly shown: number; readonly state: TableState }) {
  const first = (state.page - 1) * state.pageSize + 1;
  const pages = Math.max(1, Math.ceil(count / state.pageSize));
  const words = shown === 0 ? common.table.noRows : common.table.rows(first, first + shown - 1, count);
  return (
    <Flex justify={{ base: 'flex-start', sm: 'space-between' }} align="center" gap="4" wrap="wrap" px="1">
      <Text textStyle="sm" color="fg.muted" aria-hidden>
        {words}
      </Text>
      <Live>{words}</Live>
      <Flex align="center" gap="4">
        <Flex align="center" gap="2" hideBelow="sm">
          <Text textStyle="sm" color="fg.muted" id="page-size" whiteSpace="nowrap">
            {common.table.pageSize}
          </Text>
          <Select
            label={common.table.pageSize}
            size="sm"
            width="20"
            value={String(state.pageSize)}
            choices={PAGE_SIZES.map((size) => ({ value: String(size), label: String(size) }))}
            onChange={(size) => state.setPageSize(Number(size))}
          />
        </Flex>
        <Flex gap="1">
          <IconButton label={common.table.previous} look="plain" size="sm" disabled={state.page <= 1} onClick={() => state.setPage(state.page - 1)}>
            <ChevronLeft aria-hidden />
          </IconButton>
          <IconButton label={common.table.next} look="plain" size="sm" disabled={state.page >= pages} onClick={() => state.setPage(state.page + 1)}>
            <ChevronRight aria-hidden />
          </IconButton>
        </Flex>
      </Flex>
    </Flex>
  );
}
