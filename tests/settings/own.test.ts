/** What of a tenant's settings is its own: addresses that can be secrets, who decides, and that nobody overwrites what they have not read. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SETTING_SCHEMAS } from '../../database/setting-schemas.ts';
import { startTestServer } from '../harness/server.ts';
import type { OperatorTitle, TestServer } from '../harness/server.ts';
import { call, operatorApi } from '../rest/api.ts';
import { claimsOf } from '../tenant/policy-matrix.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora', 'borealis'] });
});
afterAll(async () => {
  await server.close();
});

// Rows and answers are compared by path.
// oxlint-disable-next-line typescript/no-explicit-any
type Row = Readonly<Record<string, any>>;
const rows = async (sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
  await server.db.withOwner(async (client) => (await client.query(sql, [...values])).rows);
const platform = async (title: OperatorTitle, query: string) =>
  await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken(title), body: { query } });
const ask = async (role: string, query: string, variables: unknown = {}) =>
  (await call(server.url, 'POST', '/graphql', { token: await server.tenantToken('aurora', role), body: { query, variables } })).body as Row;
/** Changes a section for good, as the tenant's administrator. */
async function administer(section: string, value: unknown): Promise<void> {
  await server.db.withUser('aurora', claimsOf('admin'), async (client) => {
    expect((await client.query('update settings set value = $1 where section = $2', [JSON.stringify(value), section])).rowCount).toBe(1);
    await client.query('commit');
  });
}
const webhook = (url: string, changes: Readonly<Record<string, unknown>> = {}) => ({ id: 'erp', url, events: ['approval.decided'], enabled: true, ...changes });
const own = async () => (await rows(`select value -> 'webhooks' as webhooks from tenant_aurora.settings where section = 'integrations'`))[0]?.['webhooks'];

describe('an address of a webhook', () => {
  const SECRET = 'https://hooks.example:8443/services/T0P/s3cr3t?token=abc';
  const SHOWN = 'https://hooks.example:8443/…';
  beforeEach(async () => {
    await administer('integrations', { webhooks: [webhook(SECRET)] });
  });

  test('is shown to operators without its path, wherever they look', async () => {
    for (const title of ['admin', 'operator', 'security', 'developer'] as const) {
      const tenant = (await operatorApi(server, title)('GET', '/tenants/aurora')).body as Row;
      expect(tenant['settings'].integrations).toEqual({ webhooks: [webhook(SHOWN)] });
      expect((await platform(title, '{ tenant(rowId: "aurora") { settings } }')).body).toMatchObject({
        data: { tenant: { settings: { integrations: { webhooks: [webhook(SHOWN)] } } } },
      });
    }
    await administer('integrations', { webhooks: [webhook(`${SECRET}d`)] });
    const kept = await rows(
      `select to_jsonb(c)::text as text from platform.setting_changes c union all select to_jsonb(e)::text from audit.buffer e
        union all select to_jsonb(t)::text from platform.tenants t`);
    expect(kept.filter(({ text }) => String(text).includes('hooks.example')).length).toBeGreaterThan(2);
    expect(kept.filter(({ text }) => String(text).includes('s3cr3t'))).toEqual([]);
    expect(await own()).toEqual([webhook(`${SECRET}d`)]);
    expect((await ask('admin', '{ setting(section: "integrations") { value } }')).data.setting.value.webhooks[0].url).toBe(`${SECRET}d`);
  });

  test('sent back as it is shown stays what it is; of an unknown one it is refused', async () => {
    const admin = operatorApi(server, 'admin');
    const put = async (value: unknown) => await admin('PATCH', '/tenants/aurora', { settings: { integrations: { webhooks: value } } });
    expect(await put([webhook(SHOWN, { enabled: false })])).toMatchObject({ status: 200, body: { settings: { integrations: { webhooks: [webhook(SHOWN, { enabled: false })] } } } });
    expect(await own()).toEqual([webhook(SECRET, { enabled: false })]);
    expect(await put([webhook(SHOWN, { id: 'other' })])).toMatchObject({ status: 422, body: { errors: [{ field: 'settings.integrations.webhooks.0.url' }] } });
    expect(await put([webhook('https://hooks.example/…')])).toMatchObject({ status: 422 });
    expect((await put([webhook('https://hooks.example/new')])).status).toBe(200);
    expect(await own()).toEqual([webhook('https://hooks.example/new')]);
  });

  test('takes its secret along when its origin changes, and only then', async () => {
    const secrets = async () => (await rows('select webhook from tenant_aurora.webhook_secrets')).map(({ webhook: name }) => name as string);
    await rows(`insert into tenant_aurora.webhook_secrets (webhook, sealed) values ('erp', 'x'), ('crm', 'x') on conflict do nothing`);
    const crm = webhook('https://crm.example/in', { id: 'crm' });
    await administer('integrations', { webhooks: [webhook(SECRET), crm] });
    await rows(`insert into tenant_aurora.webhook_secrets (webhook, sealed) values ('erp', 'x'), ('crm', 'x') on conflict do nothing`);
    await administer('integrations', { webhooks: [crm, webhook('https://HOOKS.example:8443/elsewhere', { enabled: false })] });
    expect((await secrets()).toSorted()).toEqual(['crm', 'erp']);
    await administer('integrations', { webhooks: [crm, webhook('https://hooks.example:9443/elsewhere')] });
    expect(await secrets()).toEqual(['crm']);
  });

  test('is what events are sent to, and comes back when provisioning has to begin again', async () => {
    const [delivery] = await rows(
      `insert into tenant_aurora.webhook_deliveries (webhook, event, subject_id)
       select 'erp', 'approval.decided', id from tenant_aurora.approvals where status <> 'pending' limit 1 returning id`);
    await rows(`insert into tenant_aurora.webhook_secrets (webhook, sealed) values ('erp', 'x') on conflict do nothing`);
    expect(await rows(`select url from platform_private.begin_webhook_delivery('aurora', $1)`, [delivery?.['id']])).toEqual([{ url: SECRET }]);
    await rows(`select platform.create_tenant('early', 'Early', settings => $1)`, [{ integrations: { webhooks: [webhook(SECRET)] } }]);
    await rows(`select platform.provision_tenant('early')`);
    const shown = `select settings #>> '{integrations,webhooks,0,url}' as url from platform.tenants where id = 'early'`;
    expect(await rows(shown)).toEqual([{ url: SHOWN }]);
    await rows(`select platform_private.fail_run('early', 'keys', '58000', 'no keys', '[]')`);
    await rows(`select platform.request_provisioning('early')`);
    await rows(`select platform.provision_tenant('early')`);
    expect(await rows(`select value #>> '{webhooks,0,url}' as url from tenant_early.settings where section = 'integrations'`)).toEqual([{ url: SECRET }]);
    expect(await rows(shown)).toEqual([{ url: SHOWN }]);
  });
});

