import { Kind } from 'postgraphile/graphql';
import type { ValueNode } from 'postgraphile/graphql';

/** What the value of an argument holds. */
export interface Inputs {
  readonly objects: number;
  /** Levels of objects and lists. */
  readonly depth: number;
  /** Conditions on the rows of a relation: `some`, `every`, `none`. */
  readonly relations: number;
  /** Levels of them within each other. */
  readonly relationDepth: number;
}

/** Where in an argument a variable stands, and how often it is used there. */
export interface Use {
  readonly times: number;
  readonly depth: number;
  readonly relationDepth: number;
}

export const NO_INPUTS: Inputs = { objects: 0, depth: 0, relations: 0, relationDepth: 0 };
const NO_LEVELS: Levels = { depth: 0, relationDepth: 0 };
type Levels = Pick<Use, 'depth' | 'relationDepth'>;

const RELATION_KEYS: ReadonlySet<string> = new Set(['some', 'every', 'none']);
/** Deeper values need no further look: no limit is that generous. */
const DEEPEST = 100;

/** Sums up what a literal holds, and tells of each variable in it where it stands. */
export function ofLiteral(node: ValueNode, meet: (variable: string, at: Levels) => void, at = NO_LEVELS): Inputs {
  if (node.kind === Kind.VARIABLE) meet(node.name.value, at);
  if (node.kind === Kind.LIST) {
    return within(node.values.map((value) => ofLiteral(value, meet, { ...at, depth: at.depth + 1 })), 0);
  }
  if (node.kind !== Kind.OBJECT) return NO_INPUTS;
  const members = node.fields.map(({ name, value }) => {
    const step = stepInto(name.value);
    const inner = { depth: at.depth + 1, relationDepth: at.relationDepth + step };
    return stepped(ofLiteral(value, meet, inner), step);
  });
  return within(members, 1);
}

/** Sums up what the value of a variable holds. */
export function ofValue(value: unknown, room = DEEPEST): Inputs {
  if (typeof value !== 'object' || value === null) return NO_INPUTS;
  if (room === 0) return { ...NO_INPUTS, depth: 1 };
  if (Array.isArray(value)) return within(value.map((item) => ofValue(item, room - 1)), 0);
  const members = Object.entries(value).map(([key, member]) => stepped(ofValue(member, room - 1), stepInto(key)));
  return within(members, 1);
}

/** Both of two values, or one of them `times` times at a place. */
export function beside(a: Inputs, b: Inputs, use: Use = { ...NO_LEVELS, times: 1 }): Inputs {
  return {
    objects: capped(a.objects + b.objects * use.times),
    depth: Math.max(a.depth, b.depth + use.depth),
    relations: capped(a.relations + b.relations * use.times),
    relationDepth: Math.max(a.relationDepth, b.relationDepth + use.relationDepth),
  };
}

/** Keeps a sum exact: what fragments unfold to may be beyond all numbers. */
export function capped(sum: number): number {
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}

function within(members: readonly Inputs[], objects: number): Inputs {
  let total = NO_INPUTS;
  for (const member of members) total = beside(total, member);
  return { ...total, objects: total.objects + objects, depth: total.depth + 1 };
}

function stepInto(key: string): 0 | 1 {
  return RELATION_KEYS.has(key) ? 1 : 0;
}

function stepped(inputs: Inputs, step: 0 | 1): Inputs {
  return { ...inputs, relations: inputs.relations + step, relationDepth: inputs.relationDepth + step };
}
