import { z } from 'zod';
import { visitIdentity } from '../../identity/tokens.ts';
import { operatorRoute } from '../route.ts';
import { tenantPath } from './tenant.ts';
import { reason } from './transition.ts';

interface VisitRow {
  readonly id: string;
  readonly role: string;
}

/** POST /tenants/{id}/context */
export const enterTenant = operatorRoute({
  method: 'post',
  path: '/tenants/{id}/context',
  name: 'enterTenant',
  tag: 'Life of a tenant',
  summary: 'Enter a tenant, with a reason',
  description:
    'Break-glass: a token of the tenant for up to 15 minutes, as viewer and read-only. Another role, or writing, is for admins. The visit stands in the ' +
    'trail of the platform and of the tenant, with the reason.',
  roles: ['admin', 'operator'],
  params: tenantPath,
  query: z.strictObject({}),
  body: z
    .strictObject({
      reason,
      role: z.enum(['viewer', 'user', 'manager', 'admin']).optional(),
      access: z.enum(['read', 'write']).optional(),
    })
    .meta({ id: 'Entry' }),
  responses: {
    200: {
      description: 'A token for this tenant',
      schema: z.object({ accessToken: z.string(), expiresIn: z.int(), visitId: z.guid() }).meta({ id: 'Visit' }),
    },
  },
  problems: ['NOT_FOUND', 'TENANT_SUSPENDED', 'LOCKED_DOWN', 'TENANT_FORBIDDEN'],
  handler: async ({ params, body, operator }, { operate, tokens }) => {
    const { role = 'viewer', access = 'read' } = body;
    const asked = role !== 'viewer' || access !== 'read';
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<VisitRow>(
        asked
          ? { text: 'select id, role from platform.enter_tenant_as($1, $2, $3, $4)', values: [params.id, body.reason, role, access] }
          : { text: 'select id, role from platform.enter_tenant($1, $2)', values: [params.id, body.reason] },
      ),
    );
    const [visit] = rows;
    if (visit === undefined) throw new Error('a visit that began has no row');
    const issued = await tokens.issue(visitIdentity({ ...visit, tenantId: params.id, operatorId: operator.claims.operatorId }));
    return { status: 200, body: { ...issued, visitId: visit.id } };
  },
});
