import { z } from 'zod';
import { SETTING_SCHEMAS } from '../../../database/setting-schemas.ts';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { operatorRoute } from '../route.ts';

/** GET /settings/schemas */
export const listSettingSchemas = operatorRoute({
  method: 'get',
  path: '/settings/schemas',
  name: 'listSettingSchemas',
  tag: 'Settings',
  summary: 'What settings may hold',
  description: 'One JSON Schema (2020-12) a section: the same that the database checks a change by.',
  roles: OPERATOR_TITLES,
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: null,
  responses: {
    200: {
      description: 'Every section',
      schema: z
        .object({
          items: z.array(
            z.object({
              section: z.string().meta({ description: 'Key of the row in the tenant’s table settings.' }),
              key: z.string().meta({ description: 'Name in JSON.' }),
              heldBy: z.enum(['tenant', 'operators']),
              schema: z.record(z.string(), z.unknown()),
            }),
          ),
        })
        .meta({ id: 'SettingSchemas' }),
    },
  },
  problems: [],
  handler: async () => await Promise.resolve({ status: 200, body: { items: SETTING_SCHEMAS } }),
});
