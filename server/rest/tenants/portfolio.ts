import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { tenantId } from './tenant.ts';
import { reason } from './transition.ts';

/** Unqualified: each tenant's own tables, by the path of its envelope. */
const COUNTS = `select (select count(*)::integer from brands) as brands, (select count(*)::integer from licensees) as licensees,
  (select count(*)::integer from agreements) as agreements, (select count(*)::integer from agreements where status = 'active') as "activeAgreements"`;

/** POST /portfolio */
export const portfolio = operatorRoute({
  method: 'post',
  path: '/portfolio',
  name: 'portfolio',
  tag: 'Tenants',
  summary: 'How much business several tenants keep, in one request',
  description: 'Looks into each tenant in turn, as viewer and read-only. Each look is a visit, with the reason, in both trails.',
  roles: ['admin', 'operator'],
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: z.strictObject({ tenants: z.array(tenantId).min(1).max(20), reason }).meta({ id: 'PortfolioRequest' }),
  responses: {
    200: {
      description: 'In the order asked for',
      schema: z.object({
        items: z.array(
          z.object({ tenantId: z.string(), brands: z.int(), licensees: z.int(), agreements: z.int(), activeAgreements: z.int() }),
        ),
      }),
    },
  },
  problems: ['NOT_FOUND', 'TENANT_SUSPENDED', 'LOCKED_DOWN', 'TENANT_FORBIDDEN'],
  handler: async ({ body, operator }, { forEachTenant }) => {
    const items = await forEachTenant(operator, [...new Set(body.tenants)], body.reason, async (client, id) => {
      const { rows } = await client.query<Record<string, number>>({ text: COUNTS });
      return { tenantId: id, ...rows[0] };
    });
    return { status: 200, body: { items } };
  },
});
