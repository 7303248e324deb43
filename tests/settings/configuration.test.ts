/** A tenant's settings by SQL: what is refused and where, what is kept of each change, and how the registry follows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SETTING_SCHEMAS } from '../../database/setting-schemas.ts';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { claimsOf } from '../tenant/policy-matrix.ts';
import { settingCases } from './corpus.ts';
import type { TestDatabase } from '../harness/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.provision('aurora', { template: 'demo' });
  await database.provision('borealis', { template: 'demo' });
});

afterAll(async () => {
  await database.drop();
});

/** How a statement of an admin ends: `ok`, or the SQLSTATE with the field it names. */
async function operate(sql: string, values: unknown[]): Promise<unknown> {
  return await database.withOperator('admin', async (client) => {
    try {
      await client.query(sql, values);
      return 'ok';
    } catch (error) {
      const { code, column } = error as { code?: string; column?: string };
      return { code, column };
    }
  });
}

const update = async (id: string, settings: unknown) =>
  await operate('select platform.update_tenant($1, $2)', [id, JSON.stringify({ settings })]);

async function rows<T extends object>(sql: string, values: unknown[] = []): Promise<T[]> {
  return await database.withOwner(async (client) => (await client.query<T>(sql, values)).rows);
}

/** Changes a section for good, as the tenant's administrator. */
async function administer(id: string, section: string, value: unknown): Promise<void> {
  await database.withUser(id, claimsOf('admin'), async (client) => {
    const { rowCount } = await client.query('update settings set value = $1 where section = $2', [JSON.stringify(value), section]);
    expect(rowCount).toBe(1);
    await client.query('commit');
  });
}

describe('a section of settings', () => {
  it.each(settingCases)('$key $value: $at', async ({ key, value, at }) => {
    const outcome = at === null ? 'ok' : { code: 'TN002', column: at };
    expect(await update('borealis', { [key]: value })).toEqual(outcome);
    const section = SETTING_SCHEMAS.find((schema) => schema.key === key);
    if (section?.heldBy !== 'tenant') return;
    const direct = await database.withUser('aurora', claimsOf('admin'), async (client) =>
      await client.query('update settings set value = $1 where section = $2', [JSON.stringify(value), section.section]).then(
        () => 'ok',
        ({ code, column }: { code?: string; column?: string }) => ({ code, column }),
      ),
    );
    expect(direct).toEqual(outcome);
  });

  it('is known by its name, in a change and in a new tenant', async () => {
    expect(await update('borealis', { business_rules: {} })).toEqual({ code: 'TN002', column: 'settings.business_rules' });
    expect(await update('borealis', 'x')).toEqual({ code: 'TN002', column: 'settings' });
    const create = 'select platform.create_tenant($1, $1, settings => $2)';
    expect(await operate(create, ['wrong', '{"businessRules": {"approvalsRequired": 9}}'])).toEqual({
      code: 'TN002', column: 'settings.businessRules.approvalsRequired',
    });
    expect(await operate(create, ['wrong', '{"features": null}'])).toEqual({ code: 'TN002', column: 'settings.features' });
  });

  it('begins as the default of its schema', async () => {
    await database.provision('fresh');
    const found = await rows(`select section, value from tenant_fresh.settings order by section`);
    const held = SETTING_SCHEMAS.filter(({ heldBy }) => heldBy === 'tenant');
    const byName = (a: { section: string }, b: { section: string }) => (a.section < b.section ? -1 : 1);
    expect(found).toEqual(held.map(({ section, schema }) => ({ section, value: schema.default })).toSorted(byName));
    const [tenant] = await rows<{ settings: object }>(`select settings from platform.tenants where id = 'fresh'`);
    expect(tenant?.settings).toEqual(Object.fromEntries(held.map(({ key, schema }) => [key, schema.default])));
    expect(await rows(`select from platform.setting_changes where tenant_id = 'fresh'`)).toEqual([]);
  });

  it('given at creation is in the tenant’s own table once that is there', async () => {
    const create = `select platform.create_tenant('early', 'Early', settings => $1)`;
    expect(await operate(create, ['{"features": {"beta": true}, "security": {"encryptTokens": false}}'])).toBe('ok');
    expect(await update('early', { businessRules: { approvalsRequired: 3 }, features: { gamma: true } })).toBe('ok');
    await database.withOwner(async (client) => await client.query(`select platform.provision_tenant('early')`));
    expect(await rows(`select section, value from tenant_early.settings where section in ('features', 'business_rules') order by 1`)).toEqual([
      { section: 'business_rules', value: { approvalsRequired: 3 } },
      { section: 'features', value: { gamma: true } },
    ]);
    const [tenant] = await rows<{ settings: object }>(`select settings from platform.tenants where id = 'early'`);
    expect(tenant?.settings).toMatchObject({ features: { gamma: true }, security: { encryptTokens: false }, integrations: { webhooks: [] } });
  });
});

