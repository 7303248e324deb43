import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { LOCK_DOWN_COLUMNS, lockDownJson, lockDownList } from './lock-down-answer.ts';
import type { LockDownRow } from './lock-down-answer.ts';

const LIFT = `select ${LOCK_DOWN_COLUMNS} from platform.lift_lock_down($1::bigint, $2::text) l order by l.id`;

/** DELETE /lockdown */
export const liftLockDown = operatorRoute({
  method: 'delete',
  path: '/lockdown',
  name: 'liftLockDown',
  tag: 'Emergency',
  summary: 'Lift a lock-down, or all of them',
  description: 'What no other lock-down covers is open again, with exactly the grants it had. Whoever was suspended stays suspended.',
  roles: ['admin', 'security'],
  params: z.strictObject({}),
  query: z.strictObject({
    id: z.coerce.number().int().min(1).optional().meta({ description: 'The one to lift; without it all that are in force.' }),
    reason: z.string().trim().max(2_000).optional().meta({ description: 'What is said of it; it is kept.' }),
  }),
  body: null,
  responses: { 200: { description: 'What was lifted', schema: lockDownList } },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ query, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<LockDownRow>({ text: LIFT, values: [query.id ?? null, query.reason ?? null] }),
    );
    return { status: 200, body: { items: rows.map(lockDownJson) } };
  },
});
