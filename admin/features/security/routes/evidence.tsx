import { useMemo, useState } from 'react';
import { Building2, Download, FileSignature } from 'lucide-react';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Toolbar } from '../../../components/table-toolbar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Flex, Grid, Heading, Stack, Text, VisuallyHidden } from '../../../components/ui/layout.tsx';
import { Metric } from '../../../components/ui/metric.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useDownload } from '../../../components/use-download.ts';
import { VerifyChain } from '../../../components/verify-chain.tsx';
import { useApiQuery, useRefresh } from '../../../graphql/api.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { errors } from '../../../text/errors.ts';
import { formatNumber } from '../../../text/format.ts';
import { security } from '../../../text/security.ts';
import { ChainStatusDocument, IsolationSummaryDocument } from '../api/security.generated.ts';
import { useSecurityTenants } from '../api/security.ts';
import type { SecurityTenantRow } from '../api/security.ts';
import { Chain, Checkpoint, Kept } from '../components/chain.tsx';
import { Flaws } from '../components/counters.tsx';
import { EvidenceDialog } from '../components/evidence-dialog.tsx';

const words = security.evidence;

/** What can be handed on, tenant by tenant, and how the chains of the trails stand. */
export function Evidence() {
  const state = useTableState({ sort: { column: 'name', descending: false } });
  const query = useSecurityTenants(state);
  const may = useMay();
  const [bundle, setBundle] = useState<SecurityTenantRow | null>(null);
  const [chains, bundles] = [may('chains.read'), may('security.evidence')];
  const columns = useMemo(() => columnsOf(chains, bundles ? setBundle : null), [chains, bundles]);
  return (
    <Stack gap="6">
      <Text color="fg.muted">{words.lead}</Text>
      <Platform />
      <Stack gap="4">
        <Toolbar state={state} searchLabel={words.searchLabel} />
        <DataTable
          label={security.tabs.evidence}
          query={query}
          pending={query.isPlaceholderData}
          rows={(data) => data.tenants?.nodes.filter((row) => row !== null) ?? []}
          total={(data) => data.tenants?.totalCount ?? 0}
          rowId={({ rowId }) => rowId}
          columns={columns}
          state={state}
          empty={<EmptyState title={words.empty} picture={<Building2 size={40} />} />}
        />
      </Stack>
      {bundle !== null && <EvidenceDialog tenantId={bundle.rowId} name={bundle.name} onClose={() => setBundle(null)} />}
    </Stack>
  );
}

function columnsOf(chains: boolean, onBundle: ((row: SecurityTenantRow) => void) | null): readonly Column<SecurityTenantRow>[] {
  return [
    {
      id: 'name',
      header: words.columns.tenant,
      sortable: true,
      rowHeader: true,
      cell: (row) => (
        <Box minW={{ base: '24', sm: '28' }}>
          <Text fontWeight="semibold">{row.name}</Text>
          <Text textStyle="xs" color="fg.muted">
            <Code>{row.rowId}</Code>
          </Text>
          {/* On a phone there is no room for a column of its own. */}
          <Box hideFrom="sm" mt="2">
            <Attested row={row} />
          </Box>
        </Box>
      ),
    },
    { id: 'attested', header: words.columns.attested, hideBelow: 'sm', cell: (row) => <Attested row={row} /> },
    ...(chains
      ? ([
          { id: 'chain', header: words.columns.chain, hideBelow: 'md', cell: ({ rowId }) => <Chain tenantId={rowId} /> },
          { id: 'checkpoint', header: words.columns.checkpoint, hideBelow: 'lg', cell: ({ rowId }) => <Checkpoint tenantId={rowId} /> },
          { id: 'kept', header: words.columns.kept, hideBelow: 'xl', cell: ({ rowId }) => <Kept tenantId={rowId} /> },
        ] as const satisfies readonly Column<SecurityTenantRow>[])
      : []),
    { id: 'take', header: words.columns.take, numeric: true, cell: (row) => <Take row={row} onBundle={onBundle === null ? null : () => onBundle(row)} /> },
  ];
}

/** How the trails stand as a whole. */
function Platform() {
  const query = useApiQuery(IsolationSummaryDocument, {}, { every: 30_000 });
  const status = query.data?.systemStatus ?? null;
  const may = useMay();
  const refresh = useRefresh();
  return (
    <Box as="section">
      <VisuallyHidden>
        <Heading as="h2">{words.trails}</Heading>
      </VisuallyHidden>
      <Grid templateColumns="repeat(auto-fit, minmax(min(100%, 13rem), 1fr))" gap="4">
        <Metric
          label={words.checkpointTitle}
          help={words.checkpointHelp}
          value={status === null ? null : status.checkpoint === null ? '—' : formatNumber(Number(status.checkpoint))}
          note={status?.checkpointAt === null || status === null ? words.noCheckpoint : <RelativeTime at={status.checkpointAt ?? ''} />}
        />
        <Metric label={words.unsealed} help={words.unsealedHelp} value={status === null ? null : formatNumber(status.unsealedEvents ?? 0)} />
        <Flaws flawed={status === null ? undefined : status.flawedChains} verifiedAt={status?.chainsVerifiedAt ?? null} />
      </Grid>
      {may('chains.read') && (
        <Box mt="4">
          <VerifyChain tenantId={null} onOver={() => refresh([IsolationSummaryDocument, ChainStatusDocument])} />
        </Box>
      )}
    </Box>
  );
}

function Attested({ row }: { readonly row: SecurityTenantRow }) {
  const [newest] = row.attestations.nodes;
  if (newest === undefined || newest === null) return <StatusBadge tone="attention" size="sm">{words.none}</StatusBadge>;
  return (
    <Stack gap="1" align="flex-start">
      <StatusBadge tone={newest.passed ? 'secure' : 'critical'} size="sm">
        {newest.passed ? words.passed : words.failed}
      </StatusBadge>
      <Text textStyle="xs" color="fg.muted" whiteSpace="nowrap">
        <RelativeTime at={newest.at} />
      </Text>
    </Stack>
  );
}

function Take({ row, onBundle }: { readonly row: SecurityTenantRow; readonly onBundle: (() => void) | null }) {
  const { take, busy } = useDownload();
  const fetchIt = async (): Promise<void> => {
    const failure = await take({ path: `/tenants/${row.rowId}/attestation`, name: `attestation-${row.rowId}.json`, accept: 'application/json' });
    if (failure === null) toast('secure', words.saved);
    else toast('critical', errors[failure.code].title, failure.message);
  };
  return (
    <Flex gap="2" justify="flex-end" wrap="wrap">
      {row.attestations.nodes.length > 0 && (
        <Button
          size="sm"
          aria-label={words.attestationOf(row.name)}
          loading={busy !== null}
          onClick={() => void fetchIt()}
        >
          <Download aria-hidden />
          {words.attestation}
        </Button>
      )}
      {onBundle !== null && (
        <Button size="sm" aria-label={words.bundleOf(row.name)} onClick={onBundle}>
          <FileSignature aria-hidden />
          {words.bundle}
        </Button>
      )}
    </Flex>
  );
}
