import { describe, expect, test } from 'vitest';
import { docsPage } from '../../server/openapi/docs-page.ts';
import { openApiDocument } from '../../server/openapi/document.ts';
import { ROUTES } from '../../server/rest/routes.ts';

const document = openApiDocument(ROUTES, { url: 'https://tenantry.example/api/v1', version: '0.0.0' });
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Calls that others script against. */
const PROMISED = [
  'delete /tenants/{id}', 'delete /tenants/{id}/schema', 'get /settings/schemas', 'get /tenants', 'get /tenants/{id}', 'get /tenants/{id}/schema/status',
  'patch /tenants/{id}', 'post /auth/login', 'post /tenants', 'post /tenants/{id}/activate', 'post /tenants/{id}/archive',
  'post /tenants/{id}/auth/login', 'post /tenants/{id}/cancel', 'post /tenants/{id}/restore', 'post /tenants/{id}/schema',
  'post /tenants/{id}/suspend', 'post /auth/refresh', 'post /auth/logout', 'post /tenants/{id}/auth/refresh', 'post /tenants/{id}/auth/logout',
  'post /operators/{id}/unlock', 'post /tenants/{id}/context', 'get /tenants/{id}/users', 'post /tenants/{id}/users', 'patch /tenants/{id}/users/{user}',
  'delete /tenants/{id}/users/{user}', 'post /tenants/{id}/users/{user}/invite', 'post /tenants/{id}/users/{user}/reset',
  'post /tenants/{id}/users/{user}/unlock', 'get /tenants/{id}/users/{user}/sessions', 'delete /tenants/{id}/users/{user}/sessions',
  'post /oauth/token', 'post /tenants/{id}/webhooks/{webhook}/secret',
];

const TENANT_FIELDS = [
  'id', 'name', 'description', 'domain', 'status', 'tier', 'template', 'settings', 'schemaVersion', 'createdAt',
  'activatedAt', 'deletedAt', 'purgeAfter', 'sizeBytes', 'lastActivityAt',
];

describe('the OpenAPI document', () => {
  test('lists the calls that are promised, each with a name of its own', () => {
    expect(operations.map(({ path, method }) => `${method} ${path}`)).toEqual(expect.arrayContaining(PROMISED));
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  test('refers to nothing that it does not hold, and holds nothing nameless', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(Object.keys(document.components.schemas)).toContain(name);
    expect(text).not.toContain('__schema');
    expect(text).not.toContain('$defs');
  });

  test('declares every parameter of a path', () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath);
    }
  });

  test('shows a tenant with the published fields, no more and no less', () => {
    const tenant = document.components.schemas['Tenant'] as { properties: object; required: string[] };
    expect(Object.keys(tenant.properties)).toEqual(TENANT_FIELDS);
    expect(tenant.required).toEqual(TENANT_FIELDS);
  });

  test('asks for a token everywhere but where one is got, renewed or given up', () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0).map(({ path }) => path);
    const doors = ['login', 'refresh', 'logout', 'forgot', 'accept'].flatMap((verb) => [`/auth/${verb}`, `/tenants/{id}/auth/${verb}`]);
    expect(open.toSorted()).toEqual([...doors, '/tenants/{id}/auth/exchange', '/oauth/token'].toSorted());
  });

  test('says that no body takes fields it does not know', () => {
    for (const name of ['NewTenant', 'TenantPatch', 'Credentials', 'Reason', 'OptionalReason', 'Deletion', 'SchemaDeletion']) {
      expect(document.components.schemas[name], name).toMatchObject({ additionalProperties: false });
    }
  });
});

test('the readable page shows every call and nothing from elsewhere', () => {
  const { markup } = docsPage(document);
  for (const { operation } of operations) expect(markup).toContain(`id="${operation.operationId}"`);
  expect(markup).not.toMatch(/<script|<img|src=|style=|href="https?:/);
});
