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

/** Tests that run at once, each in a copy of its own. */
const COPIES = 2;
/** Characters of a test's output that are shown where a fault was not caught. */
const OUTPUT = 1_500;

await runCommand(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { table: { type: 'boolean', default: false } } });
  if (values.table) {
    await writeFile(new URL(`../${TABLE_PATH}`, import.meta.url), tableOfFaults());
    console.log(`wrote ${TABLE_PATH}`);
    return;
  }
  const [word] = positionals;
  const patches = PATCHES.filter((patch) => word === undefined || JSON.stringify(patch).includes(word));
  const copies = await Promise.all(Array.from({ length: COPIES }, copyTree));
  let missed = 0;
  const inTurn = async <T>(jobs: readonly T[], work: (copy: Copy, job: T) => Promise<void>) => {
    const waiting = [...jobs];
    await Promise.all(copies.map(async (copy) => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await work(copy, job);
    }));
  };
  try {
    // A test that is red by itself catches nothing.
    const unsound = new Set<string>();
    await inTurn([...Map.groupBy(patches, ({ test }) => test)], async (copy, [test, of]) => {
      const { red, green, output } = await copy.run(test, of.map(({ title }) => title), []);
      if (red.length === 0 && green > 0) return;
      unsound.add(test);
      console.log(`UNSOUND     ${test}: ${green} green, ${red.length} red without any fault: ${red.join('; ')}\n${output.slice(-OUTPUT)}`);
    });
    await inTurn(patches, async (copy, { fault, edits, test, title }) => {
      const started = performance.now();
      const { red, output } = await copy.run(test, [title], edits);
      const caught = red.length > 0 && !unsound.has(test);
      if (!caught) missed += 1;
      const seconds = Math.round((performance.now() - started) / 1_000);
      console.log(caught ? `caught      ${fault} (${seconds} s): ${red[0]}` : `NOT CAUGHT  ${fault}: ${test}, ${title}\n${output.slice(-OUTPUT)}`);
    });
  } finally {
    await Promise.all(copies.map((copy) => copy.remove()));
  }
  console.log(`${patches.length - missed} caught, ${missed} not caught`);
  if (missed > 0) process.exitCode = 1;
});
