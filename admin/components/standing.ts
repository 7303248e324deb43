/** How a tenant stands to a point of a framework, finer than its status: `not assessable` is said of two things. */

/** `pending`: a fact of it can't be known yet. `beyond`: the point has no facts, and no software, or not this one, can tell. */
export type Standing = 'met' | 'notMet' | 'pending' | 'beyond';

export interface Point {
  readonly status?: string | null;
  readonly facts?: unknown;
}

/** The standing of a point, from its status and the facts that decide it. A status that is newer than this console counts as beyond it. */
export function standingOf({ status, facts }: Point): Standing {
  if (status === 'met') return 'met';
  if (status === 'not met') return 'notMet';
  return typeof facts === 'object' && facts !== null && Object.keys(facts).length > 0 ? 'pending' : 'beyond';
}

/** What badge each is shown with. */
export const STANDING_TONES = { met: 'secure', notMet: 'attention', pending: 'neutral', beyond: 'neutral' } as const satisfies Readonly<Record<Standing, string>>;
