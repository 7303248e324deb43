import { z } from 'zod';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { operatorRoute } from '../route.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { SORTS, countStatement, pageStatement } from './tenant-page.ts';
import type { PagedRow } from './tenant-page.ts';
import { tenant, tenantJson, tenantStatus } from './tenant.ts';

const LARGEST_PAGE = 200;

const statuses = z
  .string()
  .max(200)
  .refine((text) => text.split(',').every((status) => tenantStatus.safeParse(status).success), 'Not a status.')
  .transform((text) => text.split(','))
  .meta({ description: 'One status or several, separated by commas.' });

/** GET /tenants */
export const listTenants = operatorRoute({
  method: 'get',
  path: '/tenants',
  name: 'listTenants',
  tag: 'Tenants',
  summary: 'List tenants',
  description: 'Filtered, sorted and paged in the database. `endCursor` is null on the last page.',
  roles: OPERATOR_TITLES,
  params: z.strictObject({}),
  query: z.strictObject({
    status: statuses.optional(),
    q: z.string().trim().max(200).optional().meta({ description: 'Found in id, name or domain; case doesn’t count.' }),
    sort: z.enum(SORTS).default('id').meta({ description: 'A field; with a minus, descending.' }),
    first: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(50),
    after: z.string().max(1_000).optional().meta({ description: 'The `endCursor` of the page before.' }),
  }),
  body: null,
  responses: {
    200: {
      description: 'A page of tenants',
      schema: z
        .object({ items: z.array(tenant), totalCount: z.int(), endCursor: z.string().nullable() })
        .meta({ id: 'TenantPage' }),
    },
  },
  problems: [],
  handler: async ({ query, operator }, { operate }) => {
    const filter = [query.status ?? null, query.q || null];
    const place = query.after === undefined ? null : decodeCursor(query.after, query.sort);
    const values = [...filter, query.first + 1, ...(place === null ? [] : [place.value, place.id])];
    // Both leave together: the pool pipelines what is asked for at once.
    const [page, count] = await operate(operator, 'read', (client) =>
      Promise.all([
        client.query<PagedRow>({ text: pageStatement(query.sort, place !== null), values }),
        client.query<{ total: number }>({ text: countStatement, values: filter }),
      ]),
    );
    const items = page.rows.slice(0, query.first);
    const last = page.rows.length > query.first ? items.at(-1) : undefined;
    return {
      status: 200,
      body: {
        items: items.map(tenantJson),
        totalCount: count.rows[0]?.total ?? 0,
        endCursor: last === undefined ? null : encodeCursor({ sort: query.sort, value: last.sort_value, id: last.id }),
      },
    };
  },
});
