import { z } from 'zod';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { operatorRoute } from '../route.ts';
import { tenantId } from '../tenants/tenant.ts';
import { INCIDENT_COLUMNS, eventName, incident, notice, onlyIncident, severity } from './incident.ts';
import type { IncidentRow } from './incident.ts';

const REPORT = `select ${INCIDENT_COLUMNS}
  from platform.report_incident($1::text, $2::text, $3::text[], $4::text, $5::text, $6::text[]) i`;

/** POST /incidents */
export const reportIncident = operatorRoute({
  method: 'post',
  path: '/incidents',
  name: 'reportIncident',
  tag: 'Emergency',
  summary: 'Report an incident',
  description: 'What was seen that should not be. Every operator may; the tenants concerned find the severity and the notice in their own trails.',
  roles: OPERATOR_TITLES,
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: z
    .strictObject({
      severity,
      summary: z.string().trim().min(1).max(10_000).meta({ description: 'What was seen. It stays with operators.' }),
      tenantIds: z.array(tenantId).max(1_000).default([]),
      notice: notice.optional(),
      aboutRequest: z.string().trim().max(128).optional().meta({ description: 'The `requestId` of the refusal or answer that showed it.' }),
      events: z.array(eventName).max(1_000).default([]),
    })
    .meta({ id: 'NewIncident' }),
  responses: { 201: { description: 'The incident', schema: incident } },
  problems: ['NOT_FOUND'],
  handler: async ({ body, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<IncidentRow>({
        text: REPORT,
        values: [body.severity, body.summary, body.tenantIds, body.notice ?? null, body.aboutRequest ?? null, body.events],
      }),
    );
    return { status: 201, body: onlyIncident(rows) };
  },
});
