/** The audit trail as a table: filters and place in the address, pages by key, each event in full beside it, and what fits taken out as a file. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ChevronDown, ChevronLeft, ChevronRight, ChevronUp, ChevronsLeft, ScrollText, SearchX } from 'lucide-react';
import { useApiQuery } from '../graphql/api.tsx';
import { audit as words } from '../text/audit.ts';
import { common } from '../text/common.ts';
import { formatMoment } from '../text/format.ts';
import { Actor, useActorName } from './actor.tsx';
import { AuditEventDetails } from './audit-event-details.tsx';
import { AuditExport } from './audit-export.tsx';
import { rareSet, useAuditFilters, viewOf } from './audit-filters.ts';
import type { AuditFilters, AuditView } from './audit-filters.ts';
import { KNOWN_ACTIONS } from './audit-known.ts';
import { summaryOf } from './audit-summary.ts';
import { AuditEventsDocument } from './audit-table.generated.ts';
import type { AuditEventsQuery } from './audit-table.generated.ts';
import { EmptyState } from './empty-state.tsx';
import { FilterField } from './filter-field.tsx';
import { Outcome } from './outcome.tsx';
import { QueryStates } from './query-states.tsx';
import { Button, IconButton } from './ui/button.tsx';
import { Code } from './ui/code.tsx';
import { Input, Select } from './ui/field.tsx';
import { Box, Flex, Stack, Text } from './ui/layout.tsx';
import { Live } from './ui/live.tsx';
import { RelativeTime } from './ui/relative-time.tsx';
import { Segmented } from './ui/segmented.tsx';
import { Skeleton } from './ui/skeleton.tsx';
import { Table } from './ui/table.tsx';

/** An event as the trail has it. */
export type AuditEventRow = NonNullable<NonNullable<AuditEventsQuery['auditEvents']>['nodes'][number]>;

const PAGE = 50;

/** The trail of one tenant, or with none of all and of the platform. Only for who may `audit.read`: the server refuses the others. */
export function AuditTable({ tenantId }: { readonly tenantId?: string }) {
  const filters = useAuditFilters(tenantId);
  const place = filters.before === '' ? { first: PAGE, ...(filters.after !== '' && { after: filters.after }) } : { last: PAGE, before: filters.before };
  const query = useApiQuery(AuditEventsDocument, { ...place, ...(filters.filter !== null && { filter: filters.filter }) }, { keep: true });
  const [shown, setShown] = useState<AuditEventRow | null>(null);
  return (
    <Stack gap="4">
      <Filters filters={filters} fixedTenant={tenantId !== undefined} />
      <QueryStates query={query} skeleton={<Waiting />}>
        {({ auditEvents }) => {
          const rows = auditEvents?.nodes.filter((row) => row !== null) ?? [];
          if (rows.length === 0) return <Nothing filters={filters} />;
          return (
            <Stack gap="3">
              <Panel pending={query.isPlaceholderData}>
                <Rows rows={rows} withTenant={tenantId === undefined} onShow={setShown} />
              </Panel>
              <Pages filters={filters} count={rows.length} page={query.isPlaceholderData ? undefined : auditEvents?.pageInfo} />
            </Stack>
          );
        }}
      </QueryStates>
      {shown !== null && <AuditEventDetails event={shown} onClose={() => setShown(null)} />}
    </Stack>
  );
}

function Filters({ filters, fixedTenant }: { readonly filters: AuditFilters; readonly fixedTenant: boolean }) {
  const { get, set } = filters;
  const [opened, setOpened] = useState<boolean | null>(null);
  const rare = rareSet(filters);
  // Of an address that sets one of them they show.
  const more = opened ?? rare > 0;
  return (
    <Stack gap="3">
      <Flex role="search" rowGap="3" columnGap={{ base: '3', lg: '2', xl: '3' }} wrap="wrap" align="center">
        {!fixedTenant && <FilterField label={words.filters.tenant} hint={words.filters.tenantHint} value={get('tenant')} onChange={(tenant) => set({ tenant, scope: '' })} />}
        <FilterField label={words.filters.action} hint={words.filters.actionHint} title={words.filters.actionHelp} suggestions={KNOWN_ACTIONS} value={get('action')} onChange={(action) => set({ action })} />
        <FilterField label={words.filters.actor} hint={words.filters.actorHint} title={words.filters.actorHelp} value={get('actor')} onChange={(actor) => set({ actor })} />
        <Select
          label={words.filters.period}
          width="40"
          value={get('period')}
          choices={[{ value: '', label: words.filters.anyTime }, ...Object.entries(words.filters.periods).map(([value, label]) => ({ value, label }))]}
          onChange={(period) => set({ period, from: '', to: '' })}
        />
        <Button look="quiet" px="3" aria-expanded={more} onClick={() => setOpened(!more)}>
          {more ? <ChevronUp aria-hidden /> : <ChevronDown aria-hidden />}
          {rare > 0 ? words.filters.moreSet(rare) : words.filters.more}
        </Button>
        <Box ms={{ sm: 'auto' }}>
          <AuditExport filters={filters} />
        </Box>
        {(more || get('period') === 'own') && (
          <Flex gap="3" wrap="wrap" width="full">
            {get('period') === 'own' && <OwnPeriod filters={filters} />}
            {more && <RareFilters filters={filters} fixedTenant={fixedTenant} />}
          </Flex>
        )}
      </Flex>
      <View filters={filters} />
    </Stack>
  );
}

