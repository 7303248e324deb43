import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { tenantEnvelope } from '../../database/envelope.ts';
import type { TenantRoute } from '../../database/envelope.ts';
import { EnvelopeError } from '../../database/failures.ts';
import { createLanes } from '../../database/lanes.ts';
import type { Database } from '../../database/lanes.ts';
import { lanesFixture } from './lanes.fixture.ts';
import type { LanesFixture } from './lanes.fixture.ts';

/** Which fault is planted in the envelope at the moment. */
const planted = vi.hoisted(() => ({ sessionSettings: false, pathWithoutTemp: false, forgottenSetting: false, scopedFromBirth: false }));

vi.mock(import('../../database/envelope.ts'), async (original) => {
  const envelope = await original();
  const sound = envelope.ENVELOPE_STATEMENT;
  const sessionText = sound.text.replaceAll(/(set_config\('[^']+', \$\d+), true\)/g, '$1, false)');
  return {
    ...envelope,
    get ENVELOPE_STATEMENT() {
      if (planted.forgottenSetting) {
        return { ...sound, text: sound.text.replace(/(pg_catalog\.set_config\('tenantry\.request_id', \$\d+, true\))/, `nullif($1, '')`) };
      }
      return planted.sessionSettings ? { ...sound, text: sessionText } : sound;
    },
    get SESSION_STATE_TEXT() {
      return planted.scopedFromBirth ? "select 'tenant_x|path|0||||||' as state" : envelope.SESSION_STATE_TEXT;
    },
    envelopeParameters: (scope) =>
      planted.pathWithoutTemp
        ? envelope.envelopeParameters(scope).map((value) => value.replace(', pg_temp', ''))
        : envelope.envelopeParameters(scope),
  };
});

let fixture: LanesFixture;

beforeAll(async () => {
  fixture = await lanesFixture();
  await dropBrands();
  for (const tenant of [fixture.aurora, fixture.borealis]) {
    await fixture.asOwner(`
      create table ${tenant.schema}.brands_probe (name text);
      grant select, insert on ${tenant.schema}.brands_probe to ${tenant.role};
    `);
  }
});

afterAll(async () => {
  await dropBrands();
  await fixture.close();
});

async function dropBrands(): Promise<void> {
  for (const tenant of [fixture.aurora, fixture.borealis]) {
    await fixture.asOwner(`drop table if exists ${tenant.schema}.brands_probe`);
  }
}

async function withOneConnection(work: (database: Database) => Promise<void>): Promise<void> {
  const lane = { connections: 1, waitTimeoutMs: 1_000, waitersPerTenant: 10 };
  const database = createLanes({ ...fixture, lanes: 1, lane, operators: lane });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

async function write(database: Database, tenant: TenantRoute, ...texts: string[]): Promise<unknown[]> {
  const claims = { tenantId: tenant.id, userId: '', role: '', sessionId: '', operatorId: '', serviceId: '', requestId: '' };
  return await database.withClient(tenantEnvelope(tenant, claims, 'write', 5_000), async (client) => {
    let rows: unknown[] = [];
    for (const text of texts) ({ rows } = await client.query({ text }));
    return rows;
  });
}

describe('a planted fault', () => {
  it('SET instead of SET LOCAL in the envelope is caught by the next request on the connection', async () => {
    planted.sessionSettings = true;
    try {
      await withOneConnection(async (database) => {
        await write(database, fixture.aurora, 'select 1');
        const next = write(database, fixture.borealis, `insert into brands_probe values ('never stored')`);
        const error = await next.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(EnvelopeError);
        expect(error).toMatchObject({ sqlstate: null, message: 'the session still carried an earlier scope' });
      });
    } finally {
      planted.sessionSettings = false;
    }
    const stored = await fixture.asOwner(`select from ${fixture.borealis.schema}.brands_probe`);
    expect(stored).toEqual([]);
  });

  it('an envelope of which a setting was not made is refused', async () => {
    planted.forgottenSetting = true;
    try {
      await withOneConnection(async (database) => {
        await expect(write(database, fixture.aurora, 'select 1')).rejects.toThrow('not set whole');
      });
    } finally {
      planted.forgottenSetting = false;
    }
  });

  it('a login that comes with a scope of its own is not used', async () => {
    planted.scopedFromBirth = true;
    try {
      await withOneConnection(async (database) => {
        await expect(write(database, fixture.aurora, 'select 1')).rejects.toThrow('cannot be reached');
      });
    } finally {
      planted.scopedFromBirth = false;
    }
  });

  /** Whose rows the table `brands_probe` of another tenant's session gets to see, in order: the trap and its victim. */
  async function trap(): Promise<{ trapped: unknown[]; stored: unknown[] }> {
    const { aurora, borealis, endpoint } = fixture;
    await fixture.asMigrator(`grant temporary on database ${endpoint.database} to ${aurora.role}`);
    let trapped: unknown[] = [];
    try {
      await withOneConnection(async (database) => {
        await write(
          database,
          aurora,
          'create temporary table brands_probe (name text)',
          'grant select, insert on pg_temp.brands_probe to public',
        );
        await write(database, borealis, `insert into brands_probe values ('secret of borealis')`);
        trapped = await write(database, aurora, 'select name from pg_temp.brands_probe');
      });
    } finally {
      await fixture.asMigrator(`revoke temporary on database ${endpoint.database} from ${aurora.role}`);
    }
    const stored = await fixture.asOwner(`select name from ${borealis.schema}.brands_probe`);
    return { trapped, stored };
  }

  it('a temporary table in another tenant’s session is passed by, because pg_temp comes last', async () => {
    expect(await trap()).toEqual({ trapped: [], stored: [{ name: 'secret of borealis' }] });
  });

  it('the same table catches the row when the path does not name pg_temp: the trap is a real one', async () => {
    await fixture.asOwner(`truncate ${fixture.borealis.schema}.brands_probe`);
    planted.pathWithoutTemp = true;
    try {
      expect(await trap()).toEqual({ trapped: [{ name: 'secret of borealis' }], stored: [] });
    } finally {
      planted.pathWithoutTemp = false;
    }
  });
});
