import { transitionRoute } from './transition.ts';

/** POST /tenants/{id}/archive */
export const archiveTenant = transitionRoute({
  verb: 'archive',
  transition: 'archive_tenant',
  name: 'archiveTenant',
  summary: 'Archive a tenant',
  description: 'Keeps the data, closed to everybody.',
  reasonRequired: true,
  roles: ['admin', 'operator'],
});
