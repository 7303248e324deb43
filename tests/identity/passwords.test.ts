import { hash } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { hashPassword, needsRehash, verifyPassword } from '../../server/identity/passwords.ts';

test('a password is kept as argon2id with OWASP’s parameters', async () => {
  const stored = await hashPassword('correct horse');
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword(stored, 'correct horse')).toBe(true);
  expect(await verifyPassword(stored, 'Correct horse')).toBe(false);
  expect(needsRehash(stored)).toBe(false);
});

test('a hash with other parameters still verifies and is reported', async () => {
  const old = await hash('correct horse', { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  expect(await verifyPassword(old, 'correct horse')).toBe(true);
  expect(needsRehash(old)).toBe(true);
});

test.each(['', 'nonsense', '$argon2id$v=19$'])('%j is a hash that nothing matches', async (stored) => {
  expect(await verifyPassword(stored, '')).toBe(false);
});
