/** The parts of the page, each an answer to a question that an auditor asks. */
import { GROUPS, groupsOf } from '../../../components/checks.ts';
import { Facts } from '../../../components/facts.tsx';
import { PointFacts } from '../../../components/point-facts.tsx';
import { STANDING_TONES, standingOf } from '../../../components/standing.ts';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Stack, Text } from '../../../components/ui/layout.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { assurance as words } from '../../../text/assurance.ts';
import { formatDay, formatMoment, formatNumber } from '../../../text/format.ts';
import { security } from '../../../text/security.ts';
import type { AttestationRow, VisitRow } from '../api/assurance.ts';
import type { AssuranceQuery } from '../api/assurance.tenant.generated.ts';
import { checksIn } from '../api/statements.ts';
import type { AttestationContent, EvidenceContent } from '../api/statements.ts';
import { Badge, Rows } from './rows.tsx';
import { Section } from './section.tsx';

export function Tried({ said }: { readonly said: AttestationContent }) {
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

export function When({ attestations }: { readonly attestations: readonly AttestationRow[] }) {
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

export function Chain({ chain }: { readonly chain: NonNullable<NonNullable<AssuranceQuery['chainStatusList']>[number]> | null }) {
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

export function Visits({ visits }: { readonly visits: readonly VisitRow[] }) {
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

export function Keys({ keys }: { readonly keys: readonly NonNullable<NonNullable<AssuranceQuery['keyAgesList']>[number]>[] }) {
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

export function Compliance({ evidence, problem }: { readonly evidence: EvidenceContent | null; readonly problem: string | null }) {
  const { columns } = words.compliance;
  const points = evidence?.compliance ?? [];
  const { met = [], notMet = [] } = Object.groupBy(points, standingOf);
  return (
    <Section title={words.compliance.title} lead={words.compliance.lead}>
      {evidence === null ? (
        <Text role="status" color="fg.muted">
          {problem ?? words.compliance.waiting}
        </Text>
      ) : (
        <Stack gap="4">
          <Text>
            <strong>{words.compliance.summary(met.length, met.length + notMet.length)}</strong> {formatDay(evidence.from)} – {formatMoment(evidence.at)}. {words.compliance.ordered}
          </Text>
          <Rows
            label={words.compliance.title}
            columns={[{ header: columns.point }, { header: columns.title }, { header: columns.status }]}
            rows={points.map(({ framework, point, title, status, facts }) => ({
              key: `${framework} ${point}`,
              cells: [
                <Text key="p" whiteSpace="nowrap">{`${framework} ${point}`}</Text>,
                <Box key="t">
                  {title}
                  <PointFacts facts={facts} />
                </Box>,
                <Badge key="b" tone={STANDING_TONES[standingOf({ status, facts })]}>{words.compliance.standings[standingOf({ status, facts })]}</Badge>,
              ],
            }))}
          />
        </Stack>
      )}
    </Section>
  );
}

export function Retention({ retention }: { readonly retention: EvidenceContent['retention'] }) {
  return (
    <Section title={words.retention.title}>
      <Facts
        facts={[
          [words.retention.class, words.retention.classes[retention.class] ?? retention.class],
          [words.retention.hold, retention.heldSince === null ? words.retention.noHold : words.retention.since(formatMoment(retention.heldSince))],
        ]}
      />
    </Section>
  );
}