function OwnPeriod({ filters: { get, set } }: { readonly filters: AuditFilters }) {
  return (['from', 'to'] as const).map((name) => (
    <Box key={name} width={{ base: 'full', sm: '56' }}>
      <Input type="datetime-local" aria-label={words.filters[name]} title={words.filters[name]} value={get(name)} onChange={(event) => set({ [name]: event.currentTarget.value })} />
    </Box>
  ));
}

function RareFilters({ filters: { get, set }, fixedTenant }: { readonly filters: AuditFilters; readonly fixedTenant: boolean }) {
  return (
    <>
      <Select
        label={words.filters.outcome}
        width="44"
        value={get('outcome')}
        choices={[{ value: '', label: words.filters.anyOutcome }, ...Object.entries(words.outcomes).map(([value, label]) => ({ value, label }))]}
        onChange={(outcome) => set({ outcome })}
      />
      {!fixedTenant && (
        <Select
          label={words.filters.scope}
          width="52"
          value={get('scope')}
          choices={[{ value: '', label: words.filters.anyScope }, { value: 'platform', label: words.filters.platformOnly }]}
          onChange={(scope) => set({ scope, tenant: '' })}
        />
      )}
    </>
  );
}

/** What people did, or every event; and in words what does not show. */
function View({ filters: { get, set } }: { readonly filters: AuditFilters }) {
  const view = viewOf({ get });
  const byAction = get('action') !== '';
  return (
    <Flex gap="3" wrap={{ base: 'wrap', md: 'nowrap' }} align="center">
      <Segmented<AuditView>
        label={words.filters.show}
        value={view}
        choices={(['people', 'everything'] as const).map((value) => ({ value, label: words.filters.views[value] }))}
        disabled={byAction}
        onChange={(next) => set({ show: next === 'everything' ? next : '', reads: '' })}
      />
      <Text textStyle="sm" color="fg.muted" role="status">
        {byAction ? words.filters.byAction : view === 'people' ? words.filters.hidden : words.filters.nothingHidden}
      </Text>
    </Flex>
  );
}

function Rows({ rows, withTenant, onShow }: { readonly rows: readonly AuditEventRow[]; readonly withTenant: boolean; readonly onShow: (event: AuditEventRow) => void }) {
  return (
    <Table.Root label={words.label}>
      <Headers withTenant={withTenant} />
      <Table.Body>
        {rows.map((event) => (
          <Table.Row key={event.rowId}>
            <Table.Cell>
              <Box minW="16" whiteSpace={{ sm: 'nowrap' }} title={event.at === null ? undefined : formatMoment(event.at)}>
                {event.at !== null && <RelativeTime at={event.at} />}
              </Box>
              {/* On a phone there is no room for a column of its own. */}
              <Box hideFrom="sm" mt="1">
                <Outcome outcome={event.outcome} />
              </Box>
            </Table.Cell>
            {withTenant && <Table.Cell hideBelow="md">{event.chain === null || event.chain === '' ? <Text color="fg.muted">{words.platform}</Text> : <Code>{event.chain}</Code>}</Table.Cell>}
            <Table.Cell>
              <Box minW={{ base: '0', lg: '56' }} overflowWrap="anywhere" title={event.subject ?? undefined}>
                <Summary event={event} />
                <Text hideFrom="xl" textStyle="xs" color="fg.muted">
                  <Code>{event.action ?? ''}</Code>
                </Text>
              </Box>
            </Table.Cell>
            <Table.Cell rowHeader hideBelow="xl">
              <Code>{event.action ?? ''}</Code>
            </Table.Cell>
            <Table.Cell hideBelow="sm">
              <Outcome outcome={event.outcome} />
            </Table.Cell>
            <Table.Cell hideBelow="xl">
              <Box maxW="44">
                <Actor actor={event.actor} role={event.actorRole} />
              </Box>
            </Table.Cell>
            <Table.Cell numeric>
              <IconButton label={words.details(event.action ?? '')} size="sm" onClick={() => onShow(event)}>
                <ChevronRight aria-hidden />
              </IconButton>
            </Table.Cell>
          </Table.Row>
        ))}
      </Table.Body>
    </Table.Root>
  );
}

