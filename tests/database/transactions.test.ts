import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommitError } from '../../database/failures.ts';
import { inside, lanesFixture } from './lanes.fixture.ts';
import type { LanesFixture, LanesUnderTest } from './lanes.fixture.ts';

let fixture: LanesFixture;
let lanes: LanesUnderTest;

beforeAll(async () => {
  fixture = await lanesFixture();
});

afterAll(async () => {
  await fixture.close();
});

beforeEach(() => {
  lanes = fixture.lanes();
});

afterEach(async () => {
  await lanes.close();
});

describe('a read', () => {
  it('of many statements, in turn and at once, keeps its connection and its tenant', async () => {
    const before = await lanes.backend(fixture.aurora);
    for (let round = 0; round < 50; round += 1) {
      const seen = await lanes.database.withClient(inside(fixture.aurora, 'read'), async (client) => {
        const ask = async (): Promise<string | undefined> =>
          (await client.query<{ role: string }>({ text: 'select current_user::text as role' })).rows[0]?.role;
        const one = await ask();
        const two = await ask();
        const together = await Promise.all([ask(), ask()]);
        const nested = await client.withTransaction(
          async (inner) => (await inner.query<{ role: string }>({ text: 'select current_user::text as role' })).rows[0]?.role,
        );
        return [one, two, ...together, nested, await ask()];
      });
      expect(seen).toEqual(Array.from({ length: 6 }, () => fixture.aurora.role));
    }
    expect(await lanes.backend(fixture.aurora)).toBe(before);
  });

  it('goes on after a failed statement', async () => {
    const before = await lanes.backend(fixture.aurora);
    const answer = await lanes.database.withClient(inside(fixture.aurora, 'read'), async (client) => {
      await expect(client.query({ text: 'select 1 / 0' })).rejects.toMatchObject({ code: '22012' });
      return (await client.query<{ two: number }>({ text: 'select 2 as two' })).rows[0]?.two;
    });
    expect(answer).toBe(2);
    expect(await lanes.backend(fixture.aurora)).toBe(before);
  });
});

describe('a write', () => {
  it('is no success when COMMIT is answered with ROLLBACK', async () => {
    const attempt = lanes.database.withClient(inside(fixture.aurora, 'write'), async (client) => {
      await client.query({ text: `update stamps set note = 'lost' where id = 2` });
      await client.query({ text: 'select 1 / 0' }).catch(() => undefined);
      return 'looks fine';
    });
    await expect(attempt).rejects.toBeInstanceOf(CommitError);
    expect(await lanes.ask(fixture.aurora, 'select note from stamps where id = 2')).toEqual([{ note: null }]);
  });

  it('reports what only COMMIT finds out, and keeps the connection', async () => {
    const before = await lanes.backend(fixture.aurora);
    const attempt = lanes.ask(fixture.aurora, `update stamps set note = 'twice' where id in (3, 4)`, [], 'write');
    await expect(attempt).rejects.toMatchObject({ code: '23505' });
    expect(await lanes.backend(fixture.aurora)).toBe(before);
  });

  it('is rolled back when the callback throws', async () => {
    const attempt = lanes.database.withClient(inside(fixture.aurora, 'write'), async (client) => {
      await client.query({ text: `update stamps set note = 'thrown away' where id = 5` });
      throw new Error('changed my mind');
    });
    await expect(attempt).rejects.toThrow('changed my mind');
    expect(await lanes.ask(fixture.aurora, 'select note from stamps where id = 5')).toEqual([{ note: null }]);
  });

  it('is refused inside a read', async () => {
    await expect(lanes.ask(fixture.aurora, `update stamps set note = ''`)).rejects.toMatchObject({ code: '25006' });
  });

  it('undoes a failed savepoint alone, the scope surviving, to any depth', async () => {
    await lanes.database.withClient(inside(fixture.aurora, 'write'), async (client) => {
      await client.query({ text: `update stamps set note = 'outer' where id = 6` });
      await client.withTransaction(async (inner) => {
        await inner.query({ text: `update stamps set note = 'inner' where id = 7` });
        await inner
          .withTransaction((innermost) => innermost.query({ text: `update stamps set note = (1 / 0)::text where id = 8` }))
          .catch(() => undefined);
      });
      const failed = client.withTransaction((inner) => inner.query({ text: 'select from no_such_table' }));
      const after = client.query({ text: `update stamps set note = current_user where id = 9` });
      await expect(failed).rejects.toMatchObject({ code: '42P01' });
      await after;
    });
    const notes = await lanes.ask<{ note: string | null }>(
      fixture.aurora,
      'select note from stamps where id between 6 and 9 order by id',
    );
    expect(notes.map(({ note }) => note)).toEqual(['outer', 'inner', null, fixture.aurora.role]);
  });

  it('sends nothing at all when the callback asks nothing', async () => {
    expect(await lanes.database.withClient(inside(fixture.aurora, 'write'), async () => 42)).toBe(42);
  });

  it('does not lend its client beyond its end', async () => {
    const kept = await lanes.database.withClient(inside(fixture.aurora), async (client) => {
      await client.query({ text: 'select 1' });
      return client;
    });
    await expect(kept.query({ text: 'select 1' })).rejects.toThrow('after its request had ended');
  });
});

