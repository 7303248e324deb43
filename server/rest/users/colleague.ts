import { z } from 'zod';
import { problem } from '../../http/problems.ts';
import { personRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { user, userPath } from './user.ts';

/** POST /tenants/{id}/auth/users/{user}/invite | reset | unlock | end_sessions | remove_second_factor: what a tenant's own administrators do for a colleague. */
export const actsOnColleagues: readonly Route[] = (
  [
    ['invite', 'Send a colleague the invitation again'],
    ['reset', 'Send a colleague a message with which the password can be replaced'],
    ['unlock', 'Lift a colleague’s lock after failed sign-ins'],
    ['end_sessions', 'End all sessions of a colleague'],
    ['remove_second_factor', 'Remove the second factor of a colleague who has lost it, and end their sessions'],
  ] as const
).map(([verb, summary]) =>
  personRoute({
    method: 'post',
    path: `/tenants/{id}/auth/users/{user}/${verb}`,
    name: `${verb.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())}OfColleague`,
    tag: 'Users of a tenant',
    summary,
    description: 'For users of the tenant whose role holds users.manage and everything that the colleague’s role holds.',
    params: userPath,
    query: z.strictObject({}),
    body: null,
    responses: { 200: { description: 'The colleague', schema: user } },
    problems: ['NOT_FOUND', 'INVALID_TRANSITION', 'FORBIDDEN', 'TENANT_FORBIDDEN'],
    handler: async ({ params, identity }, { signIn }) => {
      if (identity.kind !== 'tenant' || identity.tenantId !== params.id) {
        throw problem('TENANT_FORBIDDEN', 'This token belongs elsewhere than the path says.');
      }
      return { status: 200, body: await signIn.manage(identity, params.user, verb) };
    },
  }),
);
