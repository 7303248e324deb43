/** What the live feed keeps: bounded, each event once, the newest first; while it is paused what arrives waits. */
import type { AccessesRecordFilter } from '../../../graphql/platform-inputs.generated.ts';
import type { AccessFeedSubscription } from '../api/security.generated.ts';

export type Access = NonNullable<NonNullable<AccessFeedSubscription['accesses']>['accesses'][number]>;

/** Events kept in the page: more is what the audit trail is for. */
export const MOST_KEPT = 1_000;

export interface Feed {
  readonly shown: readonly Access[];
  /** Arrived while paused. */
  readonly waiting: readonly Access[];
  readonly paused: boolean;
}

export type FeedAction = { readonly type: 'arrived'; readonly accesses: readonly Access[] } | { readonly type: 'pause' } | { readonly type: 'resume' };

export const NO_FEED: Feed = { shown: [], waiting: [], paused: false };

/** The feed after something happened. */
export function feed(state: Feed, action: FeedAction): Feed {
  switch (action.type) {
    case 'arrived':
      return state.paused ? { ...state, waiting: merged(action.accesses, state.waiting) } : { ...state, shown: merged(action.accesses, state.shown) };
    case 'pause':
      return { ...state, paused: true };
    case 'resume':
      return { shown: merged(state.waiting, state.shown), waiting: [], paused: false };
    default:
      return state;
  }
}

/** An event is named anew once it is sealed; what it is does not change by that. */
const keyOf = ({ at, action, actor, subject, requestId }: Access): string => [at, action, actor, subject, requestId].join('|');

/** A transaction can do the same more than once; within one answer each is an event of its own, so they are numbered. */
function numbered(accesses: readonly Access[]): [string, Access][] {
  const counts = new Map<string, number>();
  return accesses.map((access) => {
    const key = keyOf(access);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return [`${key}|${count}`, access];
  });
}

/** Of one moment: in the order in which they came. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function merged(newer: readonly Access[], older: readonly Access[]): readonly Access[] {
  if (newer.length === 0) return older;
  const fresh = new Map(numbered(newer));
  const all = [...fresh.values(), ...numbered(older).flatMap(([key, access]) => (fresh.has(key) ? [] : [access]))].toSorted((one, other) => compare(other.at ?? '', one.at ?? ''));
  return all.length <= MOST_KEPT ? all : bounded(all);
}

/** What is routine would push everything else out: of it goes what is too much. */
function bounded(all: readonly Access[]): readonly Access[] {
  let room = Math.max(0, MOST_KEPT - all.filter((access) => !isRoutine(access)).length);
  return all
    .filter((access) => {
      if (!isRoutine(access)) return true;
      room -= 1;
      return room >= 0;
    })
    .slice(0, MOST_KEPT);
}

/** The same as a condition of the server's. */
export const NO_ROUTINE: AccessesRecordFilter = {
  not: {
    or: [
      { and: [{ action: { in: ['call.query', 'call.subscribe'] } }, { actor: { startsWith: 'operator:' } }, { onBehalfOf: { isNull: true } }, { outcome: { equalTo: 'ok' } }] },
      { and: [{ action: { equalTo: 'access.unlogged' } }, { outcome: { equalTo: 'ok' } }] },
    ],
  },
};

/**
 * Whether an operator only read over the platform's API, as this console does by itself all the time, or a connection was opened as the platform's own
 * are, some thirty whenever a server starts. What was refused, and a visit's, is none of it.
 */
export function isRoutine({ action, actor, onBehalfOf, outcome }: Access): boolean {
  if (outcome !== 'ok') return false;
  return action === 'access.unlogged' || ((action === 'call.query' || action === 'call.subscribe') && actor?.startsWith('operator:') === true && onBehalfOf === null);
}
