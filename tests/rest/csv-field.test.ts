import { describe, expect, test } from 'vitest';
import { csvField } from '../../server/rest/audit/csv-field.ts';

/** Splits a file as a spreadsheet does: quotes hold only what they begin, and what follows them belongs to the cell. */
function cells(file: string, separator: string): string[] {
  const found: string[] = [];
  for (let at = 0; at <= file.length; ) {
    let cell = '';
    if (file[at] === '"') {
      for (at += 1; at < file.length && !(file[at] === '"' && file[at + 1] !== '"'); at += 1) {
        if (file[at] === '"') at += 1;
        cell += file[at] ?? '';
      }
      at += 1;
    }
    while (at < file.length && file[at] !== separator && file[at] !== '\n' && file[at] !== '\r') {
      cell += file[at] ?? '';
      at += 1;
    }
    found.push(cell);
    at += 1;
  }
  return found;
}

const isFormula = (cell: string): boolean => /^[\s"]*[=+\-@＝＋－＠]/.test(cell);

const attacks = [
  '=1+1', '+1', '-1', '@SUM(A1)', '＝1+1', ' =1+1', '\t=1+1', '\r=1+1',
  'harmless;=1+1', 'harmless; =1+1', 'harmless;"=1+1"', ';;=1+1', 'a;\t@x', 'first\n=1+1', 'first\r\n+1', 'a\t=1+1', 'a|=1+1', `a;=cmd|' /C calc'!A1;b`, 'a;＝1+1', '"=1+1', '";=1+1;"',
];

describe.each([[','], [';'], ['\t'], ['|']])('where cells are separated by %j', (separator) => {
  test.each([...attacks, { said: 'x;=1+1', more: '=2;"=3' }])('%j is no formula', (attack) => {
    const file = `id,${csvField(attack)},${csvField('end')}\r\n`;
    expect(cells(file, separator).filter(isFormula)).toEqual([]);
  });

  test('one that is written as it comes would be', () => {
    const attack = separator === ',' ? '=1+1' : `a${separator}=1+1`;
    expect(cells(`id,"${attack}",end\r\n`, separator).filter(isFormula)).toHaveLength(1);
  });
});

test('what is no formula stays as it is, and RFC 4180 reads it', () => {
  const fields = ['plain', 'a, b', 'said "so"', 'a; b', 'two\r\nlines', 'a=b', 'a;b=c', 'x - y', null, 12, { n: -1 }];
  const read = cells(fields.map(csvField).join(','), ',');
  expect(read).toEqual(['plain', 'a, b', 'said "so"', 'a; b', 'two\r\nlines', 'a=b', 'a;b=c', 'x - y', '', '12', '{"n":-1}']);
});