/** Who did what to what. */
function Summary({ event }: { readonly event: AuditEventRow }) {
  return <Text fontWeight="medium">{summaryOf(event, useActorName(event.actor))}</Text>;
}

function Headers({ withTenant }: { readonly withTenant: boolean }) {
  return (
    <Table.Header>
      <Table.Row>
        <Table.ColumnHeader>{words.columns.at}</Table.ColumnHeader>
        {withTenant && <Table.ColumnHeader hideBelow="md">{words.columns.tenant}</Table.ColumnHeader>}
        <Table.ColumnHeader>{words.columns.summary}</Table.ColumnHeader>
        <Table.ColumnHeader hideBelow="xl">{words.columns.action}</Table.ColumnHeader>
        <Table.ColumnHeader hideBelow="sm">{words.columns.outcome}</Table.ColumnHeader>
        <Table.ColumnHeader hideBelow="xl">{words.columns.actor}</Table.ColumnHeader>
        <Table.ColumnHeader numeric>{words.columns.details}</Table.ColumnHeader>
      </Table.Row>
    </Table.Header>
  );
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/** Without a page, while the one before still shows: from its cursors the way would lead elsewhere. */
function Pages({ filters, count, page }: { readonly filters: AuditFilters; readonly count: number; readonly page: PageInfo | undefined }) {
  // Behind a cursor there is the page that it came from; before one there is at least that event.
  const newer = page !== undefined && (filters.before !== '' ? page.hasPreviousPage : filters.after !== '');
  const older = page !== undefined && (filters.before !== '' || page.hasNextPage);
  return (
    <Flex justify="space-between" align="center" gap="4" wrap="wrap" px="1">
      <Text textStyle="sm" color="fg.muted" aria-hidden>
        {words.shown(count)}
      </Text>
      <Live>{words.shown(count)}</Live>
      <Flex gap="1">
        <IconButton label={words.newest} look="plain" size="sm" disabled={filters.after === '' && filters.before === ''} onClick={() => filters.go({})}>
          <ChevronsLeft aria-hidden />
        </IconButton>
        <IconButton label={words.newer} look="plain" size="sm" disabled={!newer} onClick={() => filters.go({ before: page?.startCursor ?? '' })}>
          <ChevronLeft aria-hidden />
        </IconButton>
        <IconButton label={words.older} look="plain" size="sm" disabled={!older} onClick={() => filters.go({ after: page?.endCursor ?? '' })}>
          <ChevronRight aria-hidden />
        </IconButton>
      </Flex>
    </Flex>
  );
}

function Nothing({ filters }: { readonly filters: AuditFilters }) {
  return (
    <Panel>
      {filters.any || filters.after !== '' || filters.before !== '' ? (
        <EmptyState title={words.noMatch} hint={words.noMatchHint} picture={<SearchX size={40} />} action={<Button onClick={filters.clear}>{words.clear}</Button>} />
      ) : (
        <EmptyState title={words.noEvents} picture={<ScrollText size={40} />} />
      )}
    </Panel>
  );
}

function Panel({ children, pending = false }: { readonly children: ReactNode; readonly pending?: boolean }) {
  return (
    <Box bg="bg.panel" borderWidth="1px" borderColor="border" borderRadius="l3" shadow="xs" overflow="hidden" aria-busy={pending} opacity={pending ? 0.7 : 1}>
      {children}
    </Box>
  );
}

function Waiting() {
  return (
    <Panel>
      <Table.Root label={common.loading}>
        <Headers withTenant />
        <Table.Body>
          {Array.from({ length: 10 }, (_, index) => (
            <Table.Row key={index}>
              {([undefined, 'md', undefined, 'xl', 'sm', 'xl', undefined] as const).map((hideBelow, column) => (
                <Table.Cell key={column} hideBelow={hideBelow}>
                  <Flex height="6" align="center">
                    <Skeleton width={column === 6 ? '8' : '24'} />
                  </Flex>
                </Table.Cell>
              ))}
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Panel>
  );
}
