import { expect, test } from 'vitest';
import { loadingCache } from '../../server/identity/loading-cache.ts';

function counted() {
  const waiting: ((value: { n: number }) => void)[] = [];
  const cache = loadingCache<{ n: number }>({
    max: 2,
    ttlMs: () => 60_000,
    load: () => new Promise((resolve) => waiting.push(resolve)),
  });
  return { cache, waiting };
}

test('callers of one key share a load, and the value is kept', async () => {
  const { cache, waiting } = counted();
  const both = [cache.get('a'), cache.get('a')];
  expect(waiting).toHaveLength(1);
  waiting[0]?.({ n: 1 });
  expect(await Promise.all(both)).toEqual([{ n: 1 }, { n: 1 }]);
  expect(cache.peek('a')).toEqual({ n: 1 });
  expect(await cache.get('a')).toEqual({ n: 1 });
  expect(waiting).toHaveLength(1);
});

test('a load that began before a drop is answered and not kept', async () => {
  const { cache, waiting } = counted();
  const old = cache.get('a');
  cache.drop('a');
  const young = cache.get('a');
  expect(waiting).toHaveLength(2);
  waiting[1]?.({ n: 2 });
  await young;
  waiting[0]?.({ n: 1 });
  expect(await old).toEqual({ n: 1 });
  expect(cache.peek('a')).toEqual({ n: 2 });
});

test('a failed load is not kept', async () => {
  let fails = true;
  const cache = loadingCache<{ n: number }>({
    max: 2,
    ttlMs: () => 60_000,
    load: async () => {
      if (fails) throw new Error('down');
      return { n: 1 };
    },
  });
  await expect(cache.get('a')).rejects.toThrow('down');
  fails = false;
  expect(await cache.get('a')).toEqual({ n: 1 });
});

test('it holds no more than it may, and nothing after clear', async () => {
  const cache = loadingCache<{ key: string }>({ max: 2, ttlMs: () => 60_000, load: async (key) => ({ key }) });
  for (const key of ['a', 'b', 'c']) await cache.get(key);
  expect(cache.peek('a')).toBeUndefined();
  expect(cache.peek('c')).toEqual({ key: 'c' });
  cache.clear();
  expect(cache.peek('c')).toBeUndefined();
});

test('what is not there has a place of its own, and displaces nothing that is', async () => {
  let loads = 0;
  const there = new Set(['a', 'b']);
  const cache = loadingCache<{ there: boolean }>({
    max: 2,
    absent: { is: (value) => !value.there, max: 3 },
    ttlMs: () => 60_000,
    load: async (key) => {
      loads += 1;
      return { there: there.has(key) };
    },
  });
  await cache.get('a');
  await cache.get('b');
  for (let n = 0; n < 10; n += 1) await cache.get(`invented ${n}`);
  expect([cache.peek('a'), cache.peek('b')]).toEqual([{ there: true }, { there: true }]);
  expect([cache.peek('invented 6'), cache.peek('invented 9')]).toEqual([undefined, { there: false }]);
  await cache.get('invented 9');
  expect(loads).toBe(12);
  // Once it is there, the absence is forgotten.
  cache.drop('invented 9');
  there.add('invented 9');
  expect(await cache.get('invented 9')).toEqual({ there: true });
  expect(cache.peek('a')).toBeUndefined();
});