describe('what a tenant decides for itself', () => {
  test.each([
    ['where events go', { integrations: { webhooks: [webhook('https://mine.example/in')] } }],
    ['that events go nowhere', { integrations: null }],
    ['how many must approve', { businessRules: { approvalsRequired: 1, endingNoticeDays: 60 } }],
    ['that one is enough', { businessRules: null }],
  ])('%s: no operator below admin changes it', async (_what, settings) => {
    await administer('integrations', { webhooks: [webhook('https://hooks.example/in')] });
    await administer('business_rules', { approvalsRequired: 2, endingNoticeDays: 60 });
    expect(await operatorApi(server, 'operator')('PATCH', '/tenants/aurora', { settings })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await operatorApi(server, 'admin')('PATCH', '/tenants/aurora', { settings })).status).toBe(200);
  });

  test('an operator changes the rest, also beside what stays as it is', async () => {
    await administer('integrations', { webhooks: [webhook('https://hooks.example/in')] });
    await administer('business_rules', { approvalsRequired: 2, endingNoticeDays: 60 });
    const settings = { businessRules: { approvalsRequired: 2, endingNoticeDays: 30 }, integrations: { webhooks: [webhook('https://hooks.example/…')] }, features: { a: true } };
    expect((await operatorApi(server, 'operator')('PATCH', '/tenants/aurora', { settings })).status).toBe(200);
    expect(await own()).toEqual([webhook('https://hooks.example/in')]);
  });
});

