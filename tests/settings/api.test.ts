/** Configuration over REST and GraphQL, as operators and a tenant's own people see it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SETTING_SCHEMAS } from '../../database/setting-schemas.ts';
import { startTestServer } from '../harness/server.ts';
import { testPassword } from '../harness/database.ts';
import { hashPassword } from '../../server/identity/passwords.ts';
import { call, operatorApi } from '../rest/api.ts';
import { settingCases } from './corpus.ts';
import type { TestServer } from '../harness/server.ts';

let server: TestServer;
let api: ReturnType<typeof operatorApi>;

beforeAll(async () => {
  server = await startTestServer();
  await server.db.provision('aurora', { template: 'demo' });
  await server.db.provision('borealis', { template: 'demo' });
  const hash = await hashPassword(testPassword);
  await server.db.withOwner(async (client) => {
    for (const name of ['second', 'third']) {
      const email = `${name}@aurora.example`;
      await client.query(`insert into tenant_aurora.users (email, name, role, status) values ($1, $1, 'manager', 'active')`, [email]);
      await client.query(`select identity.set_user_password('aurora', $1, $2, false)`, [email, hash]);
    }
  });
  api = operatorApi(server);
});

afterAll(async () => {
  await server.close();
});

/** Asks as somebody of aurora, by the name before the @. */
async function ask(who: string, query: string, variables: Readonly<Record<string, unknown>> = {}, tenant = 'aurora') {
  const token = await server.tenantToken(tenant, who);
  const { body } = await call(server.url, 'POST', '/graphql', { token, body: { query, variables } });
  // Answers are compared by path.
  // oxlint-disable-next-line typescript/no-explicit-any
  return body as any;
}

const CHANGE = `mutation ($section: String!, $value: JSON!) {
  updateSetting(input: { section: $section, patch: { value: $value } }) { setting { section value version } } }`;

describe('settings over REST', () => {
  test.each(settingCases)('PATCH {$key: $value} names $at', async ({ key, value, at }) => {
    const reply = await api('PATCH', '/tenants/borealis', { settings: { [key]: value } });
    if (at === null) {
      expect(reply).toMatchObject({ status: 200, body: { settings: { [key]: value } } });
    } else {
      expect(reply).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
      expect(reply.body.errors?.map(({ field }) => field)).toContain(at);
    }
  });

  test('the schemas are served, and the document of the API has them', async () => {
    const reply = await api('GET', '/settings/schemas');
    expect(reply).toMatchObject({ status: 200, body: { items: SETTING_SCHEMAS } });
    const openApi = await call(server.url, 'GET', '/api/v1/openapi.json');
    expect(JSON.stringify(openApi.body)).toContain('approvalsRequired');
    expect((await call(server.url, 'GET', '/api/v1/settings/schemas')).status).toBe(401);
    const token = await server.tenantToken('aurora', 'admin');
    expect((await call(server.url, 'GET', '/api/v1/settings/schemas', { token })).status).toBe(403);
  });

  test('operators read schemas and history in their GraphQL', async () => {
    await ask('admin', CHANGE, { section: 'branding', value: { primaryColor: '#abcdef' } });
    const query = `{ settingSections(orderBy: [SECTION_ASC]) { nodes { section key heldBy schema } }
      settingChanges(filter: { tenantId: { equalTo: "aurora" } }, last: 1) { nodes { section version actor before after } } }`;
    const token = await server.operatorToken('security');
    const { body } = await call(server.url, 'POST', '/platform/graphql', { token, body: { query } });
    expect(body).toMatchObject({
      data: {
        settingSections: { nodes: expect.arrayContaining([expect.objectContaining({ key: 'businessRules', schema: expect.objectContaining({ type: 'object' }) })]) },
        settingChanges: { nodes: [{ section: 'branding', version: 2, actor: expect.stringMatching(/^user:/), after: { primaryColor: '#abcdef' } }] },
      },
    });
  });
});

describe('settings of a tenant in its GraphQL', () => {
  test('an administrator changes a section; what is wrong is named by its path', async () => {
    const good = await ask('admin', CHANGE, { section: 'business_rules', value: { approvalsRequired: 1, endingNoticeDays: 30 } });
    expect(good.data.updateSetting.setting).toMatchObject({ section: 'business_rules', value: { endingNoticeDays: 30 } });
    const bad = await ask('admin', CHANGE, { section: 'business_rules', value: { approvalsRequired: 7 } });
    expect(bad.errors[0].extensions).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ field: 'settings.businessRules.approvalsRequired', message: expect.stringContaining('must be at most 5') }],
    });
    expect((await ask('manager', CHANGE, { section: 'business_rules', value: {} })).errors[0].extensions.code).toBe('NOT_FOUND');
  });

  test('a flag reaches everybody of the tenant, and nobody of another', async () => {
    const flags = '{ setting(section: "features") { value } }';
    expect((await ask('viewer', flags)).data.setting.value).toEqual({});
    await ask('admin', CHANGE, { section: 'features', value: { lookbook: true } });
    expect((await ask('viewer', flags)).data.setting.value).toEqual({ lookbook: true });
    expect((await ask('viewer', flags, {}, 'borealis')).data.setting.value).not.toHaveProperty('lookbook');
    await api('PATCH', '/tenants/aurora', { settings: { features: { lookbook: false } } });
    expect((await ask('viewer', flags)).data.setting.value).toEqual({ lookbook: false });
    expect((await ask('viewer', '{ setting(section: "integrations") { value } }')).data.setting).toBeNull();
    expect((await ask('admin', '{ setting(section: "integrations") { value } }')).data.setting.value).toEqual({ webhooks: [] });
  });
});

