import type { ReactNode } from 'react';
import { Download, FileSignature, Lock, LogOut, Printer } from 'lucide-react';
import { GROUPS, groupsOf } from '../../../components/checks.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Facts } from '../../../components/facts.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Flex, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { NameMark } from '../../../components/ui/mark.tsx';
import { CardsSkeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { Table } from '../../../components/ui/table.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useDownload } from '../../../components/use-download.ts';
import { useSession } from '../../../session/session-provider.tsx';
import { assurance as words } from '../../../text/assurance.ts';
import { errors } from '../../../text/errors.ts';
import { formatDay, formatMoment, formatNumber } from '../../../text/format.ts';
import { security } from '../../../text/security.ts';
import { evidencePeriod, useAssurance, useEvidence } from '../api/assurance.ts';
import type { AttestationRow, VisitRow } from '../api/assurance.ts';
import type { AssuranceQuery } from '../api/assurance.tenant.generated.ts';
import { checksIn, contentOf } from '../api/statements.ts';
import type { AttestationContent, EvidenceContent } from '../api/statements.ts';
import { usePrintInLight } from '../components/print.ts';
import { Section } from '../components/section.tsx';
import { Verdict } from '../components/verdict.tsx';

/** Everything a tenant's auditor asks first, in plain words, on one page that prints. */
export function Assurance({ tenantId, name }: { readonly tenantId: string; readonly name: string }) {
  const query = useAssurance();
  usePrintInLight();
  const forbidden = query.error !== null && query.error.code === 'FORBIDDEN';
  return (
    <Stack gap="0" minH="100dvh">
      <Bar tenantId={tenantId} name={name} ready={query.data !== undefined} />
      <Box as="main" width="full" maxW="60rem" mx="auto" px={{ base: '4', md: '8' }} py={{ base: '6', md: '10' }} _print={{ maxW: 'none', p: '0' }}>
        <Stack gap="10" _print={{ gap: '6' }}>
          <Box>
            <Heading as="h1" size="3xl" letterSpacing="-0.02em">
              {words.of(tenantId)}
            </Heading>
            <Text color="fg.muted" mt="1">
              {words.lead}
            </Text>
          </Box>
          {forbidden ? (
            <EmptyState title={words.forbidden} hint={words.forbiddenHint} picture={<Lock size={40} />} />
          ) : (
            <QueryStates query={query} skeleton={<CardsSkeleton count={4} height="40" />}>
              {(data) => <Answers data={data} at={query.dataUpdatedAt} />}
            </QueryStates>
          )}
        </Stack>
      </Box>
    </Stack>
  );
}

function Bar({ tenantId, name, ready }: { readonly tenantId: string; readonly name: string; readonly ready: boolean }) {
  const session = useSession();
  const { take, busy } = useDownload();
  const fetchIt = async (path: string, file: string): Promise<void> => {
    const failure = await take({ path: `/tenants/${tenantId}/auth/${path}`, name: file, accept: 'application/json' });
    if (failure === null) toast('secure', words.saved);
    else toast('critical', errors[failure.code].title, failure.message);
  };
  const signOut = (): void => {
    session.signOut().catch(() => session.end('signed-out'));
  };
  const { since, until } = evidencePeriod(Date.now());
  return (
    <Flex as="header" className="no-print" _print={{ display: 'none' }} align="center" gap="3" wrap="wrap" px={{ base: '4', md: '5' }} py="2.5" bg="bg.panel" borderBottomWidth="1px" borderColor="border">
      <NameMark />
      <Text color="fg.muted" hideBelow="sm" textStyle="sm">
        {name}
      </Text>
      <Box flex="1" />
      {ready && (
        <>
          <Button size="sm" loading={busy === `attestation-${tenantId}.json`} onClick={() => void fetchIt('attestation', `attestation-${tenantId}.json`)}>
            <Download aria-hidden />
            {words.takeAttestation}
          </Button>
          <Button size="sm" loading={busy === `evidence-${tenantId}.json`} onClick={() => void fetchIt(`evidence?${new URLSearchParams({ from: since, to: until }).toString()}`, `evidence-${tenantId}.json`)}>
            <FileSignature aria-hidden />
            {words.takeEvidence}
          </Button>
          <Button size="sm" onClick={() => window.print()}>
            <Printer aria-hidden />
            {words.print}
          </Button>
        </>
      )}
      <Button size="sm" look="quiet" onClick={signOut}>
        <LogOut aria-hidden />
        {words.signOut}
      </Button>
    </Flex>
  );
}

function Answers({ data, at }: { readonly data: AssuranceQuery; readonly at: number }) {
  const { evidence, problem } = useEvidence();
  const attestations = present(data.attestationsList);
  const newest = attestations[0] ?? null;
  const said = newest?.statement === undefined || newest.statement === null ? null : contentOf<AttestationContent>(newest.statement);
  return (
    <>
      <Verdict newest={newest} said={said} at={new Date(at).toISOString()} />
      {said !== null && <Tried said={said} />}
      <When attestations={attestations} />
      <Chain chain={present(data.chainStatusList)[0] ?? null} />
      <Visits visits={present(data.operatorVisitsList)} />
      <Keys keys={present(data.keyAgesList)} />
      <Compliance evidence={evidence} problem={problem === null ? null : errors[problem.code].title} />
      {evidence !== null && <Retention retention={evidence.retention} />}
      <Section title={words.limits.title}>
        <Box as="ul" listStyleType="disc" ps="5">
          {words.limits.points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </Box>
      </Section>
      <Section title={words.verify.title} lead={words.verify.lead}>
        <Facts facts={[[words.verify.keys, <Code key="k">{`${location.origin}/.well-known/jwks.json`}</Code>]]} />
      </Section>
    </>
  );
}

function Tried({ said }: { readonly said: AttestationContent }) {
  const sums = groupsOf(checksIn(said));
  const { columns } = words.tried;
  return (
    <Section title={words.tried.title} lead={words.tried.lead}>
      <Rows
        label={words.tried.title}
        columns={[{ header: columns.what }, { header: columns.how, hideBelow: 'sm' }, { header: columns.tried, numeric: true }, { header: columns.failed, numeric: true }, { header: columns.result }]}
        rows={GROUPS.filter((group) => sums.has(group)).map((group) => {
          const { tried, failed } = sums.get(group) ?? { tried: 0, failed: 0 };
          const fine = group === 'sees' ? words.tried.seen : group === 'posture' ? words.tried.holds : words.tried.refused;
          return {
            key: group,
            cells: [security.groups[group].title, <Text key="h" color="fg.muted" textStyle="sm">{security.groups[group].help}</Text>, formatNumber(tried), formatNumber(failed), <Badge key="b" tone={failed === 0 ? 'secure' : 'critical'}>{failed === 0 ? fine : words.tried.failed}</Badge>],
          };
        })}
      />
    </Section>
  );
}

function When({ attestations }: { readonly attestations: readonly AttestationRow[] }) {
  const { columns } = words.when;
  return (
    <Section title={words.when.title} lead={words.when.lead}>
      <Rows
        label={words.when.title}
        none={words.when.none}
        columns={[{ header: columns.at }, { header: columns.cause, hideBelow: 'sm' }, { header: columns.attempts, numeric: true }, { header: columns.through, numeric: true }, { header: columns.result }]}
        rows={attestations.map((row) => ({
          key: row.runId ?? row.at ?? '',
          cells: [
            row.at === null ? '' : formatMoment(row.at),
            words.when.causes[row.cause ?? ''] ?? row.cause,
            formatNumber(row.attempts ?? 0),
            formatNumber(row.attemptFailures ?? 0),
            <Badge key="b" tone={row.passed === true ? 'secure' : 'critical'}>{row.passed === true ? words.verdict.passed : words.verdict.failed}</Badge>,
          ],
        }))}
      />
    </Section>
  );
}

function Chain({ chain }: { readonly chain: NonNullable<NonNullable<AssuranceQuery['chainStatusList']>[number]> | null }) {
  if (chain === null) return null;
  const { facts } = words.chain;
  const tone: Tone = chain.flaw !== null ? 'critical' : chain.verifiedAt === null ? 'neutral' : 'secure';
  return (
    <Section title={words.chain.title} lead={words.chain.lead}>
      <Facts
        facts={[
          [facts.state, <Badge key="b" tone={tone}>{chain.flaw !== null ? words.chain.flawed : chain.verifiedAt === null ? words.chain.unverified : words.chain.holds}</Badge>],
          ...(chain.flaw === null ? [] : [['', chain.flaw] as const]),
          [facts.head, formatNumber(Number(chain.head ?? 0))],
          [facts.verified, chain.verifiedAt === null ? words.chain.notYet : words.chain.verified(formatMoment(chain.verifiedAt), formatNumber(Number(chain.verifiedUpTo ?? 0)))],
          [
            facts.checkpoint,
            chain.checkpoint === null || chain.checkpointAt === null
              ? words.chain.noCheckpoint
              : words.chain.checkpoint(chain.checkpoint, formatMoment(chain.checkpointAt), chain.outside === true ? words.chain.outside : words.chain.inside),
          ],
          ...(chain.digest === null ? [] : [[facts.digest, <Code key="d">{chain.digest}</Code>] as const]),
        ]}
      />
    </Section>
  );
}

function Visits({ visits }: { readonly visits: readonly VisitRow[] }) {
  const { columns } = words.visits;
  return (
    <Section title={words.visits.title} lead={words.visits.lead}>
      <Rows
        label={words.visits.title}
        none={words.visits.none}
        columns={[{ header: columns.at }, { header: columns.reason }, { header: columns.who, hideBelow: 'sm' }, { header: columns.role }, { header: columns.access }]}
        rows={visits.map((visit, index) => ({
          key: `${visit.startedAt}${index}`,
          cells: [
            <Box key="w">
              {visit.startedAt !== null && formatMoment(visit.startedAt)}
              {visit.endedAt !== null && (
                <Text textStyle="xs" color="fg.muted">
                  {words.visits.until(formatMoment(visit.endedAt))}
                </Text>
              )}
            </Box>,
            visit.reason,
            <Code key="o">{visit.operatorId ?? ''}</Code>,
            visit.role,
            words.visits.access[visit.access ?? ''] ?? visit.access,
          ],
        }))}
      />
    </Section>
  );
}

function Keys({ keys }: { readonly keys: readonly NonNullable<NonNullable<AssuranceQuery['keyAgesList']>[number]>[] }) {
  const { columns } = words.keys;
  return (
    <Section title={words.keys.title} lead={words.keys.lead}>
      <Rows
        label={words.keys.title}
        none={words.keys.none}
        columns={[{ header: columns.kid }, { header: columns.state }, { header: columns.age, numeric: true }]}
        rows={keys.map(({ kid, state, ageDays }) => ({
          key: kid ?? '',
          cells: [<Code key="k">{kid ?? ''}</Code>, <Badge key="b" tone={state === 'current' ? 'secure' : 'neutral'}>{words.keys.states[state ?? ''] ?? state}</Badge>, words.keys.days(ageDays ?? 0)],
        }))}
      />
    </Section>
  );
}

function Compliance({ evidence, problem }: { readonly evidence: EvidenceContent | null; readonly problem: string | null }) {
  const { columns } = words.compliance;
  const points = evidence?.compliance ?? [];
  const met = points.filter(({ status }) => status === 'met').length;
  const failed = points.filter(({ status }) => status === 'not met').length;
  return (
    <Section title={words.compliance.title} lead={words.compliance.lead}>
      {evidence === null ? (
        <Text role="status" color="fg.muted">
          {problem ?? words.compliance.waiting}
        </Text>
      ) : (
        <Stack gap="4">
          <Text>
            <strong>{words.compliance.summary(met, met + failed)}</strong> {formatDay(evidence.from)} – {formatMoment(evidence.at)}. {words.compliance.ordered}
          </Text>
          <Rows
            label={words.compliance.title}
            columns={[{ header: columns.point }, { header: columns.title }, { header: columns.status }]}
            rows={points.map(({ framework, point, title, status }) => ({
              key: `${framework} ${point}`,
              cells: [
                <Text key="p" whiteSpace="nowrap">{`${framework} ${point}`}</Text>,
                title,
                <Badge key="b" tone={status === 'met' ? 'secure' : status === 'not met' ? 'attention' : 'neutral'}>{words.compliance.statuses[status] ?? status}</Badge>,
              ],
            }))}
          />
        </Stack>
      )}
    </Section>
  );
}

function Retention({ retention }: { readonly retention: EvidenceContent['retention'] }) {
  return (
    <Section title={words.retention.title}>
      <Facts
        facts={[
          [words.retention.class, words.retention.classes[retention.class] ?? retention.class],
          [words.retention.hold, retention.heldSince === null ? words.retention.noHold : words.retention.since(formatMoment(retention.heldSince), retention.holdReason ?? '')],
        ]}
      />
    </Section>
  );
}

interface RowsProps {
  readonly label: string;
  readonly columns: readonly { readonly header: string; readonly numeric?: boolean; readonly hideBelow?: 'sm' }[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  readonly none?: string;
}

/** A small table; without rows, what that means. */
function Rows({ label, columns, rows, none }: RowsProps) {
  if (rows.length === 0) return <Text color="fg.muted">{none}</Text>;
  return (
    <Box borderWidth="1px" borderColor="border" borderRadius="l2" overflow="hidden" bg="bg.panel" _print={{ borderRadius: '0' }}>
      <Table.Root label={label}>
        <Table.Header>
          <Table.Row>
            {columns.map(({ header, numeric, hideBelow }) => (
              <Table.ColumnHeader key={header} {...(numeric === true && { numeric })} hideBelow={hideBelow}>
                {header}
              </Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {rows.map(({ key, cells }) => (
            <Table.Row key={key}>
              {cells.map((cell, index) => (
                <Table.Cell key={columns[index]?.header} numeric={columns[index]?.numeric} hideBelow={columns[index]?.hideBelow} rowHeader={index === 0}>
                  {cell}
                </Table.Cell>
              ))}
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}

function Badge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <StatusBadge tone={tone} size="sm">
      {children}
    </StatusBadge>
  );
}

function present<Row>(rows: readonly (Row | null)[] | null): readonly Row[] {
  return rows?.filter((row): row is Row => row !== null) ?? [];
}
