import { transitionRoute } from './transition.ts';

/** POST /tenants/{id}/restore */
export const restoreTenant = transitionRoute({
  verb: 'restore',
  transition: 'restore_tenant',
  name: 'restoreTenant',
  summary: 'Take a deleted or archived tenant back',
  description: 'The tenant is suspended afterwards; activate it to open it. A deleted tenant can be taken back until purgeAfter.',
  reasonRequired: false,
  roles: ['admin'],
});
