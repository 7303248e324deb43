/** The shape of a bench's outcome, for people and for scripts. */

/** One measured figure beside its baseline. */
export interface Result {
  readonly metric: string;
  readonly ours: number;
  /** null: nothing to compare with */
  readonly baseline: number | null;
  /** ours / baseline */
  readonly ratio: number | null;
  /** what the ratio, or without one the figure, must come to; such as '<= 0.9' */
  readonly target: string | null;
  readonly unit: string;
}

/** What a bench found and under which circumstances. */
export interface Report {
  readonly config: Readonly<Record<string, string | number | boolean>>;
  readonly results: readonly Result[];
  /** What must not be: the bench ends with exit code 1. */
  readonly failed?: readonly string[];
}

/** Options of every bench. */
export interface BenchOptions {
  readonly tenants?: number;
  /** How many operations, where a bench counts them. */
  readonly operations?: number;
  /** A file to which a run's counts are added, so that runs sum up. */
  readonly totals?: string;
}

/** A bench: sets up, measures, removes what it made. */
export type Bench = (options: BenchOptions) => Promise<Report>;

/** The middle value; of an even number the lower one of the two. @throws RangeError when there is none */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  if (middle === undefined) throw new RangeError('the median of nothing');
  return middle;
}

/** A result whose ratio is ours to baseline. */
export function compared(metric: string, ours: number, baseline: number, unit: string, target: string | null): Result {
  return { metric, ours: rounded(ours), baseline: rounded(baseline), ratio: rounded(ours / baseline), target, unit };
}

/**
 * A result of two that took turns: the medians of both, and as their ratio the median of the rounds' own ratios, since what slows a machine
 * down for a while slows down both sides of a round.
 */
export function inTurns(metric: string, ours: readonly number[], baseline: readonly number[], unit: string, target: string | null): Result {
  const ratio = median(ours.map((value, round) => value / (baseline[round] ?? NaN)));
  return { metric, ours: rounded(median(ours)), baseline: rounded(median(baseline)), ratio: rounded(ratio), target, unit };
}

/** A result of its own. */
export function single(metric: string, ours: number, unit: string, target: string | null = null): Result {
  return { metric, ours: rounded(ours), baseline: null, ratio: null, target, unit };
}

/** A count, to the last digit. */
export function counted(metric: string, count: number, unit: string, target: string | null = null): Result {
  return { metric, ours: count, baseline: null, ratio: null, target, unit };
}

/** Prints a table, and with `json` one JSON object as the last line. */
export function printReport(bench: string, { config, results, failed = [] }: Report, json: boolean): void {
  console.log(`\n${bench}: ${Object.entries(config).map(([key, value]) => `${key} ${value}`).join(', ')}`);
  for (const { metric, ours, baseline, ratio, target, unit } of results) {
    const against = baseline === null ? '' : ` / ${baseline} = ${ratio}`;
    console.log(`  ${metric}: ${ours}${against} ${unit}${target === null ? '' : ` (target ${target})`}`);
  }
  for (const what of failed) console.log(`  FAILED ${what}`);
  if (json) console.log(JSON.stringify({ bench, config, results }));
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
