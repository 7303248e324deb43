import { describe, expect, test } from 'vitest';
import { PAUSE_MS, TURN_MS, createFeed } from '../../server/graphql/feeds.ts';
import type { Changes, Feed } from '../../server/graphql/feeds.ts';

/** A feed, and how its channel speaks. */
function feedOf() {
  let hear: (id: string) => void = () => undefined;
  let lose: () => void = () => undefined;
  const feed = createFeed(
    {
      listen(_channel, onHint) {
        hear = onHint;
        return () => undefined;
      },
      onGap(handler) {
        lose = handler;
        return () => undefined;
      },
    },
    'a_channel',
  );
  return { feed, tell: (id: string) => hear(id), lose: () => lose() };
}

async function begin(feed: Feed, only?: string) {
  const events = feed.follow(only);
  const next = async (): Promise<Changes> => {
    const { done, value } = await events.next();
    if (done === true) throw new Error('the feed ended');
    return value;
  };
  expect(await next()).toEqual({ ids: [], many: false });
  return { next, end: () => events.return() };
}

describe('a follower that is told more than anybody can name', () => {
  test('keeps a bounded number of ids, and is told that there were more: to ask anew', async () => {
    const { feed, tell } = feedOf();
    const { next, end } = await begin(feed);
    for (let n = 0; n < 25_000; n += 1) tell(`t_${n}`);
    // One that is kept already is no other.
    tell('t_1');
    const { ids, many } = await next();
    expect([ids.length, ids.at(0), ids.at(-1), many]).toEqual([10_000, 't_0', 't_9999', true]);
    // What came afterwards is whole again.
    tell('t_24999');
    expect(await next()).toEqual({ ids: ['t_24999'], many: false });
    await end();
  });

  test('loses nothing up to there', async () => {
    const { feed, tell } = feedOf();
    const { next, end } = await begin(feed);
    for (let n = 0; n < 10_000; n += 1) tell(`t_${n}`);
    for (let n = 0; n < 10_000; n += 1) tell(`t_${n}`);
    const { ids, many } = await next();
    expect([ids.length, many]).toEqual([10_000, false]);
    await end();
  });

  test('of one id hears that one in any flood', async () => {
    const { feed, tell, lose } = feedOf();
    const { next, end } = await begin(feed, 't_24999');
    for (let n = 0; n < 25_000; n += 1) tell(`t_${n}`);
    expect(await next()).toEqual({ ids: ['t_24999'], many: false });
    lose();
    expect(await next()).toEqual({ ids: [], many: true });
    await end();
  });
});

test('many followers have their turns one after the other, none is left out, and each hears all', async () => {
  const { feed, tell } = feedOf();
  const count = 120;
  const followers = await Promise.all(Array.from({ length: count }, () => begin(feed)));
  const since = performance.now();
  const at: number[] = [];
  const heard = followers.map(async ({ next }) => {
    const ids = new Set<string>();
    while (ids.size < 40) {
      for (const id of (await next()).ids) ids.add(id);
      at.push(performance.now() - since);
    }
    return ids;
  });
  for (let n = 0; n < 40; n += 1) {
    tell(`t_${n}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const all = await Promise.all(heard);
  expect(all.every((ids) => ids.size === 40)).toBe(true);
  // Without turns each of them would have an event every quarter of a second.
  const took = Math.max(...at);
  expect(at.length).toBeLessThanOrEqual(took / TURN_MS + 1);
  expect(at.length).toBeLessThan((count * took) / PAUSE_MS);
  await Promise.all(followers.map(({ end }) => end()));
});

test('one that goes while it waits for its turn ends at once', async () => {
  const { feed, tell } = feedOf();
  const followers = await Promise.all(Array.from({ length: 400 }, () => begin(feed)));
  const waiting = followers.map(({ next }) => next());
  tell('t');
  await waiting[0];
  const since = performance.now();
  const outcomes = Promise.allSettled(waiting);
  await Promise.all(followers.map(({ end }) => end()));
  await outcomes;
  expect(performance.now() - since).toBeLessThan(400 * TURN_MS);
});
