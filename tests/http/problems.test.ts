import { describe, expect, test } from 'vitest';
import { CommitError, ConnectionLostError, EnvelopeError, UnavailableError } from '../../database/failures.ts';
import { CATALOGUE, PROBLEM_CODES, problemType } from '../../server/http/catalogue.ts';
import { problem, problemFromDatabase, toProblem } from '../../server/http/problems.ts';
import { problemBody } from '../../server/http/render.ts';

/** The published refusals: what clients script against. A code added here must be added to the catalogue, and the reverse. */
const PUBLISHED: Readonly<Record<number, readonly string[]>> = {
  400: ['MALFORMED_REQUEST', 'QUERY_TOO_COSTLY'],
  401: ['UNAUTHENTICATED', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'TOKEN_REVOKED', 'BAD_CREDENTIALS', 'SECOND_FACTOR_REQUIRED'],
  403: ['TENANT_CONTEXT_REQUIRED', 'TENANT_FORBIDDEN', 'TENANT_SUSPENDED', 'FORBIDDEN', 'SECOND_FACTOR_MISSING'],
  404: ['NOT_FOUND'],
  409: ['TENANT_EXISTS', 'INVALID_TRANSITION', 'NOT_PROVEN', 'CONFLICT'],
  412: ['STALE_VERSION'],
  413: ['TOO_LARGE'],
  422: ['INVALID_INPUT'],
  423: ['ACCOUNT_LOCKED'],
  429: ['RATE_LIMITED'],
  500: ['INTERNAL'],
  503: ['UNAVAILABLE', 'TENANT_BEHIND', 'LOCKED_DOWN'],
  507: ['STORAGE_LIMIT'],
};

/** An error as pg gives it. */
function databaseError(code: string, more: Record<string, string> = {}): Error {
  return Object.assign(new Error('relation "tenant_aurora.brands" says no to role tenant_aurora'), { code, severity: 'ERROR', ...more });
}

test('the catalogue is the published list', () => {
  const actual = Object.groupBy(PROBLEM_CODES, (code) => CATALOGUE[code].status);
  expect(actual).toEqual(PUBLISHED);
});

test('each code has an address of its own', () => {
  expect(problemType('TENANT_EXISTS')).toBe('/problems/tenant-exists');
  expect(new Set(PROBLEM_CODES.map(problemType)).size).toBe(PROBLEM_CODES.length);
});

describe('what Tenantry’s own functions raise is passed on', () => {
  test.each([
    ['TN001', 'TENANT_EXISTS'],
    ['TN002', 'INVALID_INPUT'],
    ['TN003', 'NOT_FOUND'],
    ['TN004', 'INVALID_TRANSITION'],
    ['TN015', 'CONFLICT'],
    ['TN016', 'CONFLICT'],
    ['TN018', 'RATE_LIMITED'],
    ['TN005', 'NOT_PROVEN'],
    ['TN040', 'NOT_PROVEN'],
    ['TN006', 'STALE_VERSION'],
    ['TN008', 'CONFLICT'],
    ['TN009', 'FORBIDDEN'],
  ])('%s is %s', (sqlstate, code) => {
    const error = Object.assign(new Error('another tenant bears this name'), { code: sqlstate, severity: 'ERROR' });
    expect(problemFromDatabase(error)).toMatchObject({ code, message: 'Another tenant bears this name.', cause: error });
  });

  test.each([
    ['suspended', 'TENANT_SUSPENDED'],
    ['archived', 'TENANT_FORBIDDEN'],
  ])('TN010 with detail %s is %s', (detail, code) => {
    expect(problemFromDatabase(databaseError('TN010', { detail }))).toMatchObject({ code });
  });

  test.each([
    ['domain', 'domain'],
    ['admin_email', 'admin.email'],
    ['admin.email', 'admin.email'],
    ['schema_version', 'schemaVersion'],
    ['Idempotency-Key', 'Idempotency-Key'],
  ])('column %s is the field %s', (column, field) => {
    expect(problemFromDatabase(databaseError('TN002', { column }))?.errors).toMatchObject([{ field }]);
  });
});

describe('what PostgreSQL says itself is never passed on', () => {
  test.each([
    ['42501', 'FORBIDDEN'],
    ['40001', 'CONFLICT'],
    ['40P01', 'CONFLICT'],
    ['55P03', 'CONFLICT'],
    ['23505', 'CONFLICT'],
    ['23503', 'CONFLICT'],
    ['23514', 'INVALID_INPUT'],
    ['22P05', 'INVALID_INPUT'],
    ['22021', 'INVALID_INPUT'],
    ['22025', 'INVALID_INPUT'],
    ['2201B', 'INVALID_INPUT'],
    ['57014', 'UNAVAILABLE'],
    ['57P01', 'UNAVAILABLE'],
    ['57P03', 'UNAVAILABLE'],
    ['53300', 'UNAVAILABLE'],
    ['08006', 'UNAVAILABLE'],
    ['25006', 'UNAVAILABLE'],
    ['42P01', 'INTERNAL'],
    ['42601', 'INTERNAL'],
    ['XX000', 'INTERNAL'],
  ])('%s is %s', (sqlstate, code) => {
    const refusal = toProblem(databaseError(sqlstate));
    expect(refusal.code).toBe(code);
    expect(JSON.stringify(problemBody(refusal, 'r'))).not.toMatch(/tenant_aurora|brands|relation/);
  });
});

describe('a database that cannot be reached is UNAVAILABLE, with the time to wait', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
  test.each([
    ['no connection in time', new UnavailableError('the database cannot be reached', 2)],
    ['a lost connection', new ConnectionLostError(true)],
    ['a commit that was none', new CommitError('ROLLBACK')],
    ['an envelope on a broken session', new EnvelopeError('the scope was not set whole', null)],
    ['a refused socket', refused],
    ['refused on every address', new AggregateError([refused, refused])],
  ])('%s', (_name, error) => {
    const refusal = toProblem(error);
    expect(refusal).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    expect(refusal.retryAfter).toBeGreaterThan(0);
    expect(refusal.message).not.toContain('5432');
  });

  test('an envelope that the database refused is FORBIDDEN', () => {
    expect(toProblem(new EnvelopeError('the scope was refused', '42501'))).toMatchObject({ code: 'FORBIDDEN' });
  });
});

test('anything else is INTERNAL in words of our own, with its cause kept for the log', () => {
  const error = new TypeError('Cannot read properties of undefined');
  const refusal = toProblem(error);
  expect(refusal).toMatchObject({ code: 'INTERNAL', status: 500, cause: error });
  expect(refusal.message).not.toContain('undefined');
  expect(toProblem('a string').code).toBe('INTERNAL');
  expect(toProblem(undefined).code).toBe('INTERNAL');
});

test('members of a problem cannot replace its own', () => {
  const refusal = problem('CONFLICT', 'No.', { members: { status: 200, failedStep: 'keys' } });
  expect(problemBody(refusal, 'r-1')).toMatchObject({ status: 409, code: 'CONFLICT', failedStep: 'keys', requestId: 'r-1' });
});
