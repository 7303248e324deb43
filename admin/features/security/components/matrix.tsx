import { useMemo, useState } from 'react';
import { Play, ShieldCheck } from 'lucide-react';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Toolbar } from '../../../components/table-toolbar.tsx';
import { IconButton } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { Link } from '../../../components/ui/link.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { security as words } from '../../../text/security.ts';
import { GROUPS, checksOf, groupsOf } from '../../../components/checks.ts';
import { useMatrix } from '../api/security.ts';
import type { MatrixRow } from '../api/security.ts';
import { Cell } from './cell.tsx';
import { ProofProgress } from './proof-progress.tsx';

/** Tenants by kinds of attempts, from the newest proof of each. */
export function Matrix() {
  const state = useTableState({ sort: { column: 'name', descending: false }, filters: ['proof'] });
  const query = useMatrix(state);
  const may = useMay();
  const [proving, setProving] = useState<MatrixRow | null>(null);
  const mayVerify = may('security.verify');
  const columns = useMemo(() => columnsOf(mayVerify ? setProving : null), [mayVerify]);
  return (
    <Stack as="section" gap="4" aria-labelledby="matrix">
      <Box>
        <Heading as="h2" id="matrix" size="lg">
          {words.matrix.title}
        </Heading>
        <Text color="fg.muted" maxW="3xl">
          {words.matrix.lead}
        </Text>
      </Box>
      <Toolbar
        state={state}
        searchLabel={words.matrix.searchLabel}
        filters={[{ name: 'proof', label: words.matrix.proofFilter, any: words.matrix.anyProof, choices: [{ value: 'none', label: words.matrix.proofs.none }] }]}
      />
      <DataTable
        label={words.matrix.caption}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.tenants?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.tenants?.totalCount ?? 0}
        rowId={({ rowId }) => rowId}
        columns={columns}
        dense
        state={state}
        empty={<EmptyState title={words.matrix.empty} picture={<ShieldCheck size={40} />} />}
      />
      <Text textStyle="sm" color="fg.muted">
        {words.matrix.legend}
      </Text>
      {proving !== null && <ProofProgress tenantId={proving.rowId} name={proving.name} onClose={() => setProving(null)} onOver={() => void query.refetch()} />}
    </Stack>
  );
}

function columnsOf(prove: ((row: MatrixRow) => void) | null): readonly Column<MatrixRow>[] {
  return [
    {
      id: 'name',
      header: words.matrix.tenant,
      sortable: true,
      rowHeader: true,
      width: '32',
      cell: ({ rowId, name }) => (
        <Box minW="28">
          <Text fontWeight="semibold">{name}</Text>
          <Text textStyle="xs" color="fg.muted">
            <Code>{rowId}</Code>
          </Text>
        </Box>
      ),
    },
    { id: 'proven', header: words.matrix.proven, width: '20', cell: (row) => <Proven row={row} /> },
    ...(prove === null
      ? []
      : [
          {
            id: 'prove',
            header: words.matrix.actions,
            width: '8',
            cell: (row: MatrixRow) =>
              row.status === 'active' || row.status === 'ready' ? (
                <IconButton label={words.matrix.runOf(row.name)} look="plain" size="sm" onClick={() => prove(row)}>
                  <Play aria-hidden />
                </IconButton>
              ) : null,
          },
        ]),
    ...GROUPS.map((group): Column<MatrixRow> => ({
      id: group,
      header: words.groups[group].short,
      help: `${words.groups[group].title}: ${words.groups[group].help}`,
      width: '20',
      cell: (row) => {
        const run = newestOver(row);
        return <Cell group={group} runId={run?.rowId ?? ''} sum={run === null ? undefined : groupsOf(checksOf(run.checks)).get(group)} />;
      },
    })),
  ];
}

function newestOver(row: MatrixRow) {
  return row.isolationRuns.nodes.find((run) => run !== null && run.status !== 'running') ?? null;
}

function Proven({ row }: { readonly row: MatrixRow }) {
  const run = newestOver(row);
  const running = row.isolationRuns.nodes[0]?.status === 'running';
  return (
    <Stack gap="1" align="flex-start">
      {run === null ? (
        <StatusBadge tone="attention" size="sm">
          {words.matrix.never}
        </StatusBadge>
      ) : (
        <StatusBadge tone={run.status === 'passed' ? 'secure' : 'critical'} size="sm">
          {run.status === 'passed' ? words.proof.statuses.passed : words.proof.statuses.failed}
        </StatusBadge>
      )}
      {running ? (
        <StatusBadge tone="info" size="sm">
          {words.matrix.running}
        </StatusBadge>
      ) : (
        run !== null && (
          <Text textStyle="xs" whiteSpace="nowrap">
            <Link to={`/security/proofs/${run.rowId}`}>
              <RelativeTime at={run.finishedAt ?? run.startedAt} />
            </Link>
          </Text>
        )
      )}
    </Stack>
  );
}
