import { transitionRoute } from './transition.ts';

/** POST /tenants/{id}/cancel */
export const cancelProvisioning = transitionRoute({
  verb: 'cancel',
  transition: 'cancel_provisioning',
  name: 'cancelProvisioning',
  summary: 'Call a tenant off before its first activation',
  description: 'Whatever exists of it is removed; its id is not given again.',
  reasonRequired: false,
  roles: ['admin', 'operator'],
});