describe('a change', () => {
  test('that says which version was read is refused when somebody was faster', async () => {
    const change = async (version: number) =>
      await rows(`update tenant_borealis.settings set value = $1, version = $2 where section = 'features' returning version`, [{ [`v${version}`]: true }, version]);
    const [{ version } = { version: 0 }] = await rows(`select version from tenant_borealis.settings where section = 'features'`);
    expect(await change(version as number)).toEqual([{ version: version + 1 }]);
    await expect(change(version as number)).rejects.toMatchObject({ code: 'TN006' });
    expect(await change(version + 1)).toEqual([{ version: version + 2 }]);
  });

  test('by an administrator who says what they have read is refused when a colleague was faster', async () => {
    const update = `mutation ($value: JSON!, $version: Int) { updateSetting(input: { section: "features", patch: { value: $value, version: $version } }) { setting { version } } }`;
    const { version } = (await ask('viewer', '{ setting(section: "features") { version } }')).data.setting;
    expect((await ask('admin', update, { value: { mine: true }, version })).data.updateSetting.setting).toEqual({ version: version + 1 });
    expect((await ask('admin', update, { value: { yours: true }, version })).errors[0].extensions).toMatchObject({ code: 'STALE_VERSION' });
    expect((await ask('viewer', '{ setting(section: "features") { value } }')).data.setting).toEqual({ value: { mine: true } });
  });

  test('of several sections counts the tenant’s version up by one', async () => {
    const versionOf = async () => Number((await rows(`select version from platform.tenants where id = 'borealis'`))[0]?.['version']);
    const before = await versionOf();
    const settings = { features: { one: true }, branding: { primaryColor: '#123456' } };
    const reply = await operatorApi(server, 'admin')('PATCH', '/tenants/borealis', { name: 'Borealis Two', settings }, { 'If-Match': `"${before}"` });
    expect(reply).toMatchObject({ status: 200, body: { settings } });
    expect(reply.headers.get('etag')).toBe(`"${before + 1}"`);
    expect(await versionOf()).toBe(before + 1);
  });

  test('by operators stands in the tenant’s own trail, with what it was', async () => {
    const api = operatorApi(server, 'operator');
    await api('PATCH', '/tenants/aurora', { description: 'Perfumes' });
    expect((await api('PATCH', '/tenants/aurora', { description: 'Perfumes', domain: 'aurora.example' })).status).toBe(200);
    expect((await api('POST', '/tenants/aurora/suspend', { reason: 'a reason of ours' })).status).toBe(200);
    expect((await api('POST', '/tenants/aurora/activate', {})).status).toBe(200);
    expect((await api('PATCH', '/tenants/aurora', {})).status).toBe(200);
    const asked = async () => await ask('admin', '{ auditTrailList(about: "tenants:aurora", size: 4) { action actor actorRole before after detail } }');
    await expect.poll(async () => (await asked()).code).toBeUndefined();
    const trail = (await asked()).data.auditTrailList;
    const by = { actor: expect.stringMatching(/^operator:/), actorRole: 'tenantry_operator', detail: null };
    expect(trail).toEqual([
      { ...by, action: 'tenants.status', before: { status: 'suspended' }, after: { status: 'active' } },
      { ...by, action: 'tenants.status', before: { status: 'active' }, after: { status: 'suspended' } },
      { ...by, action: 'tenants.update', before: { domain: null }, after: { domain: 'aurora.example' } },
      { ...by, action: 'tenants.update', before: { description: null }, after: { description: 'Perfumes' } },
    ]);
  });
});

test('every object in a schema of settings says what else it may hold', () => {
  const open: string[] = [];
  const walk = (schema: Row, path: string): void => {
    if ([schema['type']].flat().includes('object') && schema['additionalProperties'] === undefined) open.push(path);
    for (const [name, inner] of Object.entries((schema['properties'] ?? {}) as Row)) walk(inner, `${path}.${name}`);
    for (const key of ['items', 'additionalProperties']) if (typeof schema[key] === 'object') walk(schema[key], `${path}.${key}`);
  };
  for (const { key, schema } of SETTING_SCHEMAS) walk(schema as Row, key);
  expect(open).toEqual([]);
});

test('drift of no tenant is asked for', async () => {
  expect(JSON.stringify((await platform('operator', '{ tenantDrift { drifted } }')).body)).toMatch(/Say which tenant.*INVALID_INPUT/);
  expect((await platform('operator', '{ tenantDrift(id: "aurora") { drifted } }')).body).toMatchObject({ data: { tenantDrift: { drifted: false } } });
});

describe('four eyes', () => {
  test('hold for a role that may decide and not read what is to be decided', async () => {
    await rows(`insert into tenant_aurora.roles (name, description) values ('judge', 'decides')`);
    await rows(`insert into tenant_aurora.role_permissions values ('judge', 'agreements.read'), ('judge', 'approvals.decide')`);
    const [agreement] = await rows(`select agreement_id as id from tenant_aurora.approvals where kind = 'agreement' and status = 'pending' limit 1`);
    const activate = async () =>
      await server.db.withUser('aurora', { ...claimsOf('admin'), role: 'judge' }, async (client) =>
        await client.query(`update agreements set status = 'active' where id = $1`, [agreement?.['id']]).then(
          ({ rowCount }) => rowCount, (error: unknown) => (error as { code?: string }).code));
    expect(await activate()).toBe('TN009');
    await rows(`insert into tenant_aurora.role_permissions values ('judge', 'approvals.read')`);
    expect(await activate()).toBe('TN004');
    await rows(`delete from tenant_aurora.approvals where agreement_id = $1 and status = 'pending'`, [agreement?.['id']]);
    expect(await activate()).toBe(1);
  });
});
