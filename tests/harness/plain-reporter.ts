/**
 * Ends a vitest run with a line `FAILED …` for each test that failed and the plain line `N passed, N failed`
 * (`, N skipped`), for people and for scripts that see the end of a log only.
 */
import { writeSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

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
  let failures: string[] = [];
  process.once('exit', (code) => {
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    writeSync(1, [...failures, plainLine(counts), ''].join('\n'));
  });
  return {
    onTestRunEnd(modules, unhandledErrors) {
      counts = count(modules);
      counts.failed += unhandledErrors.length;
      failures = [
        ...modules.flatMap(moduleFailures),
        ...unhandledErrors.map((error) => failureLine('outside of every test', [error])),
      ];
    },
  };
}

/** @returns the line, which leaves `skipped` out when there are none */
export function plainLine({ passed, failed, skipped }: Readonly<Counts>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** The line of one failure, with the first line of what was thrown: enough to know where to look. */
function failureLine(where: string, errors: readonly SerializedError[]): string {
  const message = stripVTControlCharacters(errors[0]?.message ?? '').split('\n', 1)[0];
  return `FAILED ${where}: ${message}`;
}

function moduleFailures(module: TestModule): string[] {
  const path = module.relativeModuleId;
  const failures = module.errors().length > 0 ? [failureLine(path, module.errors())] : [];
  for (const test of module.children.allTests('failed')) {
    failures.push(failureLine(`${path} > ${test.fullName}`, test.result().errors ?? []));
  }
  return failures;
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
