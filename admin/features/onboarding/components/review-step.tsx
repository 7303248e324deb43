import type { ReactNode } from 'react';
import { QueryStates } from '../../../components/query-states.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Flex, Grid, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { useApiQuery } from '../../../graphql/api.tsx';
import type { Problem } from '../../../session/problem.ts';
import { errors } from '../../../text/errors.ts';
import { onboarding as words } from '../../../text/onboarding.ts';
import { ProvisioningEstimateDocument } from '../api/onboarding.generated.ts';
import type { ProvisioningEstimateQuery } from '../api/onboarding.generated.ts';
import { stepOf } from './draft.ts';
import type { Step } from './draft.ts';
import { formatDuration } from './durations.ts';
import { labelOf } from './schema-fields.tsx';
import type { StepProps } from './wizard.tsx';

type Estimate = NonNullable<ProvisioningEstimateQuery['provisioningEstimate']>;

/** All that was entered, what there is room for, and how long it should take. */
export function ReviewStep({ draft, templates, sections, problem, onChange }: StepProps & { readonly problem: Problem | null; readonly onChange: (step: Step) => void }) {
  const estimate = useApiQuery(ProvisioningEstimateDocument, {}, { every: 10_000 });
  const settingsOf = (heldBy: string): readonly Fact[] =>
    sections
      .filter((section) => section.heldBy === heldBy)
      .flatMap(({ key }) => Object.entries(draft.settings[key] ?? {}).map(([name, value]) => ({ label: labelOf(name), value: value === true ? words.yes : String(value) })));
  const orNot = (value: string): string => (value.trim() === '' ? words.notSet : value.trim());
  const administrator = [draft.adminName.trim(), draft.adminEmail.trim()].filter((part) => part !== '').join(', ');
  return (
    <Stack gap="5">
      {problem !== null && <Refusal problem={problem} onChange={onChange} />}
      <Text color="fg.muted">{words.reviewLead}</Text>
      <Facts
        title={words.steps.about}
        onChange={() => onChange('about')}
        facts={[
          { label: words.name, value: draft.name.trim() },
          { label: words.id, value: <Code>{draft.id}</Code> },
          { label: words.domain, value: orNot(draft.domain) },
          { label: words.description, value: orNot(draft.description) },
        ]}
      />
      <Facts
        title={words.steps.start}
        onChange={() => onChange('start')}
        facts={[{ label: words.template, value: templates.find(({ template }) => template === draft.template)?.title ?? draft.template }, ...settingsOf('tenant')]}
      />
      <Facts
        title={words.steps.access}
        onChange={() => onChange('access')}
        facts={[
          { label: words.tier, value: words.tiers[draft.tier].title },
          ...settingsOf('operators'),
          { label: words.administrator, value: orNot(administrator) },
          { label: words.activate, value: draft.activate ? words.yes : words.no },
        ]}
      />
      <QueryStates query={estimate} skeleton={<LinesSkeleton count={2} />}>
        {({ provisioningEstimate }) => (provisioningEstimate === null ? null : <Expectation estimate={provisioningEstimate} dedicated={draft.tier === 'dedicated'} />)}
      </QueryStates>
    </Stack>
  );
}

interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

function Facts({ title, facts, onChange }: { readonly title: string; readonly facts: readonly Fact[]; readonly onChange: () => void }) {
  return (
    <Box as="section" borderWidth="1px" borderColor="border" borderRadius="l2" px="4" py="3">
      <Flex justify="space-between" align="center" mb="2">
        <Heading as="h4" size="sm">
          {title}
        </Heading>
        <Button size="xs" aria-label={`${words.change}: ${title}`} onClick={onChange}>
          {words.change}
        </Button>
      </Flex>
      <Grid as="dl" templateColumns={{ base: '1fr', sm: '11rem 1fr' }} columnGap="4" rowGap={{ base: '0', sm: '1.5' }} textStyle="sm">
        {facts.map(({ label, value }) => (
          <Box key={label} display="contents">
            <Text as="dt" color="fg.muted">
              {label}
            </Text>
            <Box as="dd" overflowWrap="anywhere" mb={{ base: '2', sm: '0' }}>
              {value}
            </Box>
          </Box>
        ))}
      </Grid>
    </Box>
  );
}

/** Values from which on a twentieth of them is one. */
const ENOUGH_RUNS = 20;

/** How long it should take, as far as so many runs tell. */
export function expectedTime(medianMs: number | null, p95Ms: number | null, runs: number): string {
  if (medianMs === null || p95Ms === null || runs === 0) return words.noEstimate;
  return runs < ENOUGH_RUNS ? words.expectedOfFew(formatDuration(medianMs), runs) : words.expected(formatDuration(medianMs), formatDuration(p95Ms), runs);
}

function Expectation({ estimate, dedicated }: { readonly estimate: Estimate; readonly dedicated: boolean }) {
  const { medianMs, p95Ms, runs, waiting, lane, laneTenants, freeLanes } = estimate;
  const full = dedicated ? (freeLanes ?? 0) === 0 : lane === null;
  return (
    <Stack gap="3">
      <Notice tone={full ? 'critical' : 'info'} title={words.capacity}>
        {dedicated
          ? full
            ? words.noFreeLane
            : words.freeLanes(freeLanes ?? 0)
          : lane === null
            ? words.noLane
            : `${words.lane(lane, laneTenants ?? 0)} ${words.freeLanes(freeLanes ?? 0)}`}
      </Notice>
      <Notice tone="info" title={words.time}>
        {expectedTime(medianMs, p95Ms, runs ?? 0)}
        {(waiting ?? 0) > 0 && ` ${words.waiting(waiting ?? 0)}`}
      </Notice>
    </Stack>
  );
}

function Refusal({ problem, onChange }: { readonly problem: Problem; readonly onChange: (step: Step) => void }) {
  const { title, next } = errors[problem.code];
  const [first] = problem.errors;
  return (
    <Notice
      tone="critical"
      urgent
      title={title}
      {...(first !== undefined && {
        actions: (
          <Button size="sm" onClick={() => onChange(stepOf(first.field))}>
            {words.change}
          </Button>
        ),
      })}
    >
      {problem.message !== '' && <p>{problem.message}</p>}
      {problem.errors.map(({ field, message }) => (
        <p key={field}>
          <Code>{field}</Code> {message}
        </p>
      ))}
      <p>{next}</p>
    </Notice>
  );
}
