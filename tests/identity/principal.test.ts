import { beforeAll, describe, expect, test } from 'vitest';
import { createPrincipals } from '../../server/identity/principal.ts';
import type { TenantRegistry } from '../../server/identity/registry.ts';
import { fakeIssuers } from './fake-keys.ts';

let issuers: Awaited<ReturnType<typeof fakeIssuers>>;
let status: string | null = 'active';
const registry: TenantRegistry = {
  route: async (id) =>
    status === null ? null : { id, status, lane: 0, role: `tenant_${id}`, schema: `tenant_${id}`, schemaVersion: 1 },
  present: () => null,
  drop: () => undefined,
  clear: () => undefined,
};
const principals = () => createPrincipals({ tokens: issuers.tokens, registry });
let userToken = '';
let operatorToken = '';

beforeAll(async () => {
  issuers = await fakeIssuers(['aurora']);
  const user = { kind: 'tenant', tenantId: 'aurora', userId: 'u', role: 'viewer', sessionId: 's' } as const;
  const operator = { kind: 'operator', operatorId: 'o', role: 'security', sessionId: 's' } as const;
  userToken = `Bearer ${(await issuers.tokens.issue(user)).accessToken}`;
  operatorToken = `Bearer ${(await issuers.tokens.issue(operator)).accessToken}`;
});

describe.each(['authenticateTenant', 'authenticateOperator'] as const)('%s', (verb) => {
  test.each([undefined, ''])('says UNAUTHENTICATED to the header %j', async (header) => {
    await expect(principals()[verb](header, 'r')).rejects.toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
  });

  test.each(['Basic dTpw', 'Bearer', 'Bearer ', 'token', 'Bearer a b'])('says TOKEN_INVALID to %j', async (header) => {
    await expect(principals()[verb](header, 'r')).rejects.toMatchObject({ code: 'TOKEN_INVALID', status: 401 });
  });
});

test('a user’s token gives the claims of its tenant', async () => {
  status = 'active';
  expect(await principals().authenticateTenant(userToken, 'req-1')).toMatchObject({
    tenant: { id: 'aurora' },
    claims: { tenantId: 'aurora', userId: 'u', role: 'viewer', sessionId: 's', operatorId: '', requestId: 'req-1' },
  });
});

test('an operator’s token gives the claims of no tenant', async () => {
  expect(await principals().authenticateOperator(operatorToken.replace('Bearer', 'bearer'), 'req-1')).toEqual({
    title: 'security',
    role: 'tenantry_security',
    claims: { tenantId: '', userId: '', role: 'tenantry_security', sessionId: 's', operatorId: 'o', requestId: 'req-1' },
  });
});

test('an operator’s token opens no tenant, a user’s token no platform', async () => {
  await expect(principals().authenticateTenant(operatorToken, 'r')).rejects.toMatchObject({ code: 'TENANT_CONTEXT_REQUIRED', status: 403 });
  await expect(principals().authenticateOperator(userToken, 'r')).rejects.toMatchObject({ code: 'FORBIDDEN', status: 403 });
});

test.each([
  ['suspended', 'TENANT_SUSPENDED'],
  ['ready', 'TENANT_FORBIDDEN'],
  ['provisioning', 'TENANT_FORBIDDEN'],
  ['archived', 'TENANT_FORBIDDEN'],
  ['deleted', 'TENANT_FORBIDDEN'],
  ['purged', 'TENANT_FORBIDDEN'],
  [null, 'TENANT_FORBIDDEN'],
])('a tenant that is %s answers %s', async (standing, code) => {
  status = standing;
  await expect(principals().authenticateTenant(userToken, 'r')).rejects.toMatchObject({ code, status: 403 });
});
