import type { ReactNode } from 'react';
import { Metric } from '../../../components/ui/metric.tsx';
import { Box, Grid, Heading, VisuallyHidden } from '../../../components/ui/layout.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { CardsSkeleton } from '../../../components/ui/skeleton.tsx';
import { useApiQuery } from '../../../graphql/api.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { formatNumber } from '../../../text/format.ts';
import { security as words } from '../../../text/security.ts';
import { ForeignContextsDocument, IsolationSummaryDocument } from '../api/security.generated.ts';

/** What has to be zero, each with what it counts. */
export function Counters() {
  const query = useApiQuery(IsolationSummaryDocument, {}, { every: 15_000 });
  const may = useMay();
  return (
    <Box as="section">
      <VisuallyHidden>
        <Heading as="h2">{words.counters.label}</Heading>
      </VisuallyHidden>
      <QueryStates query={query} skeleton={<CardsSkeleton count={7} />}>
        {({ isolationSummary: summary, systemStatus: status }) => (
          <Grid templateColumns={{ base: '1fr', sm: 'repeat(12, 1fr)' }} gap="4" css={spans(may('accesses.read'))}>
            <Zero label={words.counters.breaches} help={words.counters.breachesHelp} figure={summary?.attemptFailures} of={Number(summary?.attempts ?? 0)} note={words.counters.breachesNote(Number(summary?.attempts ?? 0))} />
            <Zero label={words.counters.posture} help={words.counters.postureHelp} figure={summary?.postureFailures} of={Number(summary?.postureChecks ?? 0)} note={words.counters.postureNote(Number(summary?.postureChecks ?? 0))} />
            {may('accesses.read') && <ForeignContexts />}
            <Zero label={words.counters.alerts} help={words.counters.alertsHelp} figure={summary?.openAlerts} note={words.counters.alertsNote(summary?.criticalAlerts ?? 0)} mild={summary?.criticalAlerts === 0} />
            <Zero label={words.counters.unproven} help={words.counters.unprovenHelp} figure={summary?.unproven} of={summary?.tenants ?? 0} note={words.counters.unprovenNote(summary?.tenants ?? 0)} />
            <Zero label={words.counters.broken} help={words.counters.brokenHelp} figure={summary?.broken} of={summary?.tenants ?? 0} />
            <Flaws flawed={status === null ? undefined : status.flawedChains} verifiedAt={status?.chainsVerifiedAt ?? null} />
          </Grid>
        )}
      </QueryStates>
    </Box>
  );
}

/** No hole at the end: seven are three over four, six are three over three, and two by two the last of an odd number takes the row. */
function spans(seven: boolean): Readonly<Record<string, unknown>> {
  return {
    sm: { '& > *': { gridColumn: 'span 6' }, '& > *:last-child:nth-child(odd)': { gridColumn: '1 / -1' } },
    xl: { '& > *, & > *:last-child:nth-child(odd)': { gridColumn: seven ? 'span 3' : 'span 4' }, '& > *:nth-child(-n + 3)': { gridColumn: 'span 4' } },
  };
}

function ForeignContexts() {
  const query = useApiQuery(ForeignContextsDocument, {}, { every: 30_000 });
  return <Zero label={words.counters.foreign} help={words.counters.foreignHelp} figure={query.data?.foreignContexts ?? undefined} note={words.counters.foreignNote} />;
}

/** How many chains do not hold: no figure at all while nobody has looked. */
export function Flaws({ flawed, verifiedAt }: { readonly flawed: number | null | undefined; readonly verifiedAt: string | null }) {
  const { flaws: label, flawsHelp: help, flawsUnverified, flawsNote } = words.counters;
  if (flawed === null) return <Metric label={label} help={help} value="—" status={{ tone: 'neutral', word: flawsUnverified }} note={flawsNote} />;
  return <Zero label={label} help={help} figure={flawed} {...(verifiedAt !== null && { note: <RelativeTime at={verifiedAt} /> })} />;
}

interface ZeroProps {
  readonly label: string;
  readonly help: string;
  readonly figure: number | string | null | undefined;
  readonly note?: ReactNode;
  /** Of how many: none of nothing is no good sign. */
  readonly of?: number;
  /** More than none is worth a look and no breach. */
  readonly mild?: boolean;
}

function Zero({ label, help, figure, note, of, mild = false }: ZeroProps) {
  if (figure === null || figure === undefined) return <Metric label={label} help={help} value={null} />;
  const value = Number(figure);
  const clear = of === 0 ? ({ tone: 'neutral', word: words.nothingYet } as const) : ({ tone: 'secure', word: words.zero } as const);
  const status = value === 0 ? clear : ({ tone: mild ? 'attention' : 'critical', word: words.notZero } as const);
  return <Metric label={label} help={help} value={formatNumber(value)} status={status} {...(note !== undefined && { note })} />;
}
