import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { INCIDENT_COLUMNS, incident, notice, onlyIncident } from './incident.ts';
import type { IncidentRow } from './incident.ts';

const CLOSE = `select ${INCIDENT_COLUMNS} from platform.close_incident($1::uuid, $2::text, $3::text) i`;

/** POST /incidents/{incident}/close */
export const closeIncident = operatorRoute({
  method: 'post',
  path: '/incidents/{incident}/close',
  name: 'closeIncident',
  tag: 'Emergency',
  summary: 'Close an incident',
  roles: ['admin', 'security'],
  params: z.strictObject({ incident: z.uuid() }),
  query: z.strictObject({}),
  body: z
    .strictObject({
      resolution: z.string().trim().min(1).max(10_000).meta({ description: 'What came of it. It stays with operators.' }),
      notice: notice.optional(),
    })
    .meta({ id: 'Resolution' }),
  responses: { 200: { description: 'The incident, closed', schema: incident } },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ params, body, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<IncidentRow>({ text: CLOSE, values: [params.incident, body.resolution, body.notice ?? null] }),
    );
    return { status: 200, body: onlyIncident(rows) };
  },
});