describe('an agreement that needs the approval of two', () => {
  const SUBMIT = 'mutation ($id: UUID!) { submitAgreement(input: { agreementId: $id }) { result { status } } }';
  const DECIDE = `mutation ($id: UUID!, $decision: String!, $comment: String) {
    decideApproval(input: { approvalId: $id, decision: $decision, comment: $comment }) { result { status } } }`;
  const STATE = `query ($id: UUID!) { agreement(rowId: $id) { status approvals(filter: { kind: { equalTo: "agreement" } }, orderBy: [CREATED_AT_DESC, STATUS_ASC]) {
    nodes { rowId status comment decidedBy } } } }`;

  const open = async (id: string) => {
    const { agreement } = (await ask('viewer', STATE, { id })).data;
    return agreement.approvals.nodes.filter(({ status }: { status: string }) => status === 'pending');
  };
  const statusOf = async (id: string) => (await ask('viewer', STATE, { id })).data.agreement.status;

  async function submitted(required: number): Promise<string> {
    await ask('admin', CHANGE, { section: 'business_rules', value: { approvalsRequired: required } });
    const draft = await server.db.withOwner(async (client) => {
      const { rows } = await client.query<{ id: string }>(
        `insert into tenant_aurora.agreements (number, brand_id, licensee_id, territories, starts_on, ends_on)
         select 'TWO-' || upper(left(gen_random_uuid()::text, 8)), b.id, l.id, '{DE}', current_date, current_date + 90
           from tenant_aurora.brands b, tenant_aurora.licensees l limit 1 returning id`,
      );
      return rows[0]?.id ?? '';
    });
    const answer = await ask('manager', SUBMIT, { id: draft });
    expect(answer.data.submitAgreement.result.status).toBe('pending_approval');
    return draft;
  }

  test('is active when two colleagues have approved it, none of them twice and not its requester', async () => {
    const id = await submitted(2);
    const [one, other] = await open(id);
    expect(await open(id)).toHaveLength(2);
    expect((await ask('manager', DECIDE, { id: one.rowId, decision: 'approved' })).errors[0].extensions.code).toBe('FORBIDDEN');
    expect((await ask('admin', DECIDE, { id: one.rowId, decision: 'approved' })).data.decideApproval.result.status).toBe('approved');
    expect(await statusOf(id)).toBe('pending_approval');
    for (const decision of ['approved', 'rejected']) {
      expect((await ask('admin', DECIDE, { id: other.rowId, decision })).errors[0].extensions.code).toBe('FORBIDDEN');
    }
    expect((await ask('second', DECIDE, { id: other.rowId, decision: 'approved' })).errors).toBeUndefined();
    expect(await statusOf(id)).toBe('active');
  });

  test('is a draft again when one refuses, and the other request is closed with it', async () => {
    const id = await submitted(3);
    const [one, other] = await open(id);
    await ask('admin', DECIDE, { id: one.rowId, decision: 'approved' });
    expect((await ask('second', DECIDE, { id: other.rowId, decision: 'rejected', comment: 'Too long.' })).errors).toBeUndefined();
    expect(await statusOf(id)).toBe('draft');
    const { nodes } = (await ask('viewer', STATE, { id })).data.agreement.approvals;
    expect(nodes.map(({ status }: { status: string }) => status).sort()).toEqual(['approved', 'rejected', 'rejected']);
    expect(nodes.filter(({ comment }: { comment: string }) => comment === 'Too long.')).toHaveLength(2);
    expect((await ask('manager', SUBMIT, { id })).data.submitAgreement.result.status).toBe('pending_approval');
    expect(await open(id)).toHaveLength(3);
  });

  test('keeps to what was asked when it was submitted, and one is enough where one is asked', async () => {
    const id = await submitted(2);
    const single = await submitted(1);
    const [only] = await open(single);
    expect(await open(single)).toHaveLength(1);
    await ask('admin', DECIDE, { id: only.rowId, decision: 'approved' });
    expect(await statusOf(single)).toBe('active');
    expect(await open(id)).toHaveLength(2);
  });

  test('is decided by the last of two who approve at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await submitted(2);
      const [one, other] = await open(id);
      const answers = await Promise.all([
        ask('admin', DECIDE, { id: one.rowId, decision: 'approved' }),
        ask('second', DECIDE, { id: other.rowId, decision: 'approved' }),
      ]);
      expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined]);
      expect(await statusOf(id)).toBe('active');
    }
  });

  test('is not activated by one who approves both at the same moment', async () => {
    const id = await submitted(2);
    const [one, other] = await open(id);
    const answers = await Promise.all([one, other].map(({ rowId }) => ask('third', DECIDE, { id: rowId, decision: 'approved' })));
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
    expect(await statusOf(id)).toBe('pending_approval');
  });
});
