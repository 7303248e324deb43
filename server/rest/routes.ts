import { exportAuditEvents } from './audit/export-audit-events.ts';
import { accept } from './auth/accept.ts';
import { exchange } from './auth/exchange.ts';
import { forgot } from './auth/forgot.ts';
import { login } from './auth/login.ts';
import { logout } from './auth/logout.ts';
import { refresh } from './auth/refresh.ts';
import { serviceToken } from './auth/service-token.ts';
import { addSecondFactor, confirmSecondFactor, removeSecondFactor, showSecondFactor } from './auth/second-factor.ts';
import { endSession, listSessions } from './auth/sessions.ts';
import { getAttestation, getOwnAttestation } from './evidence/attestation.ts';
import { getEvidence, getOwnEvidence } from './evidence/evidence.ts';
import { closeIncident } from './incidents/close-incident.ts';
import { listIncidents } from './incidents/list-incidents.ts';
import { reportIncident } from './incidents/report-incident.ts';
import { liftLockDown } from './lockdown/lift-lock-down.ts';
import { listLockDowns } from './lockdown/list-lock-downs.ts';
import { lockDown } from './lockdown/lock-down.ts';
import { listIsolationRuns } from './isolation/list-isolation-runs.ts';
import { verifyIsolation } from './isolation/verify-isolation.ts';
import { changeOperator } from './operators/change-operator.ts';
import { inviteOperator } from './operators/invite-operator.ts';
import { listOperators } from './operators/list-operators.ts';
import { removeOperatorSecondFactor } from './operators/remove-second-factor.ts';
import { unlockOperator } from './operators/unlock-operator.ts';
import type { Route } from './route.ts';
import { listSettingSchemas } from './settings/list-schemas.ts';
import { makeWebhookSecret } from './settings/make-webhook-secret.ts';
import { activateTenant } from './tenants/activate-tenant.ts';
import { archiveTenant } from './tenants/archive-tenant.ts';
import { cancelProvisioning } from './tenants/cancel-tenant.ts';
import { createTenant } from './tenants/create-tenant.ts';
import { deleteSchema } from './tenants/delete-schema.ts';
import { deleteTenant } from './tenants/delete-tenant.ts';
import { enterTenant } from './tenants/enter-tenant.ts';
import { getTenant } from './tenants/get-tenant.ts';
import { listTenants } from './tenants/list-tenants.ts';
import { portfolio } from './tenants/portfolio.ts';
import { provisionSchema } from './tenants/provision-schema.ts';
import { restoreTenant } from './tenants/restore-tenant.ts';
import { schemaStatus } from './tenants/schema-status.ts';
import { suspendTenant } from './tenants/suspend-tenant.ts';
import { updateTenant } from './tenants/update-tenant.ts';
import { actsOnUsers } from './users/act-on-user.ts';
import { changeUser } from './users/change-user.ts';
import { actsOnColleagues } from './users/colleague.ts';
import { inviteUser } from './users/invite-user.ts';
import { listUsers } from './users/list-users.ts';
import { removeUser } from './users/remove-user.ts';
import { removeUserSecondFactor } from './users/remove-second-factor.ts';
import { endUserSessions, listUserSessions } from './users/user-sessions.ts';

/** Every call under `/api/v1`: what is served, and what the OpenAPI document says is served. */
export const ROUTES: readonly Route[] = [
  ...login,
  ...refresh,
  ...logout,
  ...forgot,
  ...accept,
  ...listSessions,
  ...endSession,
  ...showSecondFactor,
  ...addSecondFactor,
  ...confirmSecondFactor,
  ...removeSecondFactor,
  exchange,
  serviceToken,
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
  enterTenant,
  verifyIsolation,
  listIsolationRuns,
  getAttestation,
  getOwnAttestation,
  getEvidence,
  getOwnEvidence,
  portfolio,
  listUsers,
  inviteUser,
  changeUser,
  removeUser,
  ...actsOnUsers,
  ...actsOnColleagues,
  listUserSessions,
  endUserSessions,
  removeUserSecondFactor,
  listOperators,
  inviteOperator,
  changeOperator,
  unlockOperator,
  lockDown,
  liftLockDown,
  listLockDowns,
  reportIncident,
  listIncidents,
  exportAuditEvents,
  closeIncident,
  removeOperatorSecondFactor,
  listSettingSchemas,
  makeWebhookSecret,
];
