/**
 * Planning is the one dear thing that the server does for a request on its single thread: while it plans, nobody else is answered. A plan is
 * kept by the document's text, so whoever sends new texts has each planned anew. Here is what it costs and what one may have of it.
 */
import { LRUCache } from 'lru-cache';
import type { OperationDefinitionNode } from 'postgraphile/graphql';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Claims } from '../../database/envelope.ts';
import { problem } from '../http/problems.ts';
import type { Variables } from './cost.ts';

/** Milliseconds of planning, by what is planned; measured, see docs/decisions/0014-planning-is-charged.md. */
export const PLANNING_MS = {
  /** A connection, at the root or on a row. */
  connection: 2.5,
  /** An object: a row that another refers to, above all. */
  object: 2.5,
  /** `totalCount`: a second query beside the page. */
  count: 2,
  /** `nodes`, `edges`, `node`, `pageInfo`, and a function of an aggregate. */
  part: 0.3,
  /** A column, or another field that is no object. */
  leaf: 0.1,
  /** A value in an argument. */
  argument: 0.1,
} as const;

/**
 * Operations whose plans are kept, and plans of one operation. A plan is large (tens of kB), and both numbers are in
 * the hands of whoever sends new texts; the library's own 500 and 50 would be gigabytes in the worst case.
 */
export const PLANNED_OPERATIONS = 250;
export const PLANS_PER_OPERATION = 8;

/** Characters of a text that are parsed and validated in a millisecond, or more. */
const CHARACTERS_A_MS = 1_000;

/** Milliseconds of planning in a minute, of documents that were not planned before. */
export interface PlanningAllowance {
  readonly user: number;
  readonly tenant: number;
}

/** 5 % of the thread for one person, 15 % for one tenant: hundreds of screens, since each is planned once for all. */
export const PLANNING_ALLOWANCE: PlanningAllowance = { user: 3_000, tenant: 9_000 };

export interface PlanningBudget {
  /**
   * Charges the one who asks, and waits for a turn: other requests are looked at between one plan and the next.
   * @throws `RATE_LIMITED` when this would be more than the user or the tenant may have
   */
  spend(claims: Claims, milliseconds: number): Promise<void>;
}

/** What reading a text costs that was not read before. */
export function readingMs(text: string): number {
  return Math.ceil(text.length / CHARACTERS_A_MS);
}

/** Makes the budget of one process; both endpoints share it. */
export function createPlanningBudget(allowance: PlanningAllowance = PLANNING_ALLOWANCE): PlanningBudget {
  const users = new RateLimiterMemory({ points: allowance.user, duration: 60 });
  const tenants = new RateLimiterMemory({ points: allowance.tenant, duration: 60 });
  let turns = Promise.resolve();

  return {
    async spend({ tenantId, userId, operatorId, serviceId }, milliseconds) {
      const points = Math.ceil(milliseconds);
      if (points <= 0) return;
      await consume(users, `${tenantId}/${userId}/${operatorId}/${serviceId}`, points, 'You have');
      // Operators have no tenant in common: each stands for itself.
      if (tenantId !== '') await consume(tenants, tenantId, points, 'Your tenant has');
      turns = turns.then(nextTurn);
      await turns;
    },
  };
}

async function consume(limiter: RateLimiterMemory, key: string, points: number, who: string): Promise<void> {
  try {
    await limiter.consume(key, points);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw problem('RATE_LIMITED', `${who} sent too many new GraphQL documents within a minute. Keep their text and pass values as variables.`, {
      retryAfter: refusal.msBeforeNext / 1_000,
    });
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Operations whose plans are surely still kept: fewer than the library keeps, in the same order of use. */
export interface PlannedOperations {
  has(operation: OperationDefinitionNode, variables: Variables): boolean;
  add(operation: OperationDefinitionNode, variables: Variables): void;
}

/** @param operations how many the library keeps, with so many `plans` of each */
export function createPlannedOperations(operations: number, plans: number): PlannedOperations {
  const known = new LRUCache<OperationDefinitionNode, LRUCache<string, true>>({ max: operations - 1 });
  return {
    has: (operation, variables) => known.get(operation)?.get(shapeOf(operation, variables)) === true,
    add(operation, variables) {
      const shapes = known.get(operation) ?? new LRUCache<string, true>({ max: plans - 1 });
      shapes.set(shapeOf(operation, variables), true);
      known.set(operation, shapes);
    },
  };
}

/** What a plan may depend on beside the text: which variables are there, and those that `@include` and `@skip` look at. */
function shapeOf({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): string {
  return variableDefinitions
    .map(({ variable }) => {
      const value = Object.hasOwn(variables, variable.name.value) ? variables[variable.name.value] : undefined;
      return typeof value === 'boolean' || value === null || value === undefined ? String(value) : 'given';
    })
    .join();
}
