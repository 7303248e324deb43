import { useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { Pause, Play, Radio } from 'lucide-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useSearchParams } from 'react-router';
import { Actor, ActorName } from '../../../components/actor.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { FilterField } from '../../../components/filter-field.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { RoleGate } from '../../../components/role-denied.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Select } from '../../../components/ui/field.tsx';
import { Box, Flex, Stack, Text } from '../../../components/ui/layout.tsx';
import { Live } from '../../../components/ui/live.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { useApiQuery, useApiSubscription, useConnection } from '../../../graphql/api.tsx';
import { formatClock, formatMoment } from '../../../text/format.ts';
import { security } from '../../../text/security.ts';
import { AccessFeedDocument, RecentAccessesDocument } from '../api/security.generated.ts';
import { MOST_KEPT, NO_ROUTINE, NO_FEED, feed, isRoutine } from '../components/feed.ts';
import type { Access } from '../components/feed.ts';

const words = security.feed;
const BACK_MS = 15 * 60_000;
const ROW_PX = 60;
/** Of the time before, the newest so many; and so many of those that this console did not ask by itself. */
const RECENT = 100;

/** What of the feed shows: everything, or what isn't this console's own reading. */
type View = keyof typeof words.views;
type Verdict = keyof typeof words.verdicts;
const TONES: Readonly<Record<Verdict, Tone>> = { match: 'secure', operator: 'info', system: 'neutral', refused: 'attention', mismatch: 'critical' };

/** What happens, as it happens, each with a verdict. */
export function Accesses() {
  const [params] = useSearchParams();
  const tenant = params.get('tenant') ?? '';
  return (
    <RoleGate right="accesses.read">
      {/* Another tenant is another feed: nothing of the one is among the other's. */}
      <LiveFeed key={tenant} tenantId={tenant === '' ? null : tenant} />
    </RoleGate>
  );
}

function LiveFeed({ tenantId }: { readonly tenantId: string | null }) {
  const [params, setParams] = useSearchParams();
  const get = (name: string): string => params.get(name) ?? '';
  const set = (name: string, value: string): void =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  const [since] = useState(() => new Date(Date.now() - BACK_MS).toISOString());
  const [state, dispatch] = useReducer(feed, NO_FEED);
  const recent = useApiQuery(RecentAccessesDocument, { since, tenantId, size: RECENT, others: NO_ROUTINE });
  useEffect(() => {
    if (recent.data !== undefined) dispatch({ type: 'arrived', accesses: distinct([...known(recent.data.accesses?.nodes), ...known(recent.data.others?.nodes)]) });
  }, [recent.data]);
  const lost = useApiSubscription(AccessFeedDocument, { tenantId }, ({ accesses }) => dispatch({ type: 'arrived', accesses: known(accesses?.accesses) }));

  const cutOff = useConnection() === 'lost' || lost !== null;

  const [verdict, action] = [get('verdict'), get('action')];
  const view: View = get('show') === 'everything' || action !== '' ? 'everything' : 'others';
  const found = useMemo(
    () => state.shown.filter((access) => (verdict === '' || access.verdict === verdict) && (action === '' || access.action?.includes(action) === true)),
    [state.shown, verdict, action],
  );
  const fitting = useMemo(() => (view === 'everything' ? found : found.filter((access) => !isRoutine(access))), [found, view]);
  const mismatches = state.shown.filter((access) => access.verdict === 'mismatch').length;
  return (
    <Stack gap="4">
      <Text color="fg.muted">{words.lead}</Text>
      <Flex role="search" gap="3" wrap="wrap" align="center">
        <FilterField label={words.tenant} hint={words.tenantHint} value={get('tenant')} onChange={(value) => set('tenant', value)} />
        <FilterField label={words.action} hint={words.actionHint} value={action} onChange={(value) => set('action', value)} />
        <Select
          label={words.verdict}
          width="48"
          value={verdict}
          choices={[{ value: '', label: words.anyVerdict }, ...Object.entries(words.verdicts).map(([value, label]) => ({ value, label }))]}
          onChange={(value) => set('verdict', value)}
        />
        <Flex flex="1" gap="3" align="center" justify="flex-end">
          <StatusBadge tone={state.paused || cutOff ? 'attention' : 'info'}>{state.paused ? words.pausedWord : cutOff ? words.cutOff : words.live}</StatusBadge>
          <Button onClick={() => dispatch({ type: state.paused ? 'resume' : 'pause' })}>
            {state.paused ? <Play aria-hidden /> : <Pause aria-hidden />}
            {state.paused ? words.resume : words.pause}
          </Button>
        </Flex>
      </Flex>
      <Flex gap="3" wrap={{ base: 'wrap', md: 'nowrap' }} align="center">
        <Segmented<View>
          label={words.show}
          value={view}
          choices={(['others', 'everything'] as const).map((value) => ({ value, label: words.views[value] }))}
          disabled={action !== ''}
          onChange={(next) => set('show', next === 'everything' ? next : '')}
        />
        <Text textStyle="sm" color="fg.muted">
          {action !== '' ? words.byAction : view === 'everything' ? words.nothingHidden : words.hidden(found.length - fitting.length)}
        </Text>
      </Flex>
      {mismatches > 0 && <Notice tone="critical" urgent title={words.mismatch(mismatches)} />}
      {state.paused && <Notice tone="attention" title={words.paused(state.waiting.length)} />}
      {lost !== null && <ErrorState error={lost} />}
      <QueryStates query={recent} skeleton={<LinesSkeleton count={6} />}>
        {() => (
          <Stack gap="3">
            <Box bg="bg.panel" borderWidth="1px" borderColor="border" borderRadius="l3" shadow="xs" overflow="hidden">
              {fitting.length === 0 ? (
                <EmptyState title={state.shown.length === 0 ? words.empty : found.length === 0 ? words.noMatch : words.onlyOwn} picture={<Radio size={40} />} />
              ) : (
                <Rows accesses={fitting} />
              )}
            </Box>
            <Text textStyle="sm" color="fg.muted" px="1">
              {words.kept(fitting.length, MOST_KEPT)}
            </Text>
            <Live>{mismatches > 0 ? words.mismatch(mismatches) : ''}</Live>
          </Stack>
        )}
      </QueryStates>
    </Stack>
  );
}

const GRID = { base: '3.75rem 7.5rem minmax(0, 1fr)', md: '4.5rem 7.5rem 6.5rem minmax(0, 1fr) 9rem', xl: '6rem 9rem 9rem minmax(0, 1fr) 12rem' } as const;

/** Only the rows in sight are drawn: a thousand would be felt at each that arrives. */
function Rows({ accesses }: { readonly accesses: readonly Access[] }) {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: accesses.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, overscan: 8, initialRect: { width: 800, height: 600 } });
  return (
    <Box role="table" aria-label={words.label} aria-rowcount={accesses.length + 1}>
      <Box role="rowgroup" bg="bg.subtle" borderBottomWidth="1px" borderColor="border">
        <Box role="row" aria-rowindex={1} display="grid" gridTemplateColumns={GRID} gap={{ base: '2', md: '3' }} px="3" height="10" alignItems="center" textStyle="xs" fontWeight="semibold" color="fg.muted">
          <span role="columnheader">{words.columns.at}</span>
          <span role="columnheader">{words.columns.verdict}</span>
          <Box as="span" role="columnheader" hideBelow="md">
            {words.columns.tenant}
          </Box>
          <span role="columnheader">{words.columns.action}</span>
          <Box as="span" role="columnheader" hideBelow="md">
            {words.columns.actor}
          </Box>
        </Box>
      </Box>
      <Box ref={box} role="rowgroup" tabIndex={0} aria-label={words.label} maxH="min(70dvh, 48rem)" overflowY="auto" _focusVisible={{ outlineOffset: '-2px' }}>
        <Box role="presentation" position="relative" css={{ height: `${rows.getTotalSize()}px` }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const access = accesses[index];
            return access === undefined ? null : (
              <Box
                key={`${access.at}${access.id}${index}`}
                role="row"
                aria-rowindex={index + 2}
                position="absolute"
                insetX="0"
                top="0"
                display="grid"
                gridTemplateColumns={GRID}
                gap={{ base: '2', md: '3' }}
                px="3"
                textStyle="sm"
                alignItems="center"
                borderBottomWidth="1px"
                borderColor="border.muted"
                bg={access.verdict === 'mismatch' ? 'critical.subtle' : 'transparent'}
                css={{ height: `${ROW_PX}px`, transform: `translateY(${start}px)` }}
              >
                <Row access={access} />
              </Box>
            );
          })}
        </Box>
      </Box>
    </Box>
  );
}

