/** `npm run bench -- <name> [--tenants N] [--operations M] [--totals FILE] [--json]`: measures ours against a baseline in one run, as ratios. */
import { parseArgs } from 'node:util';
import { runCommand } from '../config/run-command.ts';
import { auditBench } from './audit.ts';
import { consoleBench } from './console.ts';
import { graphqlBench } from './graphql.ts';
import { isolationBench } from './isolation.ts';
import { policiesBench } from './policies.ts';
import { provisionBench } from './provision.ts';
import { printReport } from './report.ts';
import { startupBench } from './startup.ts';
import type { Bench } from './report.ts';

const benches: Readonly<Record<string, Bench>> = {
  provision: provisionBench,
  graphql: graphqlBench,
  startup: startupBench,
  policies: policiesBench,
  audit: auditBench,
  isolation: isolationBench,
  console: consoleBench,
};

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tenants: { type: 'string' },
      operations: { type: 'string' },
      totals: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const name = positionals[0] ?? '';
  const bench = benches[name];
  const [tenants, operations] = [values.tenants, values.operations].map((value) => (value === undefined ? undefined : Number(value)));
  const isCount = (value: number | undefined) => value === undefined || (Number.isInteger(value) && value > 0);
  if (bench === undefined || !isCount(tenants) || !isCount(operations)) {
    console.error(`Usage: npm run bench -- <${Object.keys(benches).join('|')}> [--tenants N] [--operations M] [--totals FILE] [--json]`);
    process.exitCode = 2;
    return;
  }
  const report = await bench({
    ...(tenants !== undefined && { tenants }),
    ...(operations !== undefined && { operations }),
    ...(values.totals !== undefined && { totals: values.totals }),
  });
  printReport(name, report, values.json);
  if (report.failed !== undefined && report.failed.length > 0) process.exitCode = 1;
});
