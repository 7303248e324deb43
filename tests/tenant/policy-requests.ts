/** The deeds of the policy matrix as GraphQL: what a client sends for each sample statement. */
import { ids } from './policy-matrix.ts';
import type { Operation, TenantCall, TenantTable } from './policy-matrix.ts';

/** Root fields of one table; null where the API has no such field for anybody. */
export interface TableRequests {
  /** Name of the GraphQL type, from which the mutations have theirs. */
  readonly type: string;
  readonly requests: Readonly<Record<Operation, string | null>>;
}

const mutation = (field: string, input: string): string => `mutation { ${field}(input: {${input}}) { clientMutationId } }`;
const list = (field: string): string => `{ ${field}(first: 5) { nodes { id } } }`;
const hidden = (type: string): TableRequests => ({
  type, requests: { select: null, insert: null, update: null, delete: null },
});

/** `:MINE` stands for the key of the caller's own pending request. */
export const tableRequests: Readonly<Record<TenantTable, TableRequests>> = {
  brands: {
    type: 'Brand',
    requests: {
      select: list('brands'),
      insert: mutation('createBrand', 'brand: {name: "New Brand"}'),
      update: mutation('updateBrand', `rowId: "${ids.brand}", patch: {description: "Changed."}`),
      delete: mutation('deleteBrand', `rowId: "${ids.unusedBrand}"`),
    },
  },
  licensees: {
    type: 'Licensee',
    requests: {
      select: list('licensees'),
      insert: mutation('createLicensee', 'licensee: {name: "New Licensee", country: "DE"}'),
      update: mutation('updateLicensee', `rowId: "${ids.licensee}", patch: {country: "FR"}`),
      delete: null,
    },
  },
  agreements: {
    type: 'Agreement',
    requests: {
      select: list('agreements'),
      insert: mutation('createAgreement', `agreement: {number: "FIX-9", brandId: "${ids.brand}", licenseeId: "${ids.licensee}"}`),
      update: mutation('updateAgreement', `rowId: "${ids.draft}", patch: {royaltyRate: "7.5"}`),
      delete: mutation('deleteAgreement', `rowId: "${ids.draft}"`),
    },
  },
  approvals: {
    type: 'Approval',
    requests: {
      select: list('approvals'),
      insert: mutation('createApproval', `approval: {agreementId: "${ids.active}", kind: "sample"}`),
      update: mutation('updateApproval', 'rowId: ":MINE", patch: {comment: "Changed."}'),
      delete: null,
    },
  },
  users: {
    type: 'User',
    requests: {
      select: list('users'),
      insert: mutation('createUser', 'user: {email: "new@fixture.example", name: "Nora", role: "viewer"}'),
      update: mutation('updateUser', `rowId: "${ids.joiner}", patch: {name: "Joe"}`),
      delete: mutation('deleteUser', `rowId: "${ids.joiner}"`),
    },
  },
  roles: {
    type: 'Role',
    requests: {
      select: list('roles'),
      insert: mutation('createRole', 'role: {name: "legal", description: "Lawyers."}'),
      update: mutation('updateRole', 'name: "specialist", patch: {description: "Changed."}'),
      delete: mutation('deleteRole', 'name: "unused"'),
    },
  },
  permissions: { type: 'Permission', requests: { select: list('permissions'), insert: null, update: null, delete: null } },
  role_permissions: {
    type: 'RolePermission',
    requests: {
      select: list('rolePermissions'),
      insert: mutation('createRolePermission', 'rolePermission: {roleName: "unused", permission: "brands.read"}'),
      update: null,
      delete: mutation('deleteRolePermission', 'roleName: "reader", permission: "brands.read"'),
    },
  },
  settings: {
    type: 'Setting',
    requests: {
      select: list('settings'),
      insert: null,
      update: mutation('updateSetting', 'section: "features", patch: {value: {dark: true}}'),
      delete: null,
    },
  },
  notification_rules: {
    type: 'NotificationRule',
    requests: {
      select: list('notificationRules'),
      insert: mutation('createNotificationRule', 'notificationRule: {event: "agreement_ended", roleName: "admin"}'),
      update: mutation('updateNotificationRule', `rowId: "${ids.rule}", patch: {enabled: false}`),
      delete: mutation('deleteNotificationRule', `rowId: "${ids.rule}"`),
    },
  },
  user_credentials: hidden('UserCredential'),
  user_sessions: hidden('UserSession'),
  refresh_tokens: hidden('RefreshToken'),
  user_invitations: hidden('UserInvitation'),
  sign_in_attempts: hidden('SignInAttempt'),
  sign_in_locks: hidden('SignInLock'),
  webhook_secrets: hidden('WebhookSecret'),
  webhook_deliveries: { type: 'WebhookDelivery', requests: { select: list('webhookDeliveries'), insert: null, update: null, delete: null } },
  ending_notices: hidden('EndingNotice'),
};

export const callRequests: Readonly<Record<TenantCall, string>> = {
  submit_agreement: mutation('submitAgreement', `agreementId: "${ids.draft}"`),
  decide_approval: mutation('decideApproval', `approvalId: "${ids.usersRequest}", decision: "approved"`),
  terminate_agreement: mutation('terminateAgreement', `agreementId: "${ids.active}", reason: "Late reports."`),
  audit_trail: '{ auditTrailList { at action } }',
  attestations: '{ attestationsList { at passed } }',
  chain_status: '{ chainStatusList { head flaw } }',
  key_ages: '{ keyAgesList { state ageDays } }',
  operator_visits: '{ operatorVisitsList { startedAt reason } }',
  request_evidence: 'mutation { requestEvidence(input: {since: "2026-01-01T00:00:00Z", until: "2026-02-01T00:00:00Z"}) { clientMutationId } }',
};
