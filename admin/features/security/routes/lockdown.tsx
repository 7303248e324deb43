import { useMemo, useState } from 'react';
import { LockKeyhole, OctagonX } from 'lucide-react';
import { Actor } from '../../../components/actor.tsx';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { RoleGate } from '../../../components/role-denied.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Flex, Stack, Text } from '../../../components/ui/layout.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useApiMutation, useApiQuery } from '../../../graphql/api.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { security } from '../../../text/security.ts';
import { IsolationSummaryDocument, LiftLockDownDocument, LockDownReachDocument, LockDownsDocument } from '../api/security.generated.ts';
import { useLockDowns } from '../api/security.ts';
import type { LockDownRow } from '../api/security.ts';
import { StartLockDown } from '../components/start-lock-down.tsx';

const words = security.lockdown;

/** Stopping access at once, and giving it back. */
export function Lockdown() {
  return (
    <RoleGate right="lockdowns.read">
      <Page />
    </RoleGate>
  );
}

function Page() {
  const may = useMay();
  const mayLock = may('security.lockdown');
  const state = useTableState({ sort: { column: 'locked', descending: true } });
  const query = useLockDowns(state);
  const [starting, setStarting] = useState(false);
  const [lifting, setLifting] = useState<LockDownRow | null>(null);
  const columns = useMemo(() => columnsOf(mayLock ? setLifting : null), [mayLock]);
  return (
    <Stack gap="6">
      <Flex justify="space-between" gap="4" wrap="wrap" align="flex-start">
        <Text color="fg.muted" maxW="3xl">
          {words.lead}
          {!mayLock && ` ${words.notYours}`}
        </Text>
        {mayLock && (
          <Button look="danger-plain" onClick={() => setStarting(true)}>
            <OctagonX aria-hidden />
            {words.start}
          </Button>
        )}
      </Flex>
      <InForce />
      <DataTable
        label={words.label}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.lockDowns?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.lockDowns?.totalCount ?? 0}
        rowId={({ rowId }) => rowId}
        columns={columns}
        state={state}
        empty={<EmptyState title={words.empty} picture={<LockKeyhole size={40} />} />}
      />
      {starting && <StartLockDown onClose={() => setStarting(false)} />}
      {lifting !== null && <Lift lockDown={lifting} onClose={() => setLifting(null)} />}
    </Stack>
  );
}

function columnsOf(onLift: ((row: LockDownRow) => void) | null): readonly Column<LockDownRow>[] {
  return [
    { id: 'status', header: words.columns.status, cell: ({ liftedAt }) => <StatusBadge tone={liftedAt === null ? 'critical' : 'neutral'} size="sm">{liftedAt === null ? words.statuses.active : words.statuses.lifted}</StatusBadge> },
    { id: 'scope', header: words.columns.scope, rowHeader: true, cell: (row) => <Box minW="24" maxW="xs" whiteSpace="normal"><Code>{scopeOf(row)}</Code></Box> },
    { id: 'reason', header: words.columns.reason, hideBelow: 'md', width: '48', cell: ({ reason, liftReason }) => <Reason reason={reason} lift={liftReason} /> },
    { id: 'locked', header: words.columns.locked, hideBelow: 'sm', cell: ({ lockedAt }) => <Box whiteSpace="nowrap"><RelativeTime at={lockedAt} /></Box> },
    { id: 'by', header: words.columns.by, hideBelow: 'lg', cell: ({ lockedBy }) => <Actor actor={lockedBy} /> },
    ...(onLift !== null
      ? [
          {
            id: 'lift',
            header: words.columns.lift,
            numeric: true,
            cell: (row: LockDownRow) =>
              row.liftedAt === null ? (
                <Button size="sm" aria-label={words.liftOf(scopeOf(row))} onClick={() => onLift(row)}>
                  {words.lift}
                </Button>
              ) : null,
          },
        ]
      : []),
  ];
}

/** Whether anything is stopped at this moment. */
function InForce() {
  const query = useApiQuery(LockDownsDocument, { first: 50, offset: 0, orderBy: ['LOCKED_AT_DESC'], filter: { liftedAt: { isNull: true } } }, { every: 15_000 });
  return (
    <QueryStates query={query} skeleton={<Skeleton height="16" />}>
      {({ lockDowns }) => {
        const standing = lockDowns?.nodes.filter((row) => row !== null) ?? [];
        if (standing.length === 0) return <Notice tone="secure" title={words.nowOpen}>{words.nowOpenHint}</Notice>;
        const left = standing.some(({ findings }) => Array.isArray(findings) && findings.length > 0);
        return (
          <Stack gap="3">
            <Notice tone="critical" title={words.inForce(lockDowns?.totalCount ?? standing.length)}>
              <p>{standing.map(scopeOf).join(' · ')}</p>
              <p>{words.inForceHint}</p>
            </Notice>
            {left && <Notice tone="critical" urgent title={words.findings}>{words.findingsHint}</Notice>}
          </Stack>
        );
      }}
    </QueryStates>
  );
}

function Lift({ lockDown, onClose }: { readonly lockDown: LockDownRow; readonly onClose: () => void }) {
  const lift = useApiMutation(LiftLockDownDocument, { changes: [LockDownsDocument, LockDownReachDocument, IsolationSummaryDocument] });
  const scope = scopeOf(lockDown);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={words.liftTitle}
      consequences={words.liftConsequences(scope)}
      word={words.liftWord}
      reasonLabel={words.liftReason}
      action={words.liftTitle}
      danger={false}
      pending={lift.isPending}
      problem={lift.error}
      onConfirm={(reason) =>
        lift.mutate(
          { id: lockDown.rowId, reason },
          {
            onSuccess: () => {
              toast('secure', words.lifted);
              onClose();
            },
          },
        )
      }
    />
  );
}

function Reason({ reason, lift }: { readonly reason: string; readonly lift: string | null }) {
  return (
    <Box maxW="md" whiteSpace="normal">
      <Text lineClamp="2">{reason}</Text>
      {lift !== null && (
        <Text textStyle="xs" color="fg.muted" lineClamp="2">
          {lift}
        </Text>
      )}
    </Box>
  );
}

function scopeOf({ scope, tenantIds, lane }: LockDownRow): string {
  if (scope === 'tenants') return (tenantIds ?? []).join(', ');
  return scope === 'lane' ? words.laneLabel(lane ?? 0) : words.scopes.all;
}
