import { Kind, getNamedType, getNullableType, isCompositeType, isListType } from 'postgraphile/graphql';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
  ValueNode,
} from 'postgraphile/graphql';
import { DEFAULT_PAGE_SIZE } from './limits.ts';
import { PLANNING_MS } from './planning.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** A figure that is known, or one that depends on variables. */
export type Figure = number | ((variables: Variables) => number);

/** What a selection asks for, known as far as it can be before the variables are. */
export interface Measures {
  /** Levels of fields. */
  readonly depth: number;
  readonly aliases: number;
  /** Milliseconds that planning takes, about. */
  readonly planning: number;
  /** Objects in the answer. */
  readonly cost: Figure;
  /** Objects for each row of the connection that this selection is made on. */
  readonly perRow: Figure;
  readonly largestPage: Figure;
}

/** Counting or aggregating reads every matching row, however few come back. */
const AGGREGATE_COST = 10;
/** A list that isn't paged, such as the groups of an aggregate, may be as long as the largest page. */
const UNPAGED_ROWS = 500;

const NOTHING: Measures = { depth: 0, aliases: 0, planning: 0, cost: 0, perRow: 0, largestPage: 0 };

/**
 * Measures a valid operation, once a document. Cost is the number of objects the answer may hold: a connection
 * multiplies what each row holds by its page size, so small queries stay cheap and nested large pages show.
 * Each fragment is measured once, however often it is spread.
 */
export function measure(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Measures {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const defaults = new Map<string, number>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue?.kind === Kind.INT) defaults.set(variable.name.value, Number(defaultValue.value));
  }
  const measured = new Map<string, Measures>();
  const root = schema.getRootType(operation.operation);
  return root ? ofSelections(operation.selectionSet, root) : NOTHING;

  function ofSelections({ selections }: SelectionSetNode, parent: GraphQLCompositeType): Measures {
    return selections.map((selection) => ofSelection(selection, parent)).reduce(both, NOTHING);
  }

  function ofSelection(selection: SelectionNode, parent: GraphQLCompositeType): Measures {
    if (selection.kind === Kind.FIELD) return ofField(selection, parent);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return ofSelections(selection.selectionSet, typeNamed(selection.typeCondition?.name.value) ?? parent);
    }
    const name = selection.name.value;
    const known = measured.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const type = typeNamed(fragment?.typeCondition.name.value);
    const measures = fragment && type ? ofSelections(fragment.selectionSet, type) : NOTHING;
    measured.set(name, measures);
    return measures;
  }

  function ofField(field: FieldNode, parent: GraphQLCompositeType): Measures {
    const name = field.name.value;
    const definition = 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (definition === undefined) return NOTHING;
    const type = getNamedType(definition.type);
    const aliases = field.alias === undefined ? 0 : 1;
    if (field.selectionSet === undefined || !isCompositeType(type)) {
      // Each field that is aggregated is a computation over every matching row.
      const cost = name === 'totalCount' ? AGGREGATE_COST : isAggregate(parent) ? 1 : 0;
      const planning = (name === 'totalCount' ? PLANNING_MS.count : PLANNING_MS.leaf) + argumentsMs(field);
      return { ...NOTHING, depth: 1, aliases, planning, cost };
    }
    const inner = ofSelections(field.selectionSet, type);
    // Introspection is no plan.
    const planning = name.startsWith('__') ? 0 : inner.planning + planningOf(type, parent) + argumentsMs(field);
    const outer = { ...inner, depth: inner.depth + 1, aliases: inner.aliases + aliases, planning, perRow: 0 };
    if (isConnection(type)) {
      const size = pageSize(field);
      const cost = add(inner.cost, multiply(size, inner.perRow));
      return { ...outer, cost, largestPage: larger(inner.largestPage, size) };
    }
    if (isConnection(parent)) {
      if (name === 'nodes' || name === 'edges') return { ...outer, cost: 0, perRow: add(1, inner.cost) };
      const each = isListType(getNullableType(definition.type)) ? UNPAGED_ROWS : AGGREGATE_COST;
      return { ...outer, cost: multiply(each, add(1, inner.cost)) };
    }
    // The node of an edge was counted as a row of its connection.
    if (name === 'node' && parent.name.endsWith('Edge')) return outer;
    const each = isListType(getNullableType(definition.type)) ? UNPAGED_ROWS : 1;
    return { ...outer, cost: multiply(each, add(1, inner.cost)) };
  }

  function planningOf(type: GraphQLCompositeType, parent: GraphQLCompositeType): number {
    if (isConnection(type)) return PLANNING_MS.connection;
    return isConnection(parent) || isAggregate(parent) || parent.name.endsWith('Edge') ? PLANNING_MS.part : PLANNING_MS.object;
  }

  function typeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  /** The larger of `first` and `last`, since both may be given; the default page where neither is. */
  function pageSize(field: FieldNode): Figure {
    const given: number[] = [];
    const asked: string[] = [];
    for (const { name, value } of field.arguments ?? []) {
      if (name.value !== 'first' && name.value !== 'last') continue;
      if (value.kind === Kind.INT) given.push(Number(value.value));
      if (value.kind === Kind.VARIABLE) asked.push(value.name.value);
    }
    const largest = (sizes: readonly number[]): number => (sizes.length === 0 ? DEFAULT_PAGE_SIZE : Math.max(...sizes));
    if (asked.length === 0) return largest(given);
    return (variables) => {
      const values = asked.map((name) => (isGiven(variables, name) ? variables[name] : defaults.get(name)));
      return largest([...given, ...values.filter((value) => typeof value === 'number')]);
    };
  }
}

/** Whether the request itself holds a variable: `constructor` is a name like any other. */
export function isGiven(variables: Variables, name: string): boolean {
  return Object.hasOwn(variables, name) && variables[name] !== undefined;
}

/** The value of a figure for these variables. */
export function evaluate(figure: Figure, variables: Variables): number {
  return typeof figure === 'number' ? figure : figure(variables);
}

function isConnection(type: GraphQLCompositeType): boolean {
  return type.name.endsWith('Connection');
}

function isAggregate(type: GraphQLCompositeType): boolean {
  return type.name.endsWith('Aggregates');
}

function argumentsMs(field: FieldNode): number {
  return (field.arguments ?? []).reduce((sum, { value }) => sum + PLANNING_MS.argument * membersOf(value), 0);
}

/** Values in a literal: one for a scalar or a variable. */
function membersOf(value: ValueNode): number {
  if (value.kind === Kind.LIST) return value.values.reduce((sum, each) => sum + membersOf(each), 1);
  if (value.kind === Kind.OBJECT) return value.fields.reduce((sum, each) => sum + membersOf(each.value), 1);
  return 1;
}

function both(a: Measures, b: Measures): Measures {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    planning: a.planning + b.planning,
    cost: add(a.cost, b.cost),
    perRow: add(a.perRow, b.perRow),
    largestPage: larger(a.largestPage, b.largestPage),
  };
}

function add(a: Figure, b: Figure): Figure {
  return combine(a, b, (x, y) => x + y);
}

function multiply(a: Figure, b: Figure): Figure {
  return combine(a, b, (x, y) => Math.max(0, x) * y);
}

function larger(a: Figure, b: Figure): Figure {
  return combine(a, b, Math.max);
}

/** Computes now what is known now and leaves the rest to the variables. */
function combine(a: Figure, b: Figure, operator: (x: number, y: number) => number): Figure {
  return typeof a === 'number' && typeof b === 'number'
    ? operator(a, b)
    : (variables) => operator(evaluate(a, variables), evaluate(b, variables));
}
