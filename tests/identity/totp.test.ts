import { describe, expect, test } from 'vitest';
import { base32, hashRecoveryCode, keyUri, makeRecoveryCodes, makeTotpSecret, stepOf } from '../../server/identity/totp.ts';

describe('a time-based code', () => {
  // The SHA-1 rows of RFC 6238, appendix B: seconds since 1970 and the last six of its eight digits.
  const secret = Buffer.from('12345678901234567890');
  const vectors: readonly (readonly [number, string])[] = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ];

  test.each(vectors)('at %i seconds is as RFC 6238 says, and of its step', (seconds, code) => {
    expect(stepOf(secret, code, seconds * 1_000)).toBe(Math.floor(seconds / 30));
    expect(stepOf(makeTotpSecret(), code, seconds * 1_000)).toBeNull();
  });

  test.each([
    [-2, null],
    [-1, 1],
    [0, 1],
    [1, 1],
    [2, null],
  ])('counts for a clock that is %i steps ahead: %s', (ahead, step) => {
    expect(stepOf(secret, '287082', (59 + ahead * 30) * 1_000)).toBe(step);
  });

  test.each(['', '28708', '2870820', 'abcdef', '28 70 82x', '２８７０８２'])('%j is none', (code) => {
    expect(stepOf(secret, code, 59_000)).toBeNull();
    expect(stepOf(secret, '287 082', 59_000)).toBe(1);
  });
});

test('the URI for an app names realm and person, and cannot be split by a colon in a name', () => {
  const secret = makeTotpSecret();
  const uri = new URL(keyUri(secret, 'Evil: Twin & Co', 'anna@aurora.example'));
  expect(decodeURIComponent(uri.pathname)).toBe('/Evil  Twin & Co:anna@aurora.example');
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({
    issuer: 'Evil  Twin & Co', secret: base32(secret), algorithm: 'SHA1', digits: '6', period: '30',
  });
});

test('recovery codes are ten, all different, and found however they are typed', () => {
  const { codes, hashes } = makeRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  expect(codes.map(hashRecoveryCode)).toEqual(hashes);
  expect(codes.map((code) => hashRecoveryCode(` ${code.toLowerCase().replaceAll('-', '')} `))).toEqual(hashes);
  expect(hashes).not.toContain(hashRecoveryCode('123456'));
});
