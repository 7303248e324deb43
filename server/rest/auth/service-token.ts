import { z } from 'zod';
import { problem, toProblem } from '../../http/problems.ts';
import { publicRoute } from '../route.ts';
import type { Route } from '../route.ts';

/**
 * POST /oauth/token: client credentials (RFC 6749, 4.4). The tenant is named as the resource (RFC 8707): a token is for one tenant, and
 * there is no standard one.
 */
export const serviceToken = inTermsOfOAuth(publicRoute({
  method: 'post',
  path: '/oauth/token',
  name: 'issueServiceToken',
  tag: 'Service accounts',
  summary: 'A token for a service account, in one tenant',
  description:
    'Send a form. Credentials stand in the form or in the Authorization header (Basic). `resource` is the issuer of the tenant, `<origin>/t/<id>`. ' +
    'Refusals carry `error` as RFC 6749, 5.2 names it.',
  form: true,
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: z
    .strictObject({
      grant_type: z.string(),
      client_id: z.string().max(100).optional(),
      client_secret: z.string().max(200).optional(),
      resource: z.string().max(500).optional().meta({ example: 'https://tenantry.example/t/aurora', description: 'Always needed.' }),
    })
    .meta({ id: 'ClientCredentials' }),
  responses: {
    200: {
      description: 'A token of the tenant, good for what the account was granted there',
      schema: z
        .object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int() })
        .meta({ id: 'ServiceToken' }),
    },
  },
  problems: ['BAD_CREDENTIALS', 'RATE_LIMITED', 'LOCKED_DOWN'],
  handler: async ({ body, address, header }, { serviceTokens }) => {
    if (body.grant_type !== 'client_credentials') {
      throw problem('MALFORMED_REQUEST', 'Only the grant type client_credentials is served.', { members: { error: 'unsupported_grant_type' } });
    }
    const { accessToken, expiresIn } = await serviceTokens.issue(clientOf(body, header('authorization')), body.resource, address);
    return { status: 200, body: { access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn } };
  },
}));

/** What is wrong with the request itself is `invalid_request` with 400, however it was found (RFC 6749, 5.2). */
function inTermsOfOAuth(route: Route): Route {
  return {
    ...route,
    answer: async (raw, services) => {
      try {
        return await route.answer(raw, services);
      } catch (error) {
        const refusal = toProblem(error);
        const { code, message, errors, members } = refusal;
        if ((code !== 'INVALID_INPUT' && code !== 'MALFORMED_REQUEST') || 'error' in members) throw error;
        throw problem('MALFORMED_REQUEST', message, { cause: error, errors, members: { error: 'invalid_request' } });
      }
    },
  };
}

/** Credentials of the header or of the form, not of both (RFC 6749, 2.3). */
function clientOf(
  form: { readonly client_id?: string | undefined; readonly client_secret?: string | undefined },
  authorization: string | undefined,
): { readonly id: string; readonly secret: string } {
  const encoded = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return { id: form.client_id ?? '', secret: form.client_secret ?? '' };
  if (form.client_secret !== undefined) {
    throw problem('MALFORMED_REQUEST', 'Send the credentials in the header or in the form, not in both.', { members: { error: 'invalid_request' } });
  }
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { id: text.slice(0, Math.max(0, colon)), secret: text.slice(colon + 1) };
}
