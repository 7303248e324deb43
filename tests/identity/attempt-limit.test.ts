import { expect, test } from 'vitest';
import { createAttemptLimit, network } from '../../server/identity/attempt-limit.ts';

test('too many attempts of one address are refused with the time to wait; other addresses are not concerned', async () => {
  const limit = createAttemptLimit(3);
  for (let attempt = 0; attempt < 3; attempt += 1) await limit.count('192.0.2.1');
  const refusal = await limit.count('192.0.2.1').catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
  expect((refusal as { retryAfter: number }).retryAfter).toBeGreaterThan(0);
  await limit.count('192.0.2.2');
});

test('successes do not count', async () => {
  const limit = createAttemptLimit(2);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await limit.count('192.0.2.1');
    await limit.succeeded('192.0.2.1');
  }
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s is counted as %s', (address, counted) => {
  expect(network(address)).toBe(counted);
});
