/** The table of seeded faults for people: `docs/reference/seeded-faults.md`, written from the data. */
import { FAULTS } from '../prover/faults.ts';
import { PATCHES } from './patches.ts';
import type { Edit, SqlEdit } from './patches.ts';

/** Where it is kept. */
export const TABLE_PATH = 'docs/reference/seeded-faults.md';

/** The whole page. */
export function tableOfFaults(): string {
  return `# Seeded faults

<!-- Written by \`npm run faults -- --table\` from tests/faults/patches.ts and tests/prover/faults.ts; a test compares. -->

${PATCHES.length + FAULTS.length} mistakes, each planted on purpose, and what goes red. A mistake that nothing catches is a hole in the proof: add the check first, then the row.

- \`npm run faults\` plants the ${PATCHES.length} of code, one after the other, in a copy of the tree and runs the named test there; without a fault the same
  tests are green. \`npm run faults -- envelope\` takes those whose row contains the word. Exit code 1 when one is not caught.
- The ${FAULTS.length} of the catalogs are planted by \`tests/prover/posture.test.ts\` in every run of the suite, each in a transaction that is taken back.
- Over HTTP, \`tests/prover/outside.test.ts\` swaps the tokens for the rival's and the rival's token for the own: every attempt must be able to go red.
- What the bench would see, \`npm run bench -- isolation\` shows before each run by three planted values.

## In code and functions

| # | fault | planted in | by | caught by |
|---:|---|---|---|---|
${PATCHES.map(({ fault, edits, test, title }, index) => row([String(index + 1), fault, edits.map(placeOf).join(', '), edits.slice(0, 1).map(changeOf).join(''), `\`${test}\`: … ${title} …`])).join('\n')}

## In the catalogs

\`{a}\`, \`{b}\`: schemas of two tenants; \`{ra}\`, \`{rb}\`: their roles; \`{g}\`: gates; \`{p}\`: the prefix of fixed roles; \`{db}\`: the database.

| # | planted by | statement | caught by the posture’s kind |
|---:|---|---|---|
${FAULTS.map(({ by, sql, kind }, index) => row([String(PATCHES.length + index + 1), by, code(sql), `\`${kind}\``])).join('\n')}
`;
}

function placeOf(edit: Edit | SqlEdit): string {
  return 'file' in edit ? `\`${edit.file}\`` : `\`${edit.routine}()\``;
}

const SHOWN = 90;

function changeOf({ from, to }: Edit | SqlEdit): string {
  return to === '' ? `without ${code(from)}` : `${code(from)} → ${code(to)}`;
}

function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
