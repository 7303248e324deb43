/** What the live feed keeps: bounded, each event once, the newest first; while it is paused what arrives waits. */
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

function merged(newer: readonly Access[], older: readonly Access[]): readonly Access[] {
  if (newer.length === 0) return older;
  const seen = new Set<string>();
  return [...newer, ...older]
    .filter((access) => {
      const key = keyOf(access);
      return seen.has(key) ? false : (seen.add(key), true);
    })
    .toSorted((one, other) => ((one.at ?? '') < (other.at ?? '') ? 1 : -1))
    .slice(0, MOST_KEPT);
}
