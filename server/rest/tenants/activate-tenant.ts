import { transitionRoute } from './transition.ts';

/** POST /tenants/{id}/activate */
export const activateTenant = transitionRoute({
  verb: 'activate',
  transition: 'activate_tenant',
  name: 'activateTenant',
  summary: 'Open a tenant',
  description: 'Opens a tenant that is ready or suspended, once its fingerprint matches the blueprint.',
  reasonRequired: false,
  roles: ['admin', 'operator'],
  mayBeRefusedAsUnproven: true,
});
