import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { tenantId } from '../tenants/tenant.ts';
import { reason } from '../tenants/transition.ts';
import { LOCK_DOWN_COLUMNS, lockDown as lockDownAnswer, lockDownJson, lockDownScope } from './lock-down-answer.ts';
import type { LockDownRow } from './lock-down-answer.ts';

const LOCK_DOWN = `select ${LOCK_DOWN_COLUMNS} from platform.lock_down($1::text, $2::text, $3::text[], $4::integer) l`;

/** POST /lockdown */
export const lockDown = operatorRoute({
  method: 'post',
  path: '/lockdown',
  name: 'lockDown',
  tag: 'Emergency',
  summary: 'Stop all access of tenants at once',
  description:
    'The database itself refuses whatever tenants, visits and service accounts in the scope send from then on, and what is under way is ended: ' +
    '503 `LOCKED_DOWN`. Operators’ own calls go on. Lock-downs may overlap; see docs/how-to/breach-response.md.',
  roles: ['admin', 'security'],
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: z
    .strictObject({
      scope: lockDownScope,
      reason,
      tenantIds: z.array(tenantId).min(1).max(50).optional().meta({ description: 'With scope `tenants`.' }),
      lane: z.int().min(0).optional().meta({ description: 'With scope `lane`.' }),
    })
    .meta({ id: 'NewLockDown' }),
  responses: { 201: { description: 'The lock-down, in force', schema: lockDownAnswer } },
  problems: ['NOT_FOUND'],
  handler: async ({ body, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<LockDownRow>({ text: LOCK_DOWN, values: [body.scope, body.reason, body.tenantIds ?? null, body.lane ?? null] }),
    );
    const [row] = rows;
    if (row === undefined) throw new Error('a lock-down that began has no row');
    return { status: 201, body: lockDownJson(row) };
  },
});
