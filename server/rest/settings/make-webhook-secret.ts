import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { problem } from '../../http/problems.ts';
import { sealingContext } from '../../identity/sealer.ts';
import { tenantRoute } from '../route.ts';
import { tenantId } from '../tenants/tenant.ts';

/** Says what is missing, where row security alone would find no row. */
const ALLOWED = `select require_permission('settings.manage')`;
const KNOWN = `select from settings, jsonb_path_query(value, '$.webhooks[*].id') as id
  where section = 'integrations' and id = to_jsonb($1::text)`;
/** The value twice: `excluded.sealed` would need the right to read the column, which nobody has. */
const KEEP = `insert into webhook_secrets (webhook, sealed) values ($1::text, $2::text)
  on conflict (webhook) do update set sealed = $2::text, created_at = now()`;

/** 256 bits: as many as the hash that they key. */
const SECRET_BYTES = 32;

/** POST /tenants/{id}/webhooks/{webhook}/secret */
export const makeWebhookSecret = tenantRoute({
  method: 'post',
  path: '/tenants/{id}/webhooks/{webhook}/secret',
  name: 'makeWebhookSecret',
  tag: 'Settings',
  summary: 'Make or replace the signing secret of a webhook',
  description:
    'The secret is in this answer and nowhere else. The one made before signs beside it for 24 hours. Needs the permission `settings.manage` in ' +
    'the tenant; operators on a visit and service accounts can’t call this, since whoever knows the secret can speak in the platform’s name.',
  params: z.strictObject({ id: tenantId, webhook: z.string().regex(/^[a-z0-9][a-z0-9-]{0,35}$/) }),
  query: z.strictObject({}),
  body: null,
  responses: {
    201: {
      description: 'The secret',
      schema: z.object({ webhook: z.string(), secret: z.string() }).meta({ id: 'WebhookSecret' }),
    },
  },
  problems: ['NOT_FOUND'],
  handler: async ({ params, user }, { inTenant, sealer }) => {
    if (user.tenant.id !== params.id) throw problem('NOT_FOUND', 'There is nothing at this address.');
    if (user.claims.userId === '') throw problem('FORBIDDEN', 'A person of the tenant makes the secrets of its webhooks, nobody on their behalf.');
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const sealed = (await sealer.seal(Buffer.from(secret), sealingContext(params.id))).toString('base64');
    await inTenant(user, 'write', async (client) => {
      await client.query({ text: ALLOWED });
      const known = await client.query({ text: KNOWN, values: [params.webhook] });
      if (known.rows.length === 0) {
        throw problem('NOT_FOUND', 'There is no such webhook in the settings. Add it to the section integrations first.');
      }
      await client.query({ text: KEEP, values: [params.webhook, sealed] });
    });
    return { status: 201, body: { webhook: params.webhook, secret } };
  },
});
