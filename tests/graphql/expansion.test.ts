import { buildSchema } from 'postgraphile/graphql';
import { describe, expect, it } from 'vitest';
import type { Variables } from '../../server/graphql/cost.ts';
import { createDocuments } from '../../server/graphql/documents.ts';
import { QUERY_LIMITS } from '../../server/graphql/limits.ts';
import { Problem } from '../../server/http/problems.ts';

const schema = buildSchema(`
  type Query { count: Int things(filter: ThingFilter, filters: [ThingFilter]): [Query] }
  input ThingFilter { name: NameFilter, things: ManyFilter, owner: ThingFilter, and: [ThingFilter!], or: [ThingFilter!] }
  input ManyFilter { some: ThingFilter, every: ThingFilter, none: ThingFilter }
  input NameFilter { equalTo: String, in: [String!] }
`);

/** The refusal of a query, as far as it says which limit; undefined if there is none. */
function refused(query: string, variables: Variables = {}) {
  try {
    createDocuments(schema, QUERY_LIMITS, { introspection: true }).inspect(query, undefined, variables);
    return undefined;
  } catch (error) {
    return error instanceof Problem ? { code: error.code, ...error.members } : error;
  }
}

function doubled(levels: number): string {
  const fragments = Array.from({ length: levels }, (_, n) => `fragment f${n + 1} on Query { ...f${n} ...f${n} }`);
  return `{ ...f${levels} } fragment f0 on Query { count } ${fragments.join(' ')}`;
}

const NAME = '{ name: { equalTo: "x" } }';

describe('what an operation unfolds to', () => {
  it('is limited, and counted without unfolding it', () => {
    const started = performance.now();
    expect(refused(doubled(24))).toEqual({
      code: 'QUERY_TOO_COSTLY',
      limit: 'selections',
      value: 3 * 2 ** 24 - 1,
      allowed: QUERY_LIMITS.selections,
    });
    expect(refused(doubled(350))).toMatchObject({ limit: 'selections', value: Number.MAX_SAFE_INTEGER });
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(refused(doubled(8))).toBeUndefined();
  });

  it.each([
    ['a fragment that spreads itself', '{ ...f } fragment f on Query { count ...f }'],
    ['fragments that spread each other', '{ ...f } fragment f on Query { ...g } fragment g on Query { ...f ...f }'],
    ['a fragment that is not there', '{ ...f }'],
  ])('is left to validation with %s', (_what, query) => {
    expect(refused(query)).toMatchObject({ code: 'MALFORMED_REQUEST' });
  });
});

describe('the arguments of an operation', () => {
  const nested = (levels: number): string =>
    levels === 0 ? NAME : `{ things: { some: { owner: ${nested(levels - 1)} } } }`;

  it('may be filters as people write them', () => {
    expect(refused('{ things(filter: { name: { in: ["a", "b"] }, things: { some: { name: { equalTo: "x" } } } }) { count } }')).toBeUndefined();
    expect(refused(`{ things(filter: { and: [${nested(2)}, ${nested(2)}] }) { count } }`)).toBeUndefined();
    expect(refused('query ($f: ThingFilter) { things(filter: $f) { count } }', { f: { name: { in: Array(5_000).fill('x') } } })).toBeUndefined();
  });

  it('hold relation filters within each other only so far, wherever the parts come from', () => {
    const deep = { limit: 'relation filter depth', value: 3, allowed: 2 };
    expect(refused(`{ things(filter: ${nested(3)}) { count } }`)).toMatchObject(deep);
    const split = 'query ($f: ThingFilter) { things(filter: { things: { none: $f } }) { count } }';
    const given = { things: { every: { things: { some: { name: {} } } } } };
    expect(refused(split, { f: given })).toMatchObject(deep);
    const byDefault = `query ($constructor: ThingFilter = ${nested(3)}) { things(filter: $constructor) { count } }`;
    expect(refused(byDefault)).toMatchObject(deep);
    expect(refused(byDefault, { constructor: {} })).toBeUndefined();
  });

  it('hold so many objects and relation filters altogether, a variable as often as it is used', () => {
    const many = 'query ($f: ThingFilter) { ...a ...a } fragment a on Query { ...b ...b } fragment b on Query { things(filter: $f) { count } }';
    expect(refused(many, { f: { and: Array.from({ length: 50 }, () => ({})) } })).toMatchObject({ limit: 'input objects', value: 204, allowed: 200 });
    const some = { or: Array.from({ length: 6 }, () => ({ things: { some: {} } })) };
    expect(refused(many, { f: some })).toMatchObject({ limit: 'relation filters', value: 24, allowed: 20 });
    expect(refused(`{ things(filters: [${'{}'.repeat(201)}]) { count } }`)).toMatchObject({ limit: 'input objects', value: 201 });
  });

  it('are nested only so deep, however deep that is', () => {
    const list = 'query ($f: [ThingFilter]) { things(filters: $f) { count } }';
    const variable: unknown = JSON.parse(`${'['.repeat(40_000)}${']'.repeat(40_000)}`);
    expect(refused(list, { f: variable })).toMatchObject({ code: 'QUERY_TOO_COSTLY', limit: 'input depth' });
    const text = `{ things(filters: ${'['.repeat(2_400)}${']'.repeat(2_400)}) { count } }`;
    expect(refused(text)).toMatchObject({ code: expect.stringMatching(/QUERY_TOO_COSTLY|MALFORMED_REQUEST/) });
    const owners = `${'{ owner: '.repeat(12)}{}${' }'.repeat(12)}`;
    expect(refused(`{ things(filter: ${owners}) { count } }`)).toMatchObject({ limit: 'input depth', value: 13, allowed: 12 });
  });

  it('may be too deep for the parser itself', () => {
    const documents = createDocuments(schema, { ...QUERY_LIMITS, tokens: 1_000_000 }, { introspection: true });
    const text = `{ things(filters: ${'['.repeat(40_000)}${']'.repeat(40_000)}) { count } }`;
    expect(() => documents.inspect(text, undefined, {})).toThrow(expect.objectContaining({ code: 'QUERY_TOO_COSTLY' }));
  });
});

describe('an operation name that is empty', () => {
  it('names no operation', () => {
    const documents = createDocuments(schema, QUERY_LIMITS, { introspection: true });
    expect(() => documents.inspect('{ count }', '', {})).toThrow('There is no operation of the name ""');
  });
});
