import { hash } from '@node-rs/argon2';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAttemptLimit } from '../../server/identity/attempt-limit.ts';
import type { AuthPool } from '../../server/identity/auth-pool.ts';
import { hashPassword } from '../../server/identity/passwords.ts';
import { createSignIn } from '../../server/identity/sign-in.ts';
import type { Tokens } from '../../server/identity/tokens.ts';
import { createLogger } from '../../server/observability/logger.ts';

const tokens: Tokens = {
  issue: async () => ({ accessToken: 'token', expiresIn: 900 }),
  verify: async () => Promise.reject(new Error('not asked')),
};
const account = { operator_id: 'o', user_id: 'u', email: 'a@b.example', name: 'A', role: 'admin', session_id: 's' };

let lines: string[] = [];
let calls: [name: string, values: readonly unknown[]][] = [];
beforeEach(() => {
  lines = [];
  calls = [];
});

/** Signs in against a database that begins as told and finishes with the account when the password matched. */
function signInWith(begun: object | undefined, finished: object = account) {
  const pool: AuthPool = {
    query: async <Row extends object>({ name }: { name: string }, values: readonly unknown[]) => {
      calls.push([name, values]);
      const rows = name.startsWith('begin') ? [begun] : values.at(-1) === true ? [finished] : [];
      return rows.filter((row) => row !== undefined) as Row[];
    },
    close: async () => undefined,
  };
  return createSignIn({
    pool,
    tokens,
    limit: createAttemptLimit(5),
    logger: createLogger('info', { write: (line) => void lines.push(line) }),
  });
}

const credentials = { email: 'a@b.example', password: 'right' };

describe('signing in', () => {
  test('counts first, compares then, and finishes with what the comparison said', async () => {
    const signIn = signInWith({ attempt_id: 'a1', password_hash: await hashPassword('right'), locked_until: null });
    expect(await signIn.user('aurora', credentials, '192.0.2.1')).toMatchObject({ accessToken: 'token', user: { id: 'u' } });
    await expect(signIn.user('aurora', { ...credentials, password: 'wrong' }, '192.0.2.1')).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' });
    expect(calls).toEqual([
      ['begin_user_sign_in', ['aurora', 'a@b.example']],
      ['finish_user_sign_in', ['aurora', 'a1', true]],
      ['begin_user_sign_in', ['aurora', 'a@b.example']],
      ['finish_user_sign_in', ['aurora', 'a1', false]],
    ]);
    expect(lines).toEqual([]);
  });

  test('tells whoever reads the log that a password is stored with old parameters, not which', async () => {
    const old = await hash('right', { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await signInWith({ attempt_id: 'a1', password_hash: old, locked_until: null }).operator(credentials, '192.0.2.1');
    expect(lines.join('')).toContain('old parameters');
    expect(lines.join('')).not.toMatch(/argon2id|right|a@b\.example/);
  });

  test.each([
    ['says until when', { attempt_id: null, password_hash: null, locked_until: new Date(Date.now() + 90_000) }],
    ['does not say until when', { attempt_id: null, password_hash: null, locked_until: null }],
    ['answers nothing at all', undefined],
  ])('is ACCOUNT_LOCKED when the database %s, and nothing is compared', async (_name, begun) => {
    const refusal = await signInWith(begun).operator(credentials, '192.0.2.1').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'ACCOUNT_LOCKED', retryAfter: expect.any(Number) });
    expect(calls).toHaveLength(1);
  });

  test('is not counted twice against an address that succeeds, and is refused to one that fails too often', async () => {
    const signIn = signInWith({ attempt_id: 'a1', password_hash: await hashPassword('right'), locked_until: null });
    for (let attempt = 0; attempt < 8; attempt += 1) await signIn.operator(credentials, '192.0.2.1');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(signIn.operator({ ...credentials, password: 'wrong' }, '192.0.2.1')).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' });
    }
    calls = [];
    await expect(signIn.operator(credentials, '192.0.2.1')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(calls).toEqual([]);
  });

  test('gives no token to an operator whose role this version does not know', async () => {
    const begun = { attempt_id: 'a1', password_hash: await hashPassword('right'), locked_until: null };
    await expect(signInWith(begun, { ...account, role: 'emperor' }).operator(credentials, '192.0.2.1')).rejects.toThrow('unknown role');
  });
});
