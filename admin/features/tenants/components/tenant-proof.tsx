import { useState } from 'react';
import { Download, ShieldCheck } from 'lucide-react';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Flex, Heading, SimpleGrid, Stack, Text } from '../../../components/ui/layout.tsx';
import { Live } from '../../../components/ui/live.tsx';
import { Metric } from '../../../components/ui/metric.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { CardsSkeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { Table } from '../../../components/ui/table.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useDownload } from '../../../components/use-download.ts';
import type { Problem } from '../../../session/problem.ts';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { formatMoment, formatNumber } from '../../../text/format.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useProof, useProve } from '../api/protection.ts';
import type { Proof } from '../api/protection.ts';
import type { Tenant } from '../api/tenant.ts';

const { security: words } = tenantDetail;

const STATES: Readonly<Record<string, { readonly tone: Tone; readonly word: string }>> = {
  passed: { tone: 'secure', word: words.passed },
  failed: { tone: 'critical', word: words.failed },
  running: { tone: 'info', word: words.running },
};

/** The newest proof of isolation, what failed in it, and its attestation. */
export function TenantProof({ tenant }: { readonly tenant: Tenant }) {
  const may = useMay();
  const query = useProof(tenant.rowId);
  const prove = useProve();
  const proof = query.data?.isolationRuns?.nodes[0] ?? null;
  const running = proof?.status === 'running';
  const state = proof === null ? null : (STATES[proof.status] ?? { tone: 'neutral' as const, word: proof.status });
  return (
    <Card
      title={words.proof}
      description={words.proofLead}
      actions={
        <Flex gap="3" align="center" wrap="wrap">
          {state !== null && <StatusBadge tone={state.tone}>{state.word}</StatusBadge>}
          {may('security.verify') && tenant.schemaVersion !== null && (
            <Button
              size="sm"
              loading={prove.isPending}
              disabled={running}
              onClick={() => prove.mutate({ id: tenant.rowId }, { onSuccess: () => toast('info', words.begun) })}
            >
              <ShieldCheck aria-hidden />
              {running ? words.proving : words.prove}
            </Button>
          )}
        </Flex>
      }
    >
      <Stack gap="5">
        <ProblemNotice problem={prove.error} />
        <Live>{state?.word ?? ''}</Live>
        <QueryStates query={query} skeleton={<CardsSkeleton count={3} />}>
          {({ attestations }) => {
            const attestation = attestations?.nodes[0] ?? null;
            return (
              <>
                {proof === null ? <EmptyState title={words.noProof} picture={<ShieldCheck size={40} />} /> : <Figures proof={proof} />}
                <Flex justify="space-between" align="center" gap="4" wrap="wrap" borderTopWidth="1px" borderColor="border" pt="5">
                  <Box minW="0">
                    <Heading as="h3" size="sm">
                      {words.attestation}
                    </Heading>
                    <Text textStyle="sm" color="fg.muted">
                      {attestation === null ? words.noAttestation : words.attestationLead}
                      {attestation !== null && ` ${words.signedAt} ${formatMoment(attestation.at)}.`}
                    </Text>
                  </Box>
                  {attestation !== null && <AttestationDownload tenantId={tenant.rowId} />}
                </Flex>
              </>
            );
          }}
        </QueryStates>
      </Stack>
    </Card>
  );
}

function AttestationDownload({ tenantId }: { readonly tenantId: string }) {
  const { take, busy } = useDownload();
  const [problem, setProblem] = useState<Problem | null>(null);
  const download = async () =>
    setProblem(await take({ path: `/tenants/${encodeURIComponent(tenantId)}/attestation`, name: `attestation-${tenantId}.json`, accept: 'application/json' }));
  return (
    <Stack gap="3">
      <ProblemNotice problem={problem} />
      <Button
        size="sm"
        loading={busy !== null}
        onClick={() => void download()}
      >
        <Download aria-hidden />
        {words.download}
      </Button>
    </Stack>
  );
}

function Figures({ proof }: { readonly proof: Proof }) {
  const failures = proof.isolationFailuresByRunId.nodes.filter((failure) => failure !== null);
  return (
    <>
      <SimpleGrid columns={{ base: 1, md: 3 }} gap={{ base: '3', md: '4' }}>
        <Metric label={words.attempts} help={words.attemptsHelp} value={figure(proof.attemptFailures)} {...(proof.attempts !== null && { note: words.of(proof.attempts) })} {...verdict(proof.attemptFailures)} />
        <Metric label={words.posture} help={words.postureHelp} value={figure(proof.postureFailures)} {...(proof.postureChecks !== null && { note: words.of(proof.postureChecks) })} {...verdict(proof.postureFailures)} />
        <Metric
          label={words.when}
          help={words.whenHelp}
          value={proof.finishedAt === null ? words.never : <RelativeTime at={proof.finishedAt} />}
          note={words.reached(proof.sampled)}
        />
      </SimpleGrid>
      {proof.broken !== null && <Text color="critical.fg">{proof.broken}</Text>}
      {failures.length > 0 && (
        <Table.Root label={words.failures}>
          <Table.Header>
            <Table.Row>
              <Table.ColumnHeader>{words.failureColumns.kind}</Table.ColumnHeader>
              <Table.ColumnHeader>{words.failureColumns.target}</Table.ColumnHeader>
              <Table.ColumnHeader>{words.failureColumns.expected}</Table.ColumnHeader>
              <Table.ColumnHeader>{words.failureColumns.seen}</Table.ColumnHeader>
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {failures.map((failure) => (
              <Table.Row key={failure.rowId}>
                <Table.Cell rowHeader>{failure.kind}</Table.Cell>
                <Table.Cell>
                  <Code>{failure.target}</Code>
                </Table.Cell>
                <Table.Cell>{failure.expected}</Table.Cell>
                <Table.Cell>{failure.seen}</Table.Cell>
              </Table.Row>
            ))}
          </Table.Body>
        </Table.Root>
      )}
    </>
  );
}

function figure(value: number | null): string {
  return value === null ? common.none : formatNumber(value);
}

function verdict(failures: number | null) {
  if (failures === null) return {};
  return { status: failures === 0 ? ({ tone: 'secure', word: words.asShould } as const) : ({ tone: 'critical', word: words.failed } as const) };
}