describe('a change of a section', () => {
  it('counts its version, keeps what changed with who did it, and reaches the registry', async () => {
    await administer('aurora', 'branding', { logoUrl: null, primaryColor: '#112233' });
    await administer('aurora', 'branding', { logoUrl: null, primaryColor: '#112233' });
    await administer('aurora', 'branding', { logoUrl: null, primaryColor: '#445566', domain: 'aurora.example' });
    expect(await rows(`select value, version from tenant_aurora.settings where section = 'branding'`)).toEqual([
      { value: { logoUrl: null, primaryColor: '#445566', domain: 'aurora.example' }, version: 3 },
    ]);
    const changes = [
      { version: 2, before: { primaryColor: null }, after: { primaryColor: '#112233' } },
      { version: 3, before: { primaryColor: '#112233' }, after: { primaryColor: '#445566', domain: 'aurora.example' } },
    ];
    const actor = `user:${claimsOf('admin').userId}`;
    const history = `select version, actor, before, after from platform.setting_changes where tenant_id = 'aurora' and section = 'branding' order by id`;
    expect(await rows(history)).toEqual(changes.map((change) => ({ ...change, actor })));
    expect(
      await rows(
        `select (detail ->> 'version')::int as version, actor, before, after from audit.buffer
          where action = 'settings.update' and tenant_id = 'aurora' and subject = 'settings:branding' order by id`,
      ),
    ).toEqual(changes.map((change) => ({ ...change, actor })));
    const [tenant] = await rows<{ settings: object }>(`select settings from platform.tenants where id = 'aurora'`);
    expect(tenant?.settings).toMatchObject({ branding: { primaryColor: '#445566' } });
    expect(await rows(`select from platform.tenants where id = 'borealis' and settings -> 'branding' ->> 'primaryColor' = '#445566'`)).toEqual([]);
  });

  it('by an operator lands in the tenant’s table, and null puts the default back', async () => {
    expect(await update('aurora', { features: { beta: true }, security: { encryptTokens: false } })).toBe('ok');
    const features = `select value from tenant_aurora.settings where section = 'features'`;
    expect(await rows(features)).toEqual([{ value: { beta: true } }]);
    expect(await update('aurora', { features: null, security: null })).toBe('ok');
    expect(await rows(features)).toEqual([{ value: {} }]);
    expect(
      await rows(`select section, before, after from platform.setting_changes where tenant_id = 'aurora' and section in ('features', 'security') order by id desc limit 2`),
    ).toEqual([
      { section: 'features', before: { beta: true }, after: null },
      { section: 'security', before: { encryptTokens: false }, after: null },
    ]);
    const [tenant] = await rows<{ settings: object }>(`select settings from platform.tenants where id = 'aurora'`);
    expect(tenant?.settings).toMatchObject({ features: {} });
    expect(tenant?.settings).not.toHaveProperty('security');
  });

  it('by the tenant is announced to nobody, by an operator it is', async () => {
    await database.withLogin(`${database.prefix}tenantry_api`, async (listening) => {
      const heard: string[] = [];
      listening.on('notification', ({ payload }) => heard.push(payload ?? ''));
      await listening.query('listen tenantry_tenant');
      await administer('aurora', 'features', { quiet: true });
      await listening.query('select 1');
      expect(heard).toEqual([]);
      expect(await update('aurora', { security: { encryptTokens: true } })).toBe('ok');
      await expect.poll(async () => await listening.query('select 1').then(() => heard)).toEqual(['aurora']);
    });
  });

  it('of two at once, the registry and the tenant, ends without a deadlock', async () => {
    const tries = Array.from({ length: 10 }, async (_, n) =>
      n % 2 === 0
        ? await administer('borealis', 'features', { [`a${n}`]: true })
        : expect(await update('borealis', { features: { [`b${n}`]: true } })).toBe('ok'),
    );
    await Promise.all(tries);
    const found = await rows(`select t.settings -> 'features' = s.value as same from platform.tenants t, tenant_borealis.settings s where t.id = 'borealis' and s.section = 'features'`);
    expect(found).toEqual([{ same: true }]);
  });
});

