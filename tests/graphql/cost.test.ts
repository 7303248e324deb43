import { buildSchema, parse } from 'postgraphile/graphql';
import type { OperationDefinitionNode } from 'postgraphile/graphql';
import { describe, expect, it } from 'vitest';
import { evaluate, measure } from '../../server/graphql/cost.ts';
import type { Variables } from '../../server/graphql/cost.ts';
import { createDocuments } from '../../server/graphql/documents.ts';
import { QUERY_LIMITS } from '../../server/graphql/limits.ts';

const schema = buildSchema(`
  interface Node { id: ID! }
  type Query { things(first: Int, last: Int): ThingConnection! thing: Thing node: Node payload: Payload }
  type ThingConnection { nodes: [Thing]! edges: [ThingEdge]! totalCount: Int! aggregates: Sums groupedAggregates: [Sums!] }
  type ThingEdge { cursor: String node: Thing }
  type Payload { edge: ThingEdge tags: [Tag] }
  type Tag { name: String }
  type Thing implements Node { id: ID! name: String owner: Thing things(first: Int, last: Int): ThingConnection! }
  type Sums { keys: [String] sum: Amounts }
  type Amounts { price: Int }
`);

function measured(query: string, variables: Variables = {}) {
  const document = parse(query);
  const operation = document.definitions.find((node): node is OperationDefinitionNode => node.kind === 'OperationDefinition');
  if (operation === undefined) throw new Error('no operation');
  const { depth, aliases, cost, largestPage } = measure(schema, document, operation);
  return { depth, aliases, cost: evaluate(cost, variables), page: evaluate(largestPage, variables) };
}

describe('the cost of a query', () => {
  it.each([
    ['{ thing { name } }', 1],
    ['{ thing { owner { owner { name } } } }', 3],
    ['{ things { nodes { name } } }', 100],
    ['{ things(first: 20) { nodes { name } } }', 20],
    ['{ things(last: 7) { edges { cursor node { name } } } }', 7],
    ['{ things(first: 20, last: 90) { nodes { name } } }', 90],
    ['{ things(first: null, last: 7) { nodes { name } } }', 7],
    ['{ things(first: null) { nodes { name } } }', 100],
    ['{ things(first: 20) { nodes { things(first: 5) { nodes { name } } } } }', 20 * (1 + 5)],
    ['{ things(first: 20) { edges { node { owner { name } } } } }', 20 * 2],
    ['{ things { totalCount } }', 10],
    ['{ things(first: 500) { aggregates { sum { price } } } }', 10 * 2],
    ['{ things { groupedAggregates { keys } } }', 500],
    ['{ payload { tags { name } } }', 1 + 500],
    ['{ payload { edge { node { name } } } }', 2],
    ['{ node { id ... on Thing { owner { name } } } }', 2],
    ['{ ...q ...q } fragment q on Query { thing { ...t } } fragment t on Thing { owner { name } }', 4],
    ['{ __typename }', 0],
  ])('%s is %i', (query, cost) => {
    expect(measured(query).cost).toBe(cost);
  });

  it('follows the variables and their defaults', () => {
    const query = 'query ($n: Int = 30, $m: Int) { things(first: $n) { nodes { things(last: $m) { nodes { name } } } } }';
    expect(measured(query)).toMatchObject({ cost: 30 * 101, page: 100 });
    expect(measured(query, { n: 2, m: 400 })).toMatchObject({ cost: 2 * 401, page: 400 });
    expect(measured(query, { n: -5, m: 1 }).cost).toBe(0);
    expect(measured(query, { n: null }).page).toBe(100);
    const pair = 'query ($n: Int, $constructor: Int = 400) { things(first: $n, last: $constructor) { nodes { name } } }';
    expect(measured(pair, { n: 1 }).page).toBe(400);
    expect(measured(pair, { n: 450 }).page).toBe(450);
    expect(measured(pair, { n: 1, constructor: 2 }).page).toBe(2);
  });

  it('counts levels and aliases, through fragments', () => {
    expect(measured('{ a: thing { b: name ...f } } fragment f on Thing { owner { c: owner { name } } }')).toMatchObject({
      depth: 4,
      aliases: 3,
    });
  });

  it('is found quickly even where fragments would unfold to billions of fields', () => {
    const levels = 60;
    const fragments = Array.from(
      { length: levels },
      (_, n) => `fragment f${n} on Thing { a: owner { ...f${n + 1} } b: owner { ...f${n + 1} } }`,
    ).join(' ');
    const limits = { ...QUERY_LIMITS, depth: 1_000, aliases: Infinity, selections: Infinity, planning: Infinity };
    const documents = createDocuments(schema, limits, { introspection: true });
    const query = `{ thing { ...f0 } } ${fragments} fragment f${levels} on Thing { name }`;
    expect(() => documents.inspect(query, undefined, {})).toThrow('cost');
  });
});
