import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'postgraphile/graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'postgraphile/graphql';
import { problem } from '../http/problems.ts';
import type { Problem } from '../http/problems.ts';
import { evaluate, measure } from './cost.ts';
import type { Measures, Variables } from './cost.ts';
import { describeOperation } from './description.ts';
import { expand, inputsOf } from './expansion.ts';
import type { Expansion } from './expansion.ts';
import type { QueryLimits } from './limits.ts';
import { oneMutationRule } from './one-mutation-rule.ts';
import { withoutSuggestion } from './suggestions.ts';
import { PLANNED_OPERATIONS, PLANS_PER_OPERATION, createPlannedOperations } from './planning.ts';

/** A document that was read and found in order. */
export interface Inspected {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Mutations write; everything else runs in a read-only transaction. */
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Milliseconds of planning that executing it will take; 0 while its plan is kept. */
  readonly unplannedMs: number;
  /** Its name and root fields as the audit trail has them: members of a JSON object. */
  readonly what: string;
}

export interface Documents {
  /**
   * Reads a request's document and holds it against the limits. What does not depend on variables is done once a text.
   * @throws `MALFORMED_REQUEST` with the errors of parsing or validation, `QUERY_TOO_COSTLY` naming limit and value
   */
  inspect(query: string, operationName: string | undefined, variables: Variables): Inspected;
  /** Whether a text is remembered, so that reading it again costs nothing. */
  knows(query: string): boolean;
  /** Notes that an operation is planned now, as it will be when it is executed. */
  notePlanned(inspected: Inspected, variables: Variables): void;
}

/** What is remembered of one text: its operations, or why it is refused. */
type Reading =
  | { readonly document: DocumentNode; readonly operations: ReadonlyMap<string, Operation> }
  | { readonly refusal: Problem };

interface Operation {
  readonly node: OperationDefinitionNode;
  readonly measures: Measures;
  readonly expansion: Expansion;
  readonly what: string;
}

/** Texts remembered, by number and by their length together: a parsed document is some 50 times its text. */
const REMEMBERED_TEXTS = 500;
const REMEMBERED_CHARACTERS = 1_000_000;
/** Longer texts are read anew each time rather than pushing out a hundred others. */
const LONGEST_REMEMBERED = 20_000;

/** Makes the reader of one schema's documents. */
export function createDocuments(
  schema: GraphQLSchema,
  limits: QueryLimits,
  options: { readonly introspection: boolean },
): Documents {
  const rules = [...specifiedRules, oneMutationRule];
  if (!options.introspection) rules.push(NoSchemaIntrospectionCustomRule);
  const told = (errors: readonly GraphQLError[]): Problem => malformed(errors, options.introspection ? (text) => text : withoutSuggestion);
  const remembered = new Map<string, Reading>();
  const planned = createPlannedOperations(PLANNED_OPERATIONS, PLANS_PER_OPERATION);
  let characters = 0;

  return {
    inspect(query, operationName, variables) {
      const reading = recall(query);
      if ('refusal' in reading) throw reading.refusal;
      const operation = operationOf(reading.operations, operationName);
      enforce(operation, variables, limits);
      const { node, measures } = operation;
      const unplannedMs = planned.has(node, variables) ? 0 : measures.planning;
      return { document: reading.document, operation: node, kind: node.operation, unplannedMs, what: operation.what };
    },
    knows: (query) => remembered.has(query),
    notePlanned: ({ operation }, variables) => planned.add(operation, variables),
  };

  function recall(query: string): Reading {
    const known = remembered.get(query);
    if (known !== undefined) {
      remembered.delete(query);
      remembered.set(query, known);
      return known;
    }
    const reading = readAny(query);
    if (query.length > LONGEST_REMEMBERED) return reading;
    remembered.set(query, reading);
    characters += query.length;
    for (const oldest of remembered.keys()) {
      if (remembered.size <= REMEMBERED_TEXTS && characters <= REMEMBERED_CHARACTERS) break;
      remembered.delete(oldest);
      characters -= oldest.length;
    }
    return reading;
  }

  /** The parser calls itself for every level, so a text can be too deep for it. */
  function readAny(query: string): Reading {
    try {
      return read(query);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { refusal: tooCostly('depth', null, limits.depth) };
    }
  }

  function read(query: string): Reading {
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: limits.tokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return { refusal: error.message.includes('tokens') ? tooCostly('tokens', null, limits.tokens) : told([error]) };
    }
    const expansions = new Map<OperationDefinitionNode, Expansion>();
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const expansion = expand(document, definition);
      const { selections } = expansion;
      if (selections > limits.selections) return { refusal: tooCostly('selections', selections, limits.selections) };
      expansions.set(definition, expansion);
    }
    const errors = validate(schema, document, rules, { maxErrors: 10 });
    if (errors.length > 0) return { refusal: told(errors) };
    const operations = new Map<string, Operation>();
    for (const [node, expansion] of expansions) {
      operations.set(node.name?.value ?? '', { node, expansion, measures: measure(schema, document, node), what: describeOperation(document, node) });
    }
    return { document, operations };
  }
}

function operationOf(operations: ReadonlyMap<string, Operation>, name: string | undefined): Operation {
  const [only] = operations.values();
  if (name === '') throw problem('MALFORMED_REQUEST', 'There is no operation of the name "": leave operationName out.');
  const operation = name === undefined ? (operations.size === 1 ? only : undefined) : operations.get(name);
  if (operation === undefined) {
    throw problem('MALFORMED_REQUEST', 'operationName must name one of the operations in the document.');
  }
  return operation;
}

function enforce({ measures, expansion }: Operation, variables: Variables, limits: QueryLimits): void {
  if (measures.depth > limits.depth) throw tooCostly('depth', measures.depth, limits.depth);
  if (measures.aliases > limits.aliases) throw tooCostly('aliases', measures.aliases, limits.aliases);
  const planning = Math.ceil(measures.planning);
  if (planning > limits.planning) throw tooCostly('planning', planning, limits.planning);
  const { objects, depth, relations, relationDepth } = inputsOf(expansion, variables);
  if (depth > limits.inputDepth) throw tooCostly('input depth', depth, limits.inputDepth);
  if (objects > limits.inputObjects) throw tooCostly('input objects', objects, limits.inputObjects);
  if (relationDepth > limits.relationFilterDepth) {
    throw tooCostly('relation filter depth', relationDepth, limits.relationFilterDepth);
  }
  if (relations > limits.relationFilters) throw tooCostly('relation filters', relations, limits.relationFilters);
  const page = evaluate(measures.largestPage, variables);
  if (page > limits.pageSize) throw tooCostly('page size', page, limits.pageSize);
  const cost = evaluate(measures.cost, variables);
  if (cost > limits.cost) throw tooCostly('cost', cost, limits.cost);
}

function tooCostly(limit: string, value: number | null, allowed: number): Problem {
  const found = value === null ? 'more' : String(value);
  return problem('QUERY_TOO_COSTLY', `The ${limit} of the query may be ${allowed} at most; it is ${found}.`, {
    members: { limit, value, allowed },
  });
}

function malformed(errors: readonly GraphQLError[], words: (message: string) => string): Problem {
  return problem('MALFORMED_REQUEST', 'The GraphQL document is not valid here.', {
    errors: errors.map(({ message, locations }) => ({ field: `query:${locations?.[0]?.line ?? 0}`, message: words(message) })),
  });
}
