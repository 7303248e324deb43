import { expect, test } from 'vitest';
import { EnvelopeError, UnavailableError } from '../../database/failures.ts';
import type { Database } from '../../database/lanes.ts';
import type { ScopedClient } from '../../database/scope.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { preflight } from '../../server/preflight.ts';

const sound = { version: 180_004, version_text: '18.4', max_connections: 100, reserved: 3, read_only: false };
const installed = { lanes: 16, behind: false };

/** A database that describes itself as told, after failing as often as told. */
function pretend(server: object, installation: object, failures: unknown[] = []): Database {
  return {
    withClient: async (_envelope, callback) => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      const query = async ({ text }: { text: string }) => ({ rows: [text.includes('installation_lanes') ? installation : server], rowCount: 1 });
      return await callback({ query } as unknown as ScopedClient);
    },
    terminateTenant: async () => 0,
    stats: () => ({ operators: { open: 0, busy: 0, waiting: 0, recycled: 0 }, lanes: [] }),
    close: async () => undefined,
  };
}

function check(database: Database, patienceMs = 0, lines: string[] = []) {
  return preflight({
    database,
    prefix: '',
    newest: '000001.sql',
    shape: { lanes: 16, laneConnections: 2, serverProcesses: 2 },
    logger: createLogger('info', { write: (line) => void lines.push(line) }),
    patienceMs,
    signal: new AbortController().signal,
  });
}

test('a sound database passes', async () => {
  await check(pretend(sound, installed));
});

test('a read-only one passes with a warning: what reads can be served', async () => {
  const lines: string[] = [];
  await check(pretend({ ...sound, read_only: true }, installed), 0, lines);
  expect(lines.join('')).toContain('read-only');
});

test.each([
  ['too old', { ...sound, version: 140_011, version_text: '14.11' }, installed, /14\.11 is too old.*15/],
  ['too small', { ...sound, max_connections: 50 }, installed, /budget.*max_connections 50/],
  ['behind', sound, { ...installed, behind: true }, /npm run migrate/],
  ['of another number of lanes', sound, { ...installed, lanes: 8 }, /LANES=8/],
])('one that is %s is refused', async (_name, server, installation, words) => {
  await expect(check(pretend(server, installation))).rejects.toMatchObject({ name: 'StartupError', message: expect.stringMatching(words) });
});

test.each(['3F000', '42883', '42501', '22023'])('one that answers %s was not migrated', async (sqlstate) => {
  const failure = new EnvelopeError('the scope was refused', sqlstate);
  await expect(check(pretend(sound, installed, [failure]), 60_000)).rejects.toThrow(/npm run migrate/);
});

test('one that comes up late is waited for', async () => {
  const refused = new UnavailableError('the database cannot be reached', 1, new Error('connect ECONNREFUSED'));
  await check(pretend(sound, installed, [refused, refused]), 5_000);
  await expect(check(pretend(sound, installed, [refused]))).rejects.toThrow(/did not answer .*ECONNREFUSED/);
});
