/** `npm run bench -- <name> [--tenants N] [--json]`: measures ours against a baseline in one run, as ratios. */
import { parseArgs } from 'node:util';
import { runCommand } from '../config/run-command.ts';
import { auditBench } from './audit.ts';
import { graphqlBench } from './graphql.ts';
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
};

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { tenants: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const name = positionals[0] ?? '';
  const bench = benches[name];
  const tenants = values.tenants === undefined ? undefined : Number(values.tenants);
  if (bench === undefined || (tenants !== undefined && !(Number.isInteger(tenants) && tenants > 0))) {
    console.error(`Usage: npm run bench -- <${Object.keys(benches).join('|')}> [--tenants N] [--json]`);
    process.exitCode = 2;
    return;
  }
  const report = await bench(tenants === undefined ? {} : { tenants });
  printReport(name, report, values.json);
});
