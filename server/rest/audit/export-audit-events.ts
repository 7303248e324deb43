import { z } from 'zod';
import type { ScopedClient } from '../../../database/scope.ts';
import { operatorRoute } from '../route.ts';
import { tenantId } from '../tenants/tenant.ts';
import { csvField } from './csv-field.ts';

/** Events read at once: a page is some 1 MB. */
const PAGE = 2_000;

const COLUMNS = ['id', 'at', 'chain', 'seq', 'source', 'action', 'outcome', 'actor', 'actorRole', 'onBehalfOf', 'subject', 'sessionId', 'requestId', 'changed', 'before', 'after', 'detail'] as const;

type Column = (typeof COLUMNS)[number];
type EventRow = Readonly<Record<Column, unknown>> & { readonly id: string; readonly at: string };

const text = z.string().min(1).max(200);

const filters = z.strictObject({
  tenantId: tenantId.optional().meta({ description: 'Events of one tenant; without it those of all, and of the platform.' }),
  since: z.iso.datetime({ offset: true }).optional().meta({ description: 'The first moment.' }),
  until: z.iso.datetime({ offset: true }).optional().meta({ description: 'The first moment after it; now, if not given.' }),
  actor: text.optional().meta({ description: 'As the trail names it: operator:<id>, user:<id>, worker; with a colon behind all of a kind, user:.' }),
  action: text.optional().meta({ description: 'Such as tenants.update; with a dot behind all of a kind, tenants.' }),
  outcome: z.enum(['ok', 'refused', 'failed']).optional(),
  reads: z.enum(['true', 'false']).optional().meta({ description: 'false: without what operators only read over GraphQL, which the console does all the time.' }),
  machines: z.enum(['true', 'false']).optional().meta({ description: 'false: without what the platform’s own worker, server and connections did by themselves, unless it failed.' }),
  format: z.enum(['jsonl', 'csv']).default('jsonl').meta({ description: 'jsonl: a JSON object a line; csv: as in RFC 4180, with a header.' }),
});

const FORMATS = {
  jsonl: { type: 'application/jsonl; charset=utf-8', head: '', line: (row: EventRow) => `${JSON.stringify(row)}\n` },
  csv: { type: 'text/csv; charset=utf-8', head: `${COLUMNS.join(',')}\r\n`, line: (row: EventRow) => `${COLUMNS.map((name) => csvField(row[name])).join(',')}\r\n` },
} as const;

/** GET /audit-events/export */
export const exportAuditEvents = operatorRoute({
  method: 'get',
  path: '/audit-events/export',
  name: 'exportAuditEvents',
  tag: 'Evidence',
  summary: 'Take events of the audit trail out, the newest first',
  description: 'Sent as it is read, however much there is; that it was taken is an event itself, `audit.export`. Values of tenants are not in it.',
  roles: ['admin', 'security'],
  params: z.strictObject({}),
  query: filters,
  body: null,
  responses: {
    200: {
      description: 'The events that fit, in the form asked for',
      schema: z.string(),
      types: [FORMATS.jsonl.type, FORMATS.csv.type],
    },
  },
  problems: ['NOT_FOUND'],
  handler: async ({ query, operator }, { operate }) => {
    const { format, ...wanted } = query;
    const until = await operate(operator, 'write', async (client) => {
      await client.query({ text: 'select platform.note_export($1, $2)', values: [query.tenantId ?? null, JSON.stringify(query)] });
      const { rows } = await client.query<{ at: string }>({ text: 'select coalesce($1::timestamptz, clock_timestamp())::text as at', values: [query.until ?? null] });
      return rows[0]?.at ?? '';
    });
    const read = (place: Place): Promise<EventRow[]> => operate(operator, 'read', (client) => page(client, wanted, place));
    const { type, head, line } = FORMATS[format];
    return {
      status: 200,
      body: null,
      download: { type, name: `audit-events${query.tenantId === undefined ? '' : `-${query.tenantId}`}.${format}`, chunks: chunks(read, { until, seen: [] }, head, line) },
    };
  },
});

/** Where the export has got to: events before a moment, or at it and not among those seen. */
interface Place {
  readonly until: string;
  readonly seen: readonly string[];
}

async function* chunks(read: (place: Place) => Promise<EventRow[]>, start: Place, head: string, line: (row: EventRow) => string): AsyncGenerator<string, void, undefined> {
  if (head !== '') yield head;
  for (let place = start; ; ) {
    const rows = await read(place);
    if (rows.length > 0) yield rows.map(line).join('');
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    const { at } = last;
    const seen = rows.filter((row) => row.at === at).map(({ id }) => id);
    // Of the first moment nothing is taken: it is the first after the period.
    place = { until: at, seen: at === place.until ? [...place.seen, ...seen] : seen };
  }
}

/** A page by an index on time, merged of both halves of the trail; a condition that isn't asked for isn't in the text, or it would be a sort. */
async function page(client: ScopedClient, wanted: Omit<z.output<typeof filters>, 'format'>, { until, seen }: Place): Promise<EventRow[]> {
  const values: unknown[] = [until, seen, PAGE];
  const conditions: string[] = [];
  for (const [name, column] of [['tenantId', 'chain'], ['actor', 'actor'], ['action', 'action'], ['outcome', 'outcome']] as const) {
    const value = wanted[name];
    if (value !== undefined) conditions.push(`and e.${column} ${/[.:]$/.test(value) ? '^@' : '='} $${values.push(value)}`);
  }
  // Both as the console leaves them out: admin/components/audit-filters.ts.
  if (wanted.reads === 'false') {
    conditions.push(`and not (e.action in ('call.query', 'call.subscribe') and e.actor ^@ 'operator:' and e.on_behalf_of is null and e.outcome = 'ok')`);
  }
  if (wanted.machines === 'false') {
    conditions.push(`and not ((e.actor in ('worker', 'server') or e.action = 'access.unlogged') and e.outcome = 'ok')`);
  }
  if (wanted.since !== undefined) conditions.push(`and e.at >= $${values.push(wanted.since)}::timestamptz`);
  const { rows } = await client.query<EventRow>({
    text: `select e.id, e.at::text as at, e.chain, e.seq, e.source, e.action, e.outcome, e.actor, e.actor_role as "actorRole", e.on_behalf_of as "onBehalfOf",
                  e.subject, e.session_id as "sessionId", e.request_id as "requestId", e.changed, e.before, e.after, e.detail
             from platform.audit_events e
            where e.at ${seen.length === 0 ? '<' : '<='} $1::timestamptz and e.id <> all ($2::text[]) ${conditions.join(' ')}
            order by e.at desc
            limit $3`,
    values,
  });
  return rows;
}
