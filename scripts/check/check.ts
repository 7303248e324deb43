/** `npm run check`: every rule a machine can check, one line each, complaints below; exit 1 on any. */
import { boundaryComplaints } from './boundaries.ts';
import { complaintsOf } from './command.ts';
import { environmentComplaints } from './environment.ts';
import { errorCodeComplaints } from './error-codes.ts';
import { hygieneComplaints } from './hygiene.ts';
import { migrationComplaints } from './migration-lint.ts';
import { sqlComplaints } from './sql-rules.ts';
import { operationComplaints } from '../graphql-operations.ts';
import { snapshotComplaints } from '../snapshots.ts';

/** What is checked. A check returns its complaints, one a line; none means it passed. */
const checks: Readonly<Record<string, () => string[] | Promise<string[]>>> = {
  types: () => complaintsOf('tsc', ['--project', '.']),
  'console types': () => complaintsOf('tsc', ['--project', 'tests/console']),
  lint: () => complaintsOf('oxlint', ['--deny-warnings', '--format', 'unix']),
  unused: () => complaintsOf('knip', ['--no-progress', '--reporter', 'compact']),
  boundaries: boundaryComplaints,
  sql: sqlComplaints,
  migrations: migrationComplaints,
  'error codes': errorCodeComplaints,
  environment: environmentComplaints,
  hygiene: hygieneComplaints,
  snapshots: snapshotComplaints,
  operations: operationComplaints,
};

const outcomes = await Promise.all(
  Object.entries(checks).map(async ([name, check]) => {
    const start = performance.now();
    const complaints = await check();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const verdict = complaints.length === 0 ? 'ok' : 'failed';
    console.log(`${name.padEnd(13)} ${verdict.padEnd(6)} ${seconds.padStart(5)} s`);
    for (const complaint of complaints) console.log(`  ${complaint}`);
    return complaints.length === 0;
  }),
);
const failed = outcomes.filter((passed) => !passed).length;
console.log(failed === 0 ? `all ${outcomes.length} checks passed` : `${failed} of ${outcomes.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