describe('prepared statements', () => {
  it('are retried once, whole, when a plan went stale', async () => {
    const text = 'select note from stamps where id = 10';
    const { aurora } = fixture;
    await lanes.ask(aurora, text);
    const before = await lanes.backend(aurora);
    await fixture.asOwner(`alter table ${aurora.schema}.stamps alter column note type varchar(500)`);
    const callback = vi.fn();
    const { rows } = await lanes.database.withClient(inside(aurora, 'write'), async (client) => {
      callback();
      await client.query({ text: `update stamps set note = 'once' where id = 11` });
      return await client.query({ text });
    });
    expect(rows).toEqual([{ note: null }]);
    expect(callback).toHaveBeenCalledTimes(2);
    expect(await lanes.ask(aurora, text)).toEqual([{ note: null }]);
    expect(await lanes.backend(aurora)).toBe(before);
    await fixture.asOwner(`alter table ${aurora.schema}.stamps alter column note type text`);
  });

  it('are not shared between tenants on different schema versions', async () => {
    const text = 'select note from stamps where id = 12';
    const older = { ...fixture.borealis, schemaVersion: 7 };
    await lanes.ask(fixture.aurora, text);
    await fixture.asOwner(`alter table ${older.schema}.stamps alter column note type varchar(400)`);
    const callback = vi.fn();
    await lanes.database.withClient(inside(older), async (client) => {
      callback();
      return await client.query({ text });
    });
    expect(callback).toHaveBeenCalledTimes(1);
    const names = await lanes.ask<{ name: string }>(fixture.aurora, `select name from pg_catalog.pg_prepared_statements`);
    expect(names.filter(({ name }) => name.startsWith('v7:'))).toHaveLength(1);
    await fixture.asOwner(`alter table ${older.schema}.stamps alter column note type text`);
  });

  it('are deallocated when others have pushed them out', async () => {
    for (let number = 0; number < 250; number += 1) await lanes.ask(fixture.aurora, `select ${number}`);
    const [row] = await lanes.ask<{ kept: number }>(fixture.aurora, 'select count(*)::int as kept from pg_catalog.pg_prepared_statements');
    expect(row?.kept).toBeGreaterThan(150);
    expect(row?.kept).toBeLessThanOrEqual(202);
    expect(await lanes.ask(fixture.aurora, 'select 0')).toEqual([{ '?column?': 0 }]);
  });

  it('never take two statements in one text', async () => {
    await expect(lanes.ask(fixture.aurora, 'select 1; select 2')).rejects.toMatchObject({ code: '42601' });
  });

  it('give the connection up after a value that cannot be sent', async () => {
    const before = await lanes.backend(fixture.aurora);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    await expect(lanes.ask(fixture.aurora, 'select $1::jsonb', [circular])).rejects.toThrow(TypeError);
    expect(await lanes.backend(fixture.aurora)).not.toBe(before);
  });
});

describe('statements of one request that leave together', () => {
  const codes = async (access: 'read' | 'write', texts: readonly string[]) =>
    await lanes.database
      .withClient(inside(fixture.aurora, access), async (client) => {
        const outcomes = await Promise.allSettled(texts.map(async (text) => await client.query({ text })));
        return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'ok' : String((outcome.reason as { code?: unknown }).code)));
      })
      .catch((error: unknown) => String((error as { code?: unknown }).code));

  it.each(['read', 'write'] as const)('and can’t be prepared all say why, in a %s: none was taken for prepared', async (access) => {
    const before = await lanes.backend(fixture.aurora);
    const text = `select ${access === 'read' ? 1 : 2} from nowhere`;
    if (access === 'read') {
      expect(await codes('read', [text, text, text])).toEqual(['42P01', '42P01', '42P01']);
    } else {
      // The transaction fails as a whole; what each statement was told is seen before it does.
      let told: string[] = [];
      const attempt = lanes.database.withClient(inside(fixture.aurora, 'write'), async (client) => {
        const outcomes = await Promise.allSettled([text, text].map(async (each) => await client.query({ text: each })));
        told = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'ok' : String((outcome.reason as { code?: unknown }).code)));
      });
      await expect(attempt).rejects.toBeInstanceOf(CommitError);
      expect(told).toEqual(['42P01', '42P01']);
    }
    expect(await codes('read', [text, 'select 3', text])).toEqual(['42P01', 'ok', '42P01']);
    expect(await lanes.backend(fixture.aurora)).toBe(before);
  });

  it('are prepared anew when their name was given up a moment before', async () => {
    const many = Array.from({ length: 200 }, (_, number) => `select ${number} as number`);
    expect(new Set(await codes('read', many))).toEqual(new Set(['ok']));
    // Each of the new ones takes the place of the oldest, which comes again before its DEALLOCATE is answered.
    expect(new Set(await codes('read', ['select -1', 'select -2', 'select -3', ...many]))).toEqual(new Set(['ok']));
  });
});