describe('who reads what', () => {
  it('everybody the sections that shape what they see, administrators also integrations', async () => {
    const seen = async (role: 'viewer' | 'admin' | '') =>
      await database.withUser('aurora', claimsOf(role), async (client) =>
        (await client.query<{ section: string }>('select section from settings order by 1')).rows.map(({ section }) => section),
      );
    expect(await seen('admin')).toEqual(['branding', 'business_rules', 'features', 'integrations']);
    expect(await seen('viewer')).toEqual(['branding', 'business_rules', 'features']);
    expect(await seen('')).toEqual([]);
  });

  it('nobody a webhook’s secret, not even sealed', async () => {
    const read = async (columns: string) =>
      await database.withUser('aurora', claimsOf('admin'), async (client) =>
        await sqlstateOf(async () => await client.query(`select ${columns} from webhook_secrets`)),
      );
    expect(await read('webhook')).toBe('ok');
    expect(await read('sealed')).toBe('42501');
  });
});

describe('the schemas', () => {
  const register = async (schema: object) =>
    await database.withOwner(async (client) => {
      await client.query('begin');
      const outcome = await client.query(`update platform.setting_sections set schema = $1 where section = 'features'`, [JSON.stringify(schema)]).then(
        () => 'ok',
        ({ code, column }: { code?: string; column?: string }) => ({ code, column }),
      );
      await client.query('rollback');
      return outcome;
    });

  it.each<[object, unknown]>([
    [{ default: {}, type: 'object', additionalProperties: { type: ['boolean', 'null'] } }, 'ok'],
    [{ default: {}, type: 'object', format: 'uri' }, '$.format'],
    [{ default: {}, properties: { a: { default: 1 } } }, '$.properties.a.default'],
    [{ default: {}, properties: { a: { items: { oneOf: [] } } } }, '$.properties.a.items.oneOf'],
    [{ default: {}, additionalProperties: { $ref: '#' } }, '$.additionalProperties.$ref'],
    [{ default: {}, propertyNames: { not: {} } }, '$.propertyNames.not'],
    [{ default: {}, type: 'text' }, '$.type'],
    [{ default: {}, minimum: '1' }, '$.minimum'],
    [{ default: { a: 1 }, additionalProperties: false }, 'default.a'],
    [{ type: 'object' }, 'default'],
  ])('%j: %s', async (schema, place) => {
    expect(await register(schema)).toEqual(place === 'ok' ? 'ok' : { code: 'TN002', column: place });
  });

  it('are in the database what they are in the files', async () => {
    const found = await rows(`select section, key, held_by as "heldBy", schema from platform.setting_sections order by section`);
    const byName = (a: { section: string }, b: { section: string }) => (a.section < b.section ? -1 : 1);
    expect(found).toEqual([...SETTING_SCHEMAS].toSorted(byName));
  });
});

it('says of a value that is too long or too short by how much, with one in the singular', async () => {
  const said = async (schema: object, value: unknown) =>
    (await rows<{ flaw: string | null }>(`select flaw from platform_private.setting_flaw($1, $2, '')`, [JSON.stringify(schema), JSON.stringify(value)]))[0]?.flaw;
  for (const [schema, value, flaw] of [
    [{ minLength: 1 }, '', 'must have 1 character or more'], [{ minLength: 2 }, '', 'must have 2 characters or more'], [{ maxLength: 1 }, 'ab', 'must have 1 character or fewer'],
    [{ minItems: 1 }, [], 'must have 1 item or more'], [{ maxItems: 11 }, Array.from({ length: 12 }, () => 1), 'must have 11 items or fewer'],
    [{ maxProperties: 1 }, { a: 1, b: 2 }, 'must have 1 entry or fewer'], [{ maxProperties: 2 }, { a: 1, b: 2, c: 3 }, 'must have 2 entries or fewer'],
    [{ enum: ['must have 1 items '] }, 'x', 'must be one of must have 1 items '], [{ minLength: 1 }, 'a', null],
  ] as const) expect([schema, value, await said(schema, value)]).toEqual([schema, value, flaw]);
});