function Row({ access }: { readonly access: Access }) {
  return (
    <>
      <Box as="span" role="cell" textStyle="sm" title={access.at === null ? undefined : formatMoment(access.at)}>
        {access.at !== null && <time dateTime={access.at}>{formatClock(access.at)}</time>}
      </Box>
      <span role="cell">
        <VerdictBadge verdict={access.verdict} />
      </span>
      <Box as="span" role="cell" hideBelow="md" truncate>
        {access.tenant === null ? <Text as="span" color="fg.muted">{words.platform}</Text> : <Code>{access.tenant}</Code>}
      </Box>
      <Box as="span" role="cell" minW="0">
        <Text as="span" display="block" fontFamily="mono" textStyle="sm" truncate title={access.action ?? ''}>
          {access.action}
        </Text>
        {access.subject !== null && (
          <Text as="span" display="block" textStyle="xs" color="fg.muted" truncate title={access.subject} hideBelow="md">
            {access.subject}
          </Text>
        )}
        {/* Where there is no room for their columns. */}
        <Text as="span" display="block" textStyle="xs" color="fg.muted" truncate hideFrom="md">
          {access.tenant ?? words.platform} · <ActorName actor={access.actor} />
        </Text>
      </Box>
      <Box role="cell" hideBelow="md" minW="0">
        <Actor actor={access.actor} role={access.actorRole} />
      </Box>
    </>
  );
}

function VerdictBadge({ verdict }: { readonly verdict: string | null }) {
  const known = verdict !== null && Object.hasOwn(TONES, verdict) ? (verdict as Verdict) : null;
  return (
    <span title={known === null ? undefined : words.verdictHelp[known]}>
      <StatusBadge tone={known === null ? 'neutral' : TONES[known]} size="sm">
        {known === null ? verdict : words.verdicts[known]}
      </StatusBadge>
    </span>
  );
}

/** By the names that they have in one answer. */
function distinct(accesses: readonly Access[]): readonly Access[] {
  return [...new Map(accesses.map((access) => [access.id, access])).values()];
}

function known(accesses: readonly (Access | null)[] | undefined): readonly Access[] {
  return accesses?.filter((access) => access !== null) ?? [];
}
