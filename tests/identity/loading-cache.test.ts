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
