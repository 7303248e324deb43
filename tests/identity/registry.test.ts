import { expect, test } from 'vitest';
import type { AuthPool } from '../../server/identity/auth-pool.ts';
import { createTenantRegistry } from '../../server/identity/registry.ts';

/** Counts how many look-ups are under way at once; each takes a moment. */
function slowPool() {
  const seen = { now: 0, most: 0, all: 0 };
  const pool: AuthPool = {
    query: async () => {
      seen.all += 1;
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      await new Promise((resolve) => {
        setTimeout(resolve, 2);
      });
      seen.now -= 1;
      return [];
    },
    close: async () => undefined,
  };
  return { pool, seen };
}

test('invented tenants are looked up one at a time, once a moment each, and past a queue not at all', async () => {
  const { pool, seen } = slowPool();
  const registry = createTenantRegistry(pool);
  expect(await Promise.all([registry.route('zz1'), registry.route('zz1'), registry.route('zz2')])).toEqual([null, null, null]);
  expect(await registry.route('zz1')).toBeNull();
  expect(seen).toEqual({ now: 0, most: 1, all: 2 });
  const flood = await Promise.allSettled(Array.from({ length: 300 }, (_, n) => registry.route(`flood${n}`)));
  const refused = flood.filter(({ status }) => status === 'rejected');
  expect(refused[0]).toMatchObject({ reason: { code: 'UNAVAILABLE', retryAfter: 1 } });
  expect({ refused: refused.length, most: seen.most }).toEqual({ refused: 100, most: 1 });
  // The queue is free again.
  expect(await registry.route('late')).toBeNull();
});
