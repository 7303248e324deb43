import { transitionRoute } from './transition.ts';

/** POST /tenants/{id}/suspend */
export const suspendTenant = transitionRoute({
  verb: 'suspend',
  transition: 'suspend_tenant',
  name: 'suspendTenant',
  summary: 'Suspend a tenant',
  description: 'Closes a tenant at once: the database itself refuses its requests from then on.',
  reasonRequired: true,
  roles: ['admin', 'operator'],
});
