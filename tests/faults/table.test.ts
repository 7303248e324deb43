/** The seeded faults stay plantable, and their table is the one in the documents. `npm run faults` plants them. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FAULTS } from '../prover/faults.ts';
import { planted } from './copy.ts';
import { PATCHES } from './patches.ts';
import { TABLE_PATH, tableOfFaults } from './table.ts';

const read = async (file: string) => await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');

test('there are at least fifty, none twice', () => {
  expect(PATCHES.length).toBeGreaterThanOrEqual(50);
  expect(new Set(PATCHES.map(({ fault }) => fault)).size).toBe(PATCHES.length);
  expect(FAULTS.length).toBeGreaterThanOrEqual(50);
});

test.each(PATCHES.map((patch) => [patch.fault, patch] as const))('can be planted: %s', async (_fault, { edits, test: file, title }) => {
  expect(existsSync(new URL(`../../${file}`, import.meta.url)), file).toBe(true);
  for (const edit of edits) {
    if ('file' in edit) {
      expect(planted(await read(edit.file), edit)).not.toBe(await read(edit.file));
      continue;
    }
    const text = await read(`sql/functions/${edit.routine.replace('.', '/')}.sql`);
    // PostgreSQL keeps no text of a body that is `begin atomic`: it writes it in words of its own.
    if (!text.includes('begin atomic')) expect(text).toContain(edit.from);
  }
  expect(title.length).toBeGreaterThan(4);
});

test('a place that is gone, or there twice, is refused', () => {
  expect(planted('a b', { file: 'f', from: 'b', to: '$&' })).toBe('a $&');
  expect(() => planted('a b', { file: 'f', from: 'c', to: '' })).toThrow('0 times');
  expect(() => planted('b b', { file: 'f', from: 'b', to: '' })).toThrow('2 times');
});

test('the table is the one of the data: `npm run faults -- --table` writes it', async () => {
  expect(await read(TABLE_PATH)).toBe(tableOfFaults());
});
