import type { ReactNode } from 'react';
import { ChevronLeft, ChevronRight, SearchX } from 'lucide-react';
import { EmptyState } from '../../../components/empty-state.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import type { QueryLike } from '../../../components/query-states.tsx';
import type { TableState } from '../../../components/table-state.ts';
import { Button, IconButton } from '../../../components/ui/button.tsx';
import { Flex, Grid, Stack, Text } from '../../../components/ui/layout.tsx';
import { CardsSkeleton } from '../../../components/ui/skeleton.tsx';
import { common } from '../../../text/common.ts';

interface CardListProps<Data, Row> {
  readonly query: QueryLike<Data>;
  readonly state: TableState;
  readonly rows: (data: Data) => readonly Row[];
  readonly total: (data: Data) => number;
  readonly empty: ReactNode;
  /** What draws one. */
  readonly children: (row: Row) => ReactNode;
}

/** A page of cards; its place is in the address as a list's is. */
export function CardList<Data, Row>({ query, state, rows, total, empty, children }: CardListProps<Data, Row>) {
  return (
    <QueryStates query={query} skeleton={<CardsSkeleton count={6} height="40" />}>
      {(data) => {
        const [shown, count] = [rows(data), total(data)];
        if (count === 0 && !state.filtered) return empty;
        if (count === 0) {
          return <EmptyState title={common.table.noMatch} hint={common.table.noMatchHint} picture={<SearchX size={40} />} action={<Button onClick={state.clear}>{common.table.clearFilters}</Button>} />;
        }
        const first = (state.page - 1) * state.pageSize + 1;
        return (
          <Stack gap="4">
            <Grid templateColumns="repeat(auto-fill, minmax(min(100%, 20rem), 1fr))" gap="4">
              {shown.map(children)}
            </Grid>
            <Flex justify="space-between" align="center" px="1">
              <Text textStyle="sm" color="fg.muted">
                {shown.length === 0 ? common.table.noRows : common.table.rows(first, first + shown.length - 1, count)}
              </Text>
              <Flex gap="1">
                <IconButton label={common.table.previous} look="plain" size="sm" disabled={state.page <= 1} onClick={() => state.setPage(state.page - 1)}>
                  <ChevronLeft aria-hidden />
                </IconButton>
                <IconButton label={common.table.next} look="plain" size="sm" disabled={state.page * state.pageSize >= count} onClick={() => state.setPage(state.page + 1)}>
                  <ChevronRight aria-hidden />
                </IconButton>
              </Flex>
            </Flex>
          </Stack>
        );
      }}
    </QueryStates>
  );
}
