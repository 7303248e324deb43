import { operatorLogin } from './auth/operator-login.ts';
import { userLogin } from './auth/user-login.ts';
import type { Route } from './route.ts';
import { activateTenant } from './tenants/activate-tenant.ts';
import { archiveTenant } from './tenants/archive-tenant.ts';
import { cancelProvisioning } from './tenants/cancel-tenant.ts';
import { createTenant } from './tenants/create-tenant.ts';
import { deleteSchema } from './tenants/delete-schema.ts';
import { deleteTenant } from './tenants/delete-tenant.ts';
import { getTenant } from './tenants/get-tenant.ts';
import { listTenants } from './tenants/list-tenants.ts';
import { provisionSchema } from './tenants/provision-schema.ts';
import { restoreTenant } from './tenants/restore-tenant.ts';
import { schemaStatus } from './tenants/schema-status.ts';
import { suspendTenant } from './tenants/suspend-tenant.ts';
import { updateTenant } from './tenants/update-tenant.ts';

/** Every call under `/api/v1`: what is served, and what the OpenAPI document says is served. */
export const ROUTES: readonly Route[] = [
  operatorLogin,
  userLogin,
  createTenant,
  listTenants,
  getTenant,
  updateTenant,
  provisionSchema,
  schemaStatus,
  deleteSchema,
  activateTenant,
  suspendTenant,
  archiveTenant,
  restoreTenant,
  cancelProvisioning,
  deleteTenant,
];
