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

type Call = (...args: readonly unknown[]) => unknown;

/** Every text that takes values, with its path. */
function callsIn(value: unknown, path = 'text'): [string, Call][] {
  if (typeof value === 'function') return [[path, value as Call]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => callsIn(inner, `${path}.${key}`));
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

  test('counts one as one: no text says `1 events`', () => {
    const calls = callsIn(text).flatMap(([path, call]) => {
      const args = Array.from({ length: call.length }, () => 1);
      try {
        return [[path, String(call(...args))] as const];
      } catch {
        // Takes something else than figures.
        return [];
      }
    });
    expect(calls.length).toBeGreaterThan(60);
    expect(calls.map(([, words]) => words)).toContain('1 event on this page');
    // After a figure of one, a word that says there are more.
    expect(calls.filter(([, words]) => /\b1 (?:\p{L}+ )*(?:are|have|wait|events|checks|attempts|tenants|lanes|characters|seconds|days|keys|users|points|statements|questions|permissions|sessions)\b/u.test(words))).toEqual([]);
  });
});
