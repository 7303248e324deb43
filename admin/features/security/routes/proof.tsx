import { useEffect } from 'react';
import { useLocation, useParams } from 'react-router';
import { FileSearch } from 'lucide-react';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Facts } from '../../../components/facts.tsx';
import { Page } from '../../../components/page.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { Code, CopyableCode } from '../../../components/ui/code.tsx';
import { Disclosure } from '../../../components/ui/disclosure.tsx';
import { Box, Flex, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { LinkButton } from '../../../components/ui/link.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { Table } from '../../../components/ui/table.tsx';
import { useApiQuery } from '../../../graphql/api.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { formatMoment, formatNumber } from '../../../text/format.ts';
import { attemptKinds } from '../../../text/proof-kinds.ts';
import { security } from '../../../text/security.ts';
import { checksOf, triedGroups } from '../../../components/checks.ts';
import type { Check } from '../../../components/checks.ts';
import { IsolationRunDocument } from '../api/security.generated.ts';
import type { IsolationRunQuery } from '../api/security.generated.ts';

const words = security.proof;
type Run = NonNullable<IsolationRunQuery['isolationRun']>;

/** One proof: what was tried, and what failed. */
export function Proof() {
  const { runId = '' } = useParams();
  const query = useApiQuery(IsolationRunDocument, { id: runId });
  const run = query.data?.isolationRun ?? null;
  const name = run?.tenant?.name ?? run?.tenantId ?? '…';
  return (
    <Page
      title={query.data !== undefined && run === null ? words.notFound : words.title(name)}
      crumbs={[{ label: security.title, to: '/security' }]}
      {...(run !== null && { aside: <Result status={run.status} /> })}
    >
      <QueryStates query={query} skeleton={<LinesSkeleton count={6} />}>
        {() =>
          run === null ? (
            <EmptyState title={words.notFound} hint={words.notFoundHint} picture={<FileSearch size={40} />} action={<LinkButton to="/security">{words.back}</LinkButton>} />
          ) : (
            <Details run={run} />
          )
        }
      </QueryStates>
    </Page>
  );
}

function Result({ status }: { readonly status: string }) {
  return (
    <StatusBadge tone={status === 'passed' ? 'secure' : status === 'running' ? 'info' : 'critical'}>
      {Object.hasOwn(words.statuses, status) ? words.statuses[status as keyof typeof words.statuses] : status}
    </StatusBadge>
  );
}

function Details({ run }: { readonly run: Run }) {
  const { hash } = useLocation();
  useEffect(() => {
    if (hash !== '') document.getElementById(hash.slice(1))?.scrollIntoView();
  }, [hash]);
  return (
    <Stack gap="6">
      {run.broken !== null && (
        <Notice tone="attention" title={words.broken}>
          {run.broken}
        </Notice>
      )}
      <Card>
        <Facts
          facts={[
            [words.facts.startedAt, formatMoment(run.startedAt)],
            [words.facts.cause, Object.hasOwn(words.causes, run.cause) ? words.causes[run.cause as keyof typeof words.causes] : run.cause],
            [words.facts.duration, run.durationMs === null ? '—' : words.ms(Number(run.durationMs))],
            [words.steps.posture, run.postureChecks === null ? '—' : words.postureDone(run.postureChecks, run.postureFailures ?? 0)],
            [words.steps.attempts, run.attempts === null ? '—' : words.attemptsDone(run.attempts, run.attemptFailures ?? 0)],
            [words.facts.sampled, formatNumber(run.sampled)],
            [words.facts.schema, String(run.schemaVersion)],
            ...(run.fingerprint === null ? [] : [[words.facts.fingerprint, <Code key="f">{run.fingerprint}</Code>] as const]),
            [words.facts.server, run.serverVersion],
            [words.facts.run, <CopyableCode key="r" what={words.facts.run}>{run.rowId}</CopyableCode>],
          ]}
        />
      </Card>
      <Failures run={run} />
      <Stack as="section" gap="4" aria-labelledby="tried">
        <Heading as="h2" id="tried" size="lg">
          {words.tried}
        </Heading>
        <Text color="fg.muted" maxW="3xl" mt="-3">
          {words.triedLead}
        </Text>
        <Stack gap="2">
          {triedGroups(checksOf(run.checks)).map(({ group, kinds, tried, failed }) => {
            const { title, help } = security.groups[group];
            return (
              // An address that leads to one, as each field of the matrix does, opens it.
              <Disclosure key={`${group}${hash === `#${group}`}`} id={group} title={title} description={help} open={failed > 0 || hash === `#${group}`} aside={<Sum tried={tried} failed={failed} />}>
                <Kinds label={title} kinds={kinds} />
              </Disclosure>
            );
          })}
          <Observed value={run.observed} />
        </Stack>
        <Text textStyle="sm" color="fg.muted" maxW="3xl">
          {words.countsDiffer}
        </Text>
      </Stack>
    </Stack>
  );
}

/** What was tried of one group, and how much of it. */
function Sum({ tried, failed }: { readonly tried: number; readonly failed: number }) {
  return (
    <Flex gap="3" align="center" wrap="wrap">
      <Text textStyle="sm" color="fg.muted" whiteSpace="nowrap">
        {words.count(tried)}
      </Text>
      <StatusBadge tone={failed === 0 ? 'secure' : 'critical'} size="sm">
        {failed === 0 ? words.ok : words.failedOf(failed)}
      </StatusBadge>
    </Flex>
  );
}

function Failures({ run }: { readonly run: Run }) {
  const may = useMay();
  const { nodes, totalCount } = run.isolationFailuresByRunId;
  const failures = nodes.filter((failure) => failure !== null);
  if (run.status === 'running') return null;
  if (totalCount === 0) return run.broken === null ? <Notice tone="secure" title={words.noFailures} /> : null;
  return (
    <>
      <Notice tone="critical" title={words.next} actions={may('security.lockdown') && <LinkButton to="/security/lockdown">{words.toLockDown}</LinkButton>}>
        {words.nextSteps}
      </Notice>
      <Card title={words.failures} {...(totalCount > failures.length && { description: words.moreFailures(failures.length, totalCount) })}>
        <Table.Root label={words.failures}>
          <Table.Header>
            <Table.Row>
              {Object.values(words.failureColumns).map((header) => (
                <Table.ColumnHeader key={header}>{header}</Table.ColumnHeader>
              ))}
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {failures.map((failure) => (
              <Table.Row key={failure.rowId}>
                <Table.Cell>{Object.hasOwn(words.halves, failure.half) ? words.halves[failure.half as keyof typeof words.halves] : failure.half}</Table.Cell>
                <Table.Cell>
                  <Code>{failure.kind}</Code>
                </Table.Cell>
                <Table.Cell rowHeader>
                  <Code>{failure.target}</Code>
                </Table.Cell>
                <Table.Cell>
                  <Code>{failure.expected}</Code>
                </Table.Cell>
                <Table.Cell>
                  <Text color="critical.fg" fontWeight="semibold">
                    {failure.seen}
                  </Text>
                </Table.Cell>
              </Table.Row>
            ))}
          </Table.Body>
        </Table.Root>
      </Card>
    </>
  );
}

function Kinds({ label, kinds }: { readonly label: string; readonly kinds: readonly Check[] }) {
  return (
    <Table.Root label={label}>
      <Table.Header>
        <Table.Row>
          <Table.ColumnHeader>{words.triedColumns.kind}</Table.ColumnHeader>
          <Table.ColumnHeader numeric>{words.triedColumns.tried}</Table.ColumnHeader>
          <Table.ColumnHeader numeric>{words.triedColumns.failed}</Table.ColumnHeader>
          <Table.ColumnHeader numeric>{words.triedColumns.status}</Table.ColumnHeader>
        </Table.Row>
      </Table.Header>
      <Table.Body>
        {kinds.map(({ half, kind, tried, failed }) => (
          <Table.Row key={`${half}/${kind}`}>
            <Table.Cell rowHeader>
              <Kind half={half} kind={kind} />
            </Table.Cell>
            <Table.Cell numeric>{formatNumber(tried)}</Table.Cell>
            <Table.Cell numeric>{formatNumber(failed)}</Table.Cell>
            <Table.Cell numeric>
              <StatusBadge tone={failed === 0 ? 'secure' : 'critical'} size="sm">
                {failed === 0 ? words.ok : words.wrong}
              </StatusBadge>
            </Table.Cell>
          </Table.Row>
        ))}
      </Table.Body>
    </Table.Root>
  );
}

/** What a kind of attempt is, in a sentence, and one of its statements. What only the catalogs are asked has its name alone. */
export function Kind({ half, kind }: Pick<Check, 'half' | 'kind'>) {
  const said = half === 'attempts' && Object.hasOwn(attemptKinds, kind) ? attemptKinds[kind] : undefined;
  if (said === undefined) return <Code>{kind}</Code>;
  return (
    <Box maxW="2xl" whiteSpace="normal">
      <Text fontWeight="medium">{said.what}</Text>
      <Text textStyle="xs" fontWeight="normal" color="fg.muted" overflowWrap="anywhere">
        {said.sample === null ? <Code>{kind}</Code> : <><Code>{kind}</Code> · <Code>{said.sample}</Code></>}
      </Text>
    </Box>
  );
}

interface Observation {
  readonly kind: string;
  readonly open: boolean;
  readonly count: number | null;
}

function Observed({ value }: { readonly value: unknown }) {
  const observations = Array.isArray(value) ? (value as readonly Observation[]) : [];
  if (observations.length === 0) return null;
  return (
    <Disclosure
      title={words.observed}
      description={words.observedLead}
      open={false}
      aside={
        <Text textStyle="sm" color="fg.muted" whiteSpace="nowrap">
          {words.observedCount(observations.length)}
        </Text>
      }
    >
      <Table.Root label={words.observed}>
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{words.observedColumns.kind}</Table.ColumnHeader>
            <Table.ColumnHeader>{words.observedColumns.open}</Table.ColumnHeader>
            <Table.ColumnHeader numeric>{words.observedColumns.count}</Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {observations.map(({ kind, open, count }) => (
            <Table.Row key={kind}>
              <Table.Cell rowHeader>
                <Code>{kind}</Code>
              </Table.Cell>
              <Table.Cell>{open ? words.yes : words.no}</Table.Cell>
              <Table.Cell numeric>{count === null ? '—' : formatNumber(count)}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Disclosure>
  );
}
