import type { Listener } from '../../database/listener.ts';

/** Ids of rows that may have changed; `many`: more than are named, or hints were missed, so that everything has to be read anew. */
export interface Changes {
  readonly ids: readonly string[];
  readonly many: boolean;
}

/** What followers of a channel hear. */
export interface Feed {
  /**
   * Nothing at once, to say that one is heard; then what was announced since, at most every {@link PAUSE_MS}, until the iteration is ended.
   * `only`: hints about one id alone.
   */
  follow(only?: string): AsyncGenerator<Changes, void, undefined>;
}

/** A moment between two events of one follower: 10,000 tenants that change are some events a second, not 10,000. */
export const PAUSE_MS = 250;
/**
 * Each event of a follower costs a look at what that one reaches, under its own rights: some 1 ms of a connection that requests want too, and the
 * reading of what it names. So the followers of a feed have their events one after the other, this far apart: up to 50 hear four times a second,
 * 200 once, and the database has 200 looks a second whatever their number. All that is announced meanwhile is in the one event. What is known of
 * somebody's reach could be kept instead, and would outlive the right.
 */
export const TURN_MS = 5;
/**
 * Ids kept for one event. Many more than it names: whose they are is looked at afterwards, and what an operator does not reach must not count.
 * What comes beyond is as good as missed, for everybody alike.
 */
const MOST_HEARD = 10_000;

/** Makes the feed of a channel. Payloads are ids and only hints: who follows reads the rows, with their own rights. */
export function createFeed(listener: Pick<Listener, 'listen' | 'onGap'>, channel: string): Feed {
  const followers = new Set<(id: string | null) => void>();
  const turn = turnstile(TURN_MS);
  listener.listen(channel, (id) => {
    for (const tell of followers) tell(id);
  });
  listener.onGap(() => {
    for (const tell of followers) tell(null);
  });
  return {
    follow: (only) =>
      gather((tell) => {
        const hear = (id: string | null): void => {
          if (id === null || only === undefined || id === only) tell(id);
        };
        followers.add(hear);
        return () => followers.delete(hear);
      }, turn),
  };
}

/** Lets one through every so often, in the order in which they ask. @returns milliseconds until it is the asking one's turn */
function turnstile(everyMs: number): () => number {
  let freeAt = -Infinity;
  return () => {
    const now = performance.now();
    const at = Math.max(now, freeAt);
    freeAt = at + everyMs;
    return at - now;
  };
}

/** Something that happens every so often while somebody follows, shared by all who do. */
export function createPulse(everyMs: number): Feed {
  const followers = new Set<(id: string | null) => void>();
  let timer: NodeJS.Timeout | undefined;
  return {
    follow: () =>
      gather((tell) => {
        followers.add(tell);
        timer ??= setInterval(() => {
          for (const each of followers) each('');
        }, everyMs).unref();
        return () => {
          followers.delete(tell);
          if (followers.size > 0) return;
          clearInterval(timer);
          timer = undefined;
        };
      }),
  };
}

/** Turns calls into an iteration: what comes while the last event is dealt with, and until there is a turn for the next, becomes one. */
function gather(
  subscribe: (tell: (id: string | null) => void) => () => void,
  turn: () => number = () => 0,
): AsyncGenerator<Changes, void, undefined> {
  let ids = new Set<string>();
  let many = false;
  let due = true;
  let ended = false;
  let lastAt = -Infinity;
  let wake: (() => void) | null = null;
  const unsubscribe = subscribe((id) => {
    due = true;
    if (id === null || (ids.size >= MOST_HEARD && !ids.has(id))) many = true;
    else ids.add(id);
    wake?.();
  });

  const sleep = async (ms: number | null): Promise<void> => {
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (ms !== null) setTimeout(resolve, ms).unref();
    });
    wake = null;
  };

  async function next(): Promise<IteratorResult<Changes, void>> {
    const rest = (): number | null => (!due ? null : Math.max(0, lastAt + PAUSE_MS - performance.now()));
    const isOver = (): boolean => ended;
    const isFirst = lastAt === -Infinity;
    for (let pause = rest(); pause !== 0 && !isOver(); pause = rest()) await sleep(pause);
    // The first event looks at nothing.
    const turnAt = performance.now() + (isFirst || isOver() ? 0 : turn());
    for (let left = turnAt - performance.now(); left > 0 && !isOver(); left = turnAt - performance.now()) await sleep(left);
    if (isOver()) return { done: true, value: undefined };
    const value = { ids: [...ids], many };
    ids = new Set();
    many = false;
    due = false;
    lastAt = performance.now();
    return { done: false, value };
  }

  async function end(): Promise<IteratorResult<Changes, void>> {
    ended = true;
    unsubscribe();
    wake?.();
    return await Promise.resolve({ done: true, value: undefined });
  }

  return {
    next,
    return: end,
    throw: async (error: unknown) => {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}
