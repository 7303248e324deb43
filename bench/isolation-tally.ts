/** What a run has counted: every operation under its surface, every failure under its code, nothing left out. */
import { appendFile, readFile } from 'node:fs/promises';
import { foreignIn } from './isolation-stamps.ts';

/** A foreign value: who asked, by what, and whose it was. */
export interface Sighting {
  readonly surface: string;
  readonly tenant: string;
  readonly rival: string;
  readonly operation: string;
}

export interface Tally {
  readonly surfaces: Map<string, number>;
  /** Failures as `surface code`. */
  readonly failures: Map<string, number>;
  /** What was done to the installation meanwhile. */
  readonly chaos: Map<string, number>;
  readonly sightings: Sighting[];
  /** Answers that held a stamp of their own tenant: without them nothing was looked at. */
  own: number;
  operations: number;
  bytes: number;
}

/** Counts from nothing. */
export function createTally(): Tally {
  return { surfaces: new Map(), failures: new Map(), chaos: new Map(), sightings: [], own: 0, operations: 0, bytes: 0 };
}

/** Adds one to a count. */
export function increase(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** Counts an operation that was answered, and looks at every byte of the answer. */
export function noteAnswer(tally: Tally, surface: string, tenant: string, operation: string, answer: string): void {
  tally.operations += 1;
  tally.bytes += answer.length;
  increase(tally.surfaces, surface);
  const encoded = !surface.startsWith('lane');
  if (answer.includes(`⟦${tenant}⟧`)) tally.own += 1;
  for (const rival of foreignIn(answer, tenant, encoded)) tally.sightings.push({ surface, tenant, rival, operation });
}

/** Counts an operation that failed. */
export function noteFailure(tally: Tally, surface: string, code: string): void {
  tally.operations += 1;
  increase(tally.surfaces, surface);
  increase(tally.failures, `${surface} ${code}`);
}

/** One run as a line of the file of totals. */
interface Totals {
  readonly at: string;
  readonly operations: number;
  readonly foreign: number;
  readonly own: number;
  readonly surfaces: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly chaos: Readonly<Record<string, number>>;
}

/** Appends a run to a file of totals. @returns the sums over all its lines, this one included */
export async function addToTotals(file: string, tally: Tally): Promise<{ runs: number; operations: number; foreign: number }> {
  const line: Totals = {
    at: new Date().toISOString(),
    operations: tally.operations,
    foreign: tally.sightings.length,
    own: tally.own,
    surfaces: Object.fromEntries(tally.surfaces),
    failures: Object.fromEntries(tally.failures),
    chaos: Object.fromEntries(tally.chaos),
  };
  await appendFile(file, `${JSON.stringify(line)}\n`);
  const runs = (await readFile(file, 'utf8')).trim().split('\n').map((text) => JSON.parse(text) as Totals);
  const sum = (of: (totals: Totals) => number) => runs.reduce((total, run) => total + of(run), 0);
  return { runs: runs.length, operations: sum(({ operations }) => operations), foreign: sum(({ foreign }) => foreign) };
}
