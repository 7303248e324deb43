/**
 * `npm run faults [-- word] [-- --table]`: plants every seeded fault of tests/faults/patches.ts in a copy of the tree and runs the test that must catch it.
 * Exit code 1 when one is not caught, or when that test fails without any fault. `--table` only writes docs/reference/seeded-faults.md.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runCommand } from '../config/run-command.ts';
import { copyTree } from '../tests/faults/copy.ts';
import type { Copy } from '../tests/faults/copy.ts';
import { PATCHES } from '../tests/faults/patches.ts';
import { TABLE_PATH, tableOfFaults } from '../tests/faults/table.ts';
import type { TestCluster } from '../tests/harness/cluster.ts';
import { setup } from '../tests/harness/global-setup.ts';

/** Tests that run at once, each in a copy of its own. */
const COPIES = 2;
/** Characters of a test's output that are shown where something is not as it has to be. */
const OUTPUT = 6_000;

await runCommand(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { table: { type: 'boolean', default: false } } });
  if (values.table) {
    await writeFile(new URL(`../${TABLE_PATH}`, import.meta.url), tableOfFaults());
    console.log(`wrote ${TABLE_PATH}`);
    return;
  }
  const [word] = positionals;
  const patches = PATCHES.filter((patch) => word === undefined || JSON.stringify(patch).includes(word));
  const { promise: cluster, resolve: provide } = Promise.withResolvers<TestCluster>();
  // One cluster and one template for all runs: a file clones its own database from it.
  const tearDown = await setup({ provide: (_key, value) => provide(value), config: { coverage: { enabled: false } } });
  const copies: Copy[] = [];
  let missed = 0;
  const inTurn = async <T>(jobs: readonly T[], work: (copy: Copy, job: T) => Promise<void>) => {
    const waiting = [...jobs];
    await Promise.all(copies.map(async (copy) => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await work(copy, job);
    }));
  };
  try {
    for (let n = 0; n < COPIES; n += 1) copies.push(await copyTree(await cluster));
    await inTurn(patches, async (copy, { fault, edits, test, title }) => {
      const started = performance.now();
      const { red, output } = await copy.run(test, [title], edits);
      if (red.length === 0) missed += 1;
      const seconds = Math.round((performance.now() - started) / 1_000);
      console.log(red.length > 0 ? `caught      ${fault} (${seconds} s): ${red[0]}` : `NOT CAUGHT  ${fault}: ${test}, ${title}\n${output.slice(0, OUTPUT)}`);
    });
    // A test that is red by itself catches nothing.
    await inTurn([...Map.groupBy(patches, ({ test }) => test)], async (copy, [test, of]) => {
      const { red, green, output } = await copy.run(test, of.map(({ title }) => title), []);
      if (red.length === 0 && green > 0) console.log(`sound       ${test}: ${green} green without a fault`);
      else {
        missed += of.length;
        console.log(`UNSOUND     ${test}: ${green} green, ${red.length} red without a fault: ${red.join('; ')}\n${output.slice(0, OUTPUT)}`);
      }
    });
  } finally {
    await Promise.all(copies.map((copy) => copy.remove()));
    await tearDown();
  }
  console.log(`${patches.length - missed} caught, ${missed} not caught`);
  if (missed > 0) process.exitCode = 1;
});
