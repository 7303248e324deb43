import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { decodeCursor, encodeCursor } from '../tenants/cursor.ts';
import { INCIDENT_COLUMNS, incident, incidentJson, incidentStatus } from './incident.ts';
import type { IncidentRow } from './incident.ts';

/** Newest first. The place of a page is an incident's time as text, whole to the microsecond, and its id. */
const LIST = `select ${INCIDENT_COLUMNS}, i.reported_at::text as place
  from platform.incidents i
 where ($1::text is null or i.status = $1)
   and ($2::timestamptz is null or (i.reported_at, i.id) < ($2::timestamptz, $3::uuid))
 order by i.reported_at desc, i.id desc
 limit $4::integer`;
const SORT = '-reportedAt';

/** GET /incidents */
export const listIncidents = operatorRoute({
  method: 'get',
  path: '/incidents',
  name: 'listIncidents',
  tag: 'Emergency',
  summary: 'List incidents, the newest first',
  roles: ['admin', 'operator', 'security'],
  params: z.strictObject({}),
  query: z.strictObject({
    status: incidentStatus.optional(),
    first: z.coerce.number().int().min(1).max(200).default(50),
    after: z.string().max(1_000).optional().meta({ description: 'The `endCursor` of the page before.' }),
  }),
  body: null,
  responses: {
    200: {
      description: 'A page of incidents; `endCursor` is null on the last',
      schema: z.object({ items: z.array(incident), endCursor: z.string().nullable() }).meta({ id: 'IncidentPage' }),
    },
  },
  problems: [],
  handler: async ({ query, operator }, { operate }) => {
    const place = query.after === undefined ? null : decodeCursor(query.after, SORT);
    const { rows } = await operate(operator, 'read', (client) =>
      client.query<IncidentRow & { readonly place: string }>({
        text: LIST,
        values: [query.status ?? null, place?.value ?? null, place?.id ?? null, query.first + 1],
      }),
    );
    const items = rows.slice(0, query.first);
    const last = rows.length > query.first ? items.at(-1) : undefined;
    return {
      status: 200,
      body: {
        items: items.map(incidentJson),
        endCursor: last === undefined ? null : encodeCursor({ sort: SORT, value: last.place, id: last.id }),
      },
    };
  },
});
