import { describe, expect, test } from 'vitest';
import { CODES } from '../../admin/session/problem.ts';
import { ROLES } from '../../admin/session/rights.ts';
import { text } from '../../admin/text/index.ts';
import { PROBLEM_CODES } from '../../server/http/catalogue.ts';
import { OPERATOR_TITLES } from '../../server/identity/operator-roles.ts';

/** Every text of the catalogue with its path; texts that take values are left to whoever calls them. */
function textsIn(value: unknown, path = 'text'): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, `${path}.${key}`));
}

describe('the catalogue', () => {
  test('has words and a next step for each code that the server answers, and for no answer', () => {
    expect([...CODES].toSorted()).toEqual([...PROBLEM_CODES].toSorted());
    expect(Object.keys(text.errors).toSorted()).toEqual([...PROBLEM_CODES, 'OFFLINE'].toSorted());
  });

  test('has a name for each role of operators', () => {
    expect([...ROLES]).toEqual(OPERATOR_TITLES);
    expect(Object.keys(text.frame.roles)).toEqual(OPERATOR_TITLES);
  });

  test('says nothing twice in a row, nothing empty, and nothing with a blank at its edge', () => {
    expect(textsIn(text).length).toBeGreaterThan(100);
    expect(textsIn(text).filter(([, words]) => words !== words.trim() || words === '' || /\b(\w+) \1\b/i.test(words))).toEqual([]);
  });
});
