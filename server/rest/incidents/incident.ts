import { z } from 'zod';
import { actorName } from '../actor-name.ts';
import { tenantId } from '../tenants/tenant.ts';

export const severity = z.enum(['low', 'medium', 'high', 'critical']).meta({ id: 'Severity' });
export const incidentStatus = z.enum(['open', 'closed']);
export const notice = z
  .string()
  .trim()
  .max(2_000)
  .meta({ description: 'What the tenants concerned are told: it goes into their own audit trails. Name no other tenant in it.' });

/** An event of the audit trail, as its chain and its number in that. */
export const eventName = z
  .string()
  .regex(/^[a-z0-9_]{0,48}\/[1-9][0-9]{0,17}$/, 'Chain and number: aurora/17, or /17 of the platform.')
  .meta({ description: 'An event of the audit trail that shows it: its chain and its number in that.', example: 'aurora/17' });

/** An incident as every answer shows it. */
export const incident = z
  .object({
    id: z.uuid(),
    severity,
    status: incidentStatus,
    summary: z.string(),
    tenantIds: z.array(tenantId),
    notice: z.string().nullable(),
    aboutRequest: z.string().nullable(),
    events: z.array(eventName),
    reportedBy: actorName,
    reportedAt: z.iso.datetime(),
    resolution: z.string().nullable(),
    closedBy: actorName.nullable(),
    closedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Incident' });

/** A row of `platform.incidents`, as pg reads INCIDENT_COLUMNS. */
export interface IncidentRow {
  readonly id: string;
  readonly severity: z.output<typeof severity>;
  readonly status: z.output<typeof incidentStatus>;
  readonly summary: string;
  readonly tenant_ids: string[];
  readonly notice: string | null;
  readonly about_request: string | null;
  readonly events: string[];
  readonly reported_by: string;
  readonly reported_at: Date;
  readonly resolution: string | null;
  readonly closed_by: string | null;
  readonly closed_at: Date | null;
}

/** Part of constant statements; `i` is the row. */
export const INCIDENT_COLUMNS = `i.id, i.severity, i.status, i.summary, i.tenant_ids, i.notice, i.about_request, i.events, i.reported_by,
  i.reported_at, i.resolution, i.closed_by, i.closed_at`;

/** Shows a row as an incident. */
export function incidentJson(row: IncidentRow): z.output<typeof incident> {
  return {
    id: row.id,
    severity: row.severity,
    status: row.status,
    summary: row.summary,
    tenantIds: row.tenant_ids,
    notice: row.notice,
    aboutRequest: row.about_request,
    events: row.events,
    reportedBy: row.reported_by,
    reportedAt: row.reported_at.toISOString(),
    resolution: row.resolution,
    closedBy: row.closed_by,
    closedAt: row.closed_at?.toISOString() ?? null,
  };
}

/** The one incident that a function returned. */
export function onlyIncident([row]: readonly IncidentRow[]): z.output<typeof incident> {
  if (row === undefined) throw new Error('an incident that was written has no row');
  return incidentJson(row);
}
