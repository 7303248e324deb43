import { Kind } from 'postgraphile/graphql';
import type { DocumentNode, OperationDefinitionNode, SelectionSetNode, ValueNode } from 'postgraphile/graphql';
import { isGiven } from './cost.ts';
import type { Variables } from './cost.ts';
import { NO_INPUTS, beside, capped, ofLiteral, ofValue } from './inputs.ts';
import type { Inputs, Use } from './inputs.ts';

/** What an operation is once every spread is replaced by its fragment. It is executed like that. */
export interface Expansion {
  readonly selections: number;
  /** What the literals of all arguments hold. */
  readonly literals: Inputs;
  /** The variables in arguments. */
  readonly uses: ReadonlyMap<string, Use>;
  /** What the variables that have a default value hold by it. */
  readonly defaults: ReadonlyMap<string, Inputs>;
}

/** A part of an operation; it grows while its selections are read. */
interface Part {
  selections: number;
  literals: Inputs;
  readonly uses: Map<string, Use>;
}

/**
 * Counts what an operation unfolds to, from its text alone: it needs no valid document, so it comes before everything
 * that takes its time over one. Each fragment is read once, however often it is spread; what is not there, or spreads
 * itself, counts nothing and is left to validation.
 */
export function expand(document: DocumentNode, operation: OperationDefinitionNode): Expansion {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet);
  }
  const parts = new Map<string, Part>();
  const defaults = new Map<string, Inputs>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue !== undefined) defaults.set(variable.name.value, ofLiteral(defaultValue, () => undefined));
  }
  const whole = emptyPart();
  read(operation.selectionSet, whole);
  return { ...whole, defaults };

  function read({ selections }: SelectionSetNode, part: Part): void {
    for (const selection of selections) {
      part.selections = capped(part.selections + 1);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        merge(part, partNamed(selection.name.value));
        continue;
      }
      if (selection.kind === Kind.FIELD) for (const { value } of selection.arguments ?? []) readValue(value, part);
      if (selection.selectionSet !== undefined) read(selection.selectionSet, part);
    }
  }

  function partNamed(name: string): Part {
    const known = parts.get(name);
    if (known !== undefined) return known;
    // Already known, and empty, where the fragment spreads itself.
    parts.set(name, emptyPart());
    const part = emptyPart();
    const selectionSet = fragments.get(name);
    if (selectionSet !== undefined) read(selectionSet, part);
    parts.set(name, part);
    return part;
  }
}

/** What all arguments hold with these variables. */
export function inputsOf({ literals, uses, defaults }: Expansion, variables: Variables): Inputs {
  let total = literals;
  for (const [name, use] of uses) {
    const held = isGiven(variables, name) ? ofValue(variables[name]) : (defaults.get(name) ?? NO_INPUTS);
    total = beside(total, held, use);
  }
  return total;
}

function emptyPart(): Part {
  return { selections: 0, literals: NO_INPUTS, uses: new Map() };
}

function merge(part: Part, other: Part): void {
  part.selections = capped(part.selections + other.selections);
  part.literals = beside(part.literals, other.literals);
  for (const [name, use] of other.uses) addUse(part, name, use);
}

function readValue(value: ValueNode, part: Part): void {
  const literal = ofLiteral(value, (name, at) => addUse(part, name, { ...at, times: 1 }));
  part.literals = beside(part.literals, literal);
}

function addUse({ uses }: Part, name: string, { times, depth, relationDepth }: Use): void {
  const known = uses.get(name);
  uses.set(name, {
    times: capped(times + (known?.times ?? 0)),
    depth: Math.max(depth, known?.depth ?? 0),
    relationDepth: Math.max(relationDepth, known?.relationDepth ?? 0),
  });
}
