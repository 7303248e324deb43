import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { LOCK_DOWN_COLUMNS, lockDownJson, lockDownList } from './lock-down-answer.ts';
import type { LockDownRow } from './lock-down-answer.ts';

const LIST = `select ${LOCK_DOWN_COLUMNS} from platform.lock_downs l order by l.lifted_at is not null, l.id desc limit $1::integer`;

/** GET /lockdown */
export const listLockDowns = operatorRoute({
  method: 'get',
  path: '/lockdown',
  name: 'listLockDowns',
  tag: 'Emergency',
  summary: 'List lock-downs',
  description: 'Those in force first, then the newest of those that were lifted.',
  roles: ['admin', 'operator', 'security'],
  params: z.strictObject({}),
  query: z.strictObject({ first: z.coerce.number().int().min(1).max(200).default(50) }),
  body: null,
  responses: { 200: { description: 'Lock-downs', schema: lockDownList } },
  problems: [],
  handler: async ({ query, operator }, { operate }) => {
    const { rows } = await operate(operator, 'read', (client) => client.query<LockDownRow>({ text: LIST, values: [query.first] }));
    return { status: 200, body: { items: rows.map(lockDownJson) } };
  },
});
