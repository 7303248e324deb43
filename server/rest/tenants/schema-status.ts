import { z } from 'zod';
import type { ScopedClient } from '../../../database/scope.ts';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { operatorRoute } from '../route.ts';
import { readRun } from './run.ts';
import { readTenant } from './tenant-answer.ts';
import { tenantPath, tenantStatus } from './tenant.ts';

const TENANT_DRIFT = 'select expected, actual, drifted from platform.tenant_drift($1::text)';

interface DriftRow {
  readonly expected: string | null;
  readonly actual: string | null;
  readonly drifted: boolean | null;
}

/** GET /tenants/{id}/schema/status */
export const schemaStatus = operatorRoute({
  method: 'get',
  path: '/tenants/{id}/schema/status',
  name: 'getSchemaStatus',
  tag: 'Schema',
  summary: 'How a tenant’s schema stands',
  roles: OPERATOR_TITLES,
  params: tenantPath,
  query: z.strictObject({}),
  body: null,
  responses: {
    200: {
      description: 'State, the steps of the last provisioning, and whether the schema is still as it was made',
      schema: z
        .object({
          status: tenantStatus,
          schemaVersion: z.int().nullable(),
          steps: z.array(z.object({ name: z.string(), ms: z.number(), at: z.iso.datetime({ offset: true }) })),
          failedStep: z.string().nullable(),
          reason: z.string().nullable().meta({ description: 'Five-character code of the failure.' }),
          fingerprint: z.string().nullable(),
          expectedFingerprint: z.string().nullable(),
          drift: z.boolean().nullable().meta({ description: 'null: there is no schema to compare.' }),
        })
        .meta({ id: 'SchemaStatus' }),
    },
  },
  problems: ['NOT_FOUND'],
  handler: async ({ params, operator }, { operate }) =>
    await operate(operator, 'read', async (client) => ({ status: 200, body: await readStatus(client, params.id) })),
});

async function readStatus(client: ScopedClient, id: string) {
  const [tenant, run, { rows }] = await Promise.all([
    readTenant(client, id),
    readRun(client, id),
    client.query<DriftRow>({ text: TENANT_DRIFT, values: [id] }),
  ]);
  return {
    status: tenant.status,
    schemaVersion: tenant.schema_version,
    steps: run?.steps ?? [],
    failedStep: run?.failedStep ?? null,
    reason: run?.sqlstate ?? null,
    fingerprint: rows[0]?.actual ?? null,
    expectedFingerprint: rows[0]?.expected ?? null,
    drift: rows[0]?.drifted ?? null,
  };
}
