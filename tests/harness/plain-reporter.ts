/** Ends a vitest run with the plain line `N passed, N failed` (`, N skipped`), for people and for scripts. */
import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * The reporter. It writes when the process exits, since coverage and tear-down report after the last test;
 * what fails there, or a file that can't be loaded, counts as one failure, so that the line never says
 * less than the exit code.
 */
export function plainReporter(): Reporter {
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  process.once('exit', (code) => {
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    writeSync(1, `${plainLine(counts)}\n`);
  });
  return {
    onTestRunEnd(modules, unhandledErrors) {
      counts = count(modules);
      counts.failed += unhandledErrors.length;
    },
  };
}

/** @returns the line, which leaves `skipped` out when there are none */
export function plainLine({ passed, failed, skipped }: Readonly<Counts>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function count(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state !== 'pending') counts[state] += 1;
    }
  }
  return counts;
}
