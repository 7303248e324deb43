import { hash } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { checkNewPassword } from '../../server/identity/password-policy.ts';
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

describe('a new password', () => {
  const email = 'anna.long@platform.example';
  const current = 'a sentence of the time before';

  test.each([
    ['the one that it replaces', current, /the password that you have/],
    ['hardly more than that', `${current}!`, /hardly more than the one you have/],
    ['hardly more than the e-mail', `X${email.toUpperCase()}1`, /e-mail address/],
    ['short', 'elevenchars', /at least 12/],
    ['endless', 'long '.repeat(41), /at most 200/],
    ['common', 'passwordpassword', /tried first/],
  ])('is not %s', (_what, password, words) => {
    expect(() => checkNewPassword(password, email, current)).toThrow(words);
  });

  test('is anything else, also where there was none before', () => {
    expect(() => checkNewPassword('a sentence of the time after', email, current)).not.toThrow();
    expect(() => checkNewPassword(current, email, null)).not.toThrow();
  });
});
