/**
 * Who may do what to which table of a tenant, and call what in it, as data: by role, and by permission alone.
 *
 * Run a case like this, each in a transaction that is rolled back: load {@link fixture} as the tables' owner with
 * the tenant's search_path, `set local role` to the tenant's role, set the claims `tenantry.role` and
 * `tenantry.user_id` (see {@link claimsOf}), run `sampleStatements[table][operation]`. Allowed means no error and
 * at least one row; refused means SQLSTATE 42501 or TN009, or no row at all. The same cases as GraphQL are in
 * `policy-requests.ts`.
 */

export const tenantTables = [
  'brands', 'licensees', 'agreements', 'approvals', 'users', 'roles', 'permissions', 'role_permissions', 'settings',
  'notification_rules', 'user_credentials', 'user_sessions', 'refresh_tokens', 'user_invitations', 'sign_in_attempts',
  'sign_in_locks', 'webhook_secrets', 'webhook_deliveries', 'ending_notices',
] as const;
/** Functions of the tenant's own schema. */
export const tenantCalls = [
  'submit_agreement', 'decide_approval', 'terminate_agreement', 'audit_trail', 'attestations', 'chain_status', 'key_ages', 'operator_visits',
  'request_evidence',
] as const;
/** Each includes the one before. */
const ladder = ['viewer', 'user', 'manager', 'admin'] as const;
/** The built-in roles, and `reader`: a custom one whose only permission is brands.read. */
export const tenantRoles = [...ladder, 'auditor', 'reader'] as const;
export const operations = ['select', 'insert', 'update', 'delete'] as const;

export type TenantTable = (typeof tenantTables)[number];
export type TenantCall = (typeof tenantCalls)[number];
export type TenantRole = (typeof tenantRoles)[number];
export type Operation = (typeof operations)[number];

/** `brands.insert`, or the name of a call. */
export type Deed = `${TenantTable}.${Operation}` | TenantCall;

/** '' stands for a request whose claims name no role. */
export interface PolicyCase {
  readonly role: TenantRole | '';
  readonly deed: Deed;
  readonly allowed: boolean;
}

export interface RequestClaims {
  readonly role: TenantRole | 'specialist' | '';
  readonly userId: string;
}

/** Keys of the fixture's rows; the same in every tenant, so that isolation tests can use them too. */
export const ids = {
  viewer: '00000000-0000-4000-8000-000000000001',
  user: '00000000-0000-4000-8000-000000000002',
  manager: '00000000-0000-4000-8000-000000000003',
  admin: '00000000-0000-4000-8000-000000000004',
  leaver: '00000000-0000-4000-8000-000000000005',
  auditor: '00000000-0000-4000-8000-000000000006',
  reader: '00000000-0000-4000-8000-000000000007',
  specialist: '00000000-0000-4000-8000-000000000008',
  joiner: '00000000-0000-4000-8000-000000000009',
  brand: '00000000-0000-4000-8000-000000000011',
  unusedBrand: '00000000-0000-4000-8000-000000000012',
  licensee: '00000000-0000-4000-8000-000000000021',
  draft: '00000000-0000-4000-8000-000000000031',
  submitted: '00000000-0000-4000-8000-000000000032',
  active: '00000000-0000-4000-8000-000000000033',
  overdue: '00000000-0000-4000-8000-000000000034',
  ended: '00000000-0000-4000-8000-000000000035',
  openDraft: '00000000-0000-4000-8000-000000000036',
  viewersRequest: '00000000-0000-4000-8000-000000000041',
  usersRequest: '00000000-0000-4000-8000-000000000042',
  managersRequest: '00000000-0000-4000-8000-000000000043',
  adminsRequest: '00000000-0000-4000-8000-000000000044',
  submission: '00000000-0000-4000-8000-000000000045',
  decided: '00000000-0000-4000-8000-000000000046',
  auditorsRequest: '00000000-0000-4000-8000-000000000047',
  readersRequest: '00000000-0000-4000-8000-000000000048',
  specialistsRequest: '00000000-0000-4000-8000-000000000049',
  rule: '00000000-0000-4000-8000-000000000061',
  session: '00000000-0000-4000-8000-000000000051',
} as const;

/** The claims of the fixture's user with that role. */
export function claimsOf(role: TenantRole | 'specialist' | ''): RequestClaims {
  return { role, userId: role === '' ? '' : ids[role] };
}

/** Who there is: people with roles that no sample statement touches. */
const people = `
insert into roles (name, description) values
  ('reader', 'Reads brands only.'), ('helper', 'Runs users, nothing else.'), ('specialist', 'Whatever a case gives it.');
insert into role_permissions (role_name, permission) values ('helper', 'users.manage'), ('helper', 'roles.manage');
insert into users (id, email, name, role, status) values
  ('${ids.viewer}', 'viewer@fixture.example', 'Vera', 'viewer', 'active'),
  ('${ids.user}', 'user@fixture.example', 'Ugo', 'user', 'active'),
  ('${ids.manager}', 'manager@fixture.example', 'Mara', 'manager', 'active'),
  ('${ids.admin}', 'admin@fixture.example', 'Ada', 'admin', 'active'),
  ('${ids.auditor}', 'auditor@fixture.example', 'Audrey', 'auditor', 'active'),
  ('${ids.reader}', 'reader@fixture.example', 'Rhea', 'reader', 'active'),
  ('${ids.specialist}', 'specialist@fixture.example', 'Siri', 'specialist', 'active'),
  ('${ids.leaver}', 'leaver@fixture.example', 'Lea', 'helper', 'disabled');
insert into user_credentials (user_id, password_hash) values ('${ids.leaver}', '$argon2id$fixture');
insert into user_sessions (id, user_id, expires_at) values ('${ids.session}', '${ids.leaver}', now() + interval '1 hour');
insert into refresh_tokens (token_hash, session_id, expires_at) values (repeat('a', 64), '${ids.session}', now() + interval '1 hour');
insert into user_invitations (user_id, expires_at) values ('${ids.leaver}', now() + interval '1 hour');
insert into sign_in_attempts (email_key) values ('leaver@fixture.example');
insert into sign_in_locks (email_key) values ('leaver@fixture.example');
`;

/** What the sample statements change. */
const things = `
insert into roles (name, description) values ('unused', 'Nobody has it.');
insert into role_permissions (role_name, permission) values ('reader', 'brands.read');
insert into users (id, email, name, role, status) values ('${ids.joiner}', 'joiner@fixture.example', 'Jo', 'viewer', 'invited');
insert into notification_rules (id, event, role_name) values ('${ids.rule}', 'approval_decided', 'viewer');
insert into webhook_secrets (webhook, sealed) values ('fixture', 'sealed');
insert into webhook_deliveries (webhook, event, subject_id) values ('fixture', 'agreement.activated', '${ids.active}');
insert into ending_notices (agreement_id, rule_id) values ('${ids.active}', '${ids.rule}');
insert into brands (id, name) values ('${ids.brand}', 'Fixture Brand'), ('${ids.unusedBrand}', 'Unused Brand');
insert into licensees (id, name) values ('${ids.licensee}', 'Fixture Licensee');
insert into agreements (id, number, brand_id, licensee_id, status, territories, starts_on, ends_on) values
  ('${ids.draft}', 'FIX-1', '${ids.brand}', '${ids.licensee}', 'draft', '{DE}', current_date, current_date + 365),
  ('${ids.submitted}', 'FIX-2', '${ids.brand}', '${ids.licensee}', 'pending_approval', '{DE}', current_date, current_date + 365),
  ('${ids.active}', 'FIX-3', '${ids.brand}', '${ids.licensee}', 'active', '{DE}', current_date - 9, current_date + 365),
  ('${ids.overdue}', 'FIX-4', '${ids.brand}', '${ids.licensee}', 'active', '{DE}', current_date - 9, current_date - 1),
  ('${ids.ended}', 'FIX-5', '${ids.brand}', '${ids.licensee}', 'expired', '{DE}', current_date - 9, current_date - 1),
  ('${ids.openDraft}', 'FIX-6', '${ids.brand}', '${ids.licensee}', 'draft', '{}', null, null);
insert into approvals (id, agreement_id, kind, requested_by) values
  ('${ids.viewersRequest}', '${ids.active}', 'concept', '${ids.viewer}'),
  ('${ids.usersRequest}', '${ids.active}', 'concept', '${ids.user}'),
  ('${ids.managersRequest}', '${ids.active}', 'concept', '${ids.manager}'),
  ('${ids.adminsRequest}', '${ids.active}', 'concept', '${ids.admin}'),
  ('${ids.auditorsRequest}', '${ids.active}', 'concept', '${ids.auditor}'),
  ('${ids.readersRequest}', '${ids.active}', 'concept', '${ids.reader}'),
  ('${ids.specialistsRequest}', '${ids.active}', 'concept', '${ids.specialist}'),
  ('${ids.submission}', '${ids.submitted}', 'agreement', '${ids.manager}');
insert into approvals (id, agreement_id, kind, requested_by, status, decided_by, decided_at) values
  ('${ids.decided}', '${ids.active}', 'agreement', '${ids.manager}', 'approved', '${ids.admin}', now());
`;

/** What there is to show of the tenant in the control plane: an attestation and a visit. */
const evidence = `
insert into platform.attestations (tenant_id, run_id, at, passed, statement)
  values (substr(current_schema(), 8), gen_random_uuid(), now(), true, 'e30.e30.e30');
with visitor as (
  insert into platform.operators (email, name, role) values ('visitor@' || gen_random_uuid() || '.example', 'Vic', 'operator') returning id
)
insert into platform.tenant_visits (tenant_id, operator_id, reason, role, access, expires_at)
  select substr(current_schema(), 8), id, 'Asked to.', 'viewer', 'read', now() from visitor;
`;

/** Rows on which every sample statement finds something, for the owner to load into a tenant without any. */
export const fixture = `${people}${things}${evidence}`;

/** Undoes what sample statements did, where they can't be rolled back. For the owner, in one go. */
export const restoredFixture = `
delete from approvals;
delete from agreements;
delete from licensees;
delete from brands;
delete from notification_rules;
delete from webhook_deliveries;
delete from ending_notices;
delete from webhook_secrets;
delete from users where id = '${ids.joiner}' or email = 'new@fixture.example';
delete from roles where name in ('unused', 'legal');
delete from role_permissions where role_name = 'reader';
${things}`;

/** One statement for each table and operation; `returning` would need select as well, so none has it. */
export const sampleStatements: Readonly<Record<TenantTable, Readonly<Record<Operation, string>>>> = {
  brands: {
    select: 'select * from brands',
    insert: `insert into brands (name) values ('New Brand')`,
    update: `update brands set description = 'Changed.' where id = '${ids.brand}'`,
    delete: `delete from brands where id = '${ids.unusedBrand}'`,
  },
  licensees: {
    select: 'select * from licensees',
    insert: `insert into licensees (name, country) values ('New Licensee', 'DE')`,
    update: `update licensees set country = 'FR' where id = '${ids.licensee}'`,
    delete: `delete from licensees where id = '${ids.licensee}'`,
  },
  agreements: {
    select: 'select * from agreements',
    insert: `insert into agreements (number, brand_id, licensee_id) values ('FIX-9', '${ids.brand}', '${ids.licensee}')`,
    update: `update agreements set royalty_rate = 7.5 where id = '${ids.draft}'`,
    delete: `delete from agreements where id = '${ids.draft}'`,
  },
  approvals: {
    select: 'select * from approvals',
    insert: `insert into approvals (agreement_id, kind) values ('${ids.active}', 'sample')`,
    update: `update approvals set comment = 'Changed.' where requested_by = request_user_id() and kind = 'concept'`,
    delete: `delete from approvals where id = '${ids.usersRequest}'`,
  },
  users: {
    select: 'select * from users',
    insert: `insert into users (email, name, role) values ('new@fixture.example', 'Nora', 'viewer')`,
    update: `update users set name = 'Joe' where id = '${ids.joiner}'`,
    delete: `delete from users where id = '${ids.joiner}'`,
  },
  roles: {
    select: 'select * from roles',
    insert: `insert into roles (name, description) values ('legal', 'Lawyers.')`,
    update: `update roles set description = 'Changed.' where name = 'specialist'`,
    delete: `delete from roles where name = 'unused'`,
  },
  permissions: {
    select: 'select * from permissions',
    insert: `insert into permissions (name, description) values ('brands.burn', 'No.')`,
    update: `update permissions set description = 'No.'`,
    delete: `delete from permissions where name = 'brands.read'`,
  },
  role_permissions: {
    select: 'select * from role_permissions',
    insert: `insert into role_permissions (role_name, permission) values ('unused', 'brands.read')`,
    update: `update role_permissions set permission = 'brands.write' where role_name = 'reader'`,
    delete: `delete from role_permissions where role_name = 'reader'`,
  },
  settings: {
    select: 'select * from settings',
    insert: `insert into settings (section) values ('features') on conflict do nothing`,
    update: `update settings set value = '{"dark": true}' where section = 'features'`,
    delete: `delete from settings where section = 'features'`,
  },
  notification_rules: {
    select: 'select * from notification_rules',
    insert: `insert into notification_rules (event, role_name) values ('agreement_ended', 'admin')`,
    update: 'update notification_rules set enabled = false',
    delete: 'delete from notification_rules',
  },
  user_credentials: {
    select: 'select * from user_credentials',
    insert: `insert into user_credentials (user_id, password_hash) values ('${ids.user}', '$argon2id$forged')`,
    update: `update user_credentials set password_hash = '$argon2id$forged'`,
    delete: 'delete from user_credentials',
  },
  user_sessions: {
    select: 'select * from user_sessions',
    insert: `insert into user_sessions (user_id, expires_at) values ('${ids.user}', now())`,
    update: `update user_sessions set expires_at = now() + interval '1 year'`,
    delete: 'delete from user_sessions',
  },
  refresh_tokens: {
    select: 'select * from refresh_tokens',
    insert: `insert into refresh_tokens (token_hash, session_id, expires_at) values (repeat('b', 64), '${ids.session}', now())`,
    update: 'update refresh_tokens set used_at = null',
    delete: 'delete from refresh_tokens',
  },
  user_invitations: {
    select: 'select * from user_invitations',
    insert: `insert into user_invitations (user_id, token_hash, expires_at) values ('${ids.user}', repeat('b', 64), now())`,
    update: `update user_invitations set token_hash = repeat('b', 64)`,
    delete: 'delete from user_invitations',
  },
  sign_in_attempts: {
    select: 'select * from sign_in_attempts',
    insert: `insert into sign_in_attempts (email_key) values ('user@fixture.example')`,
    update: 'update sign_in_attempts set finished_at = now(), succeeded = true',
    delete: 'delete from sign_in_attempts',
  },
  sign_in_locks: {
    select: 'select * from sign_in_locks',
    insert: `insert into sign_in_locks (email_key) values ('user@fixture.example')`,
    update: 'update sign_in_locks set failures = 0, locked_until = null',
    delete: 'delete from sign_in_locks',
  },
  webhook_secrets: {
    select: 'select webhook, created_at from webhook_secrets',
    insert: `insert into webhook_secrets (webhook, sealed) values ('new', 'sealed')`,
    update: `update webhook_secrets set sealed = 'other'`,
    delete: 'delete from webhook_secrets',
  },
  webhook_deliveries: {
    select: 'select * from webhook_deliveries',
    insert: `insert into webhook_deliveries (webhook, event, subject_id) values ('fixture', 'agreement.activated', '${ids.active}')`,
    update: `update webhook_deliveries set status = 'delivered'`,
    delete: 'delete from webhook_deliveries',
  },
  ending_notices: {
    select: 'select * from ending_notices',
    insert: `insert into ending_notices (agreement_id, rule_id) values ('${ids.draft}', '${ids.rule}')`,
    update: 'update ending_notices set created_at = now()',
    delete: 'delete from ending_notices',
  },
};

/** One call of each function. */
export const sampleCalls: Readonly<Record<TenantCall, string>> = {
  submit_agreement: `select submit_agreement('${ids.draft}')`,
  decide_approval: `select decide_approval('${ids.usersRequest}', 'approved')`,
  terminate_agreement: `select terminate_agreement('${ids.active}', 'Late reports.')`,
  audit_trail: 'select * from audit_trail()',
  attestations: 'select * from attestations()',
  chain_status: 'select * from chain_status()',
  key_ages: 'select * from key_ages()',
  operator_visits: 'select * from operator_visits()',
  request_evidence: `select * from request_evidence('2026-01-01', '2026-02-01')`,
};

/** The statement that tries a deed. */
export function statementOf(deed: Deed): string {
  const [name, operation] = deed.split('.');
  if (operation === undefined) return sampleCalls[name as TenantCall];
  return sampleStatements[name as TenantTable][operation as Operation];
}

export const deeds: readonly Deed[] = [
  ...tenantTables.flatMap((table) => operations.map((operation): Deed => `${table}.${operation}`)),
  ...tenantCalls,
];

type Row = Readonly<Record<Operation, readonly TenantRole[]>> & { readonly note?: string };

const nobody: readonly TenantRole[] = [];
const everybody: readonly TenantRole[] = tenantRoles;
const admin: readonly TenantRole[] = ['admin'];
const from = (lowest: (typeof ladder)[number]): readonly TenantRole[] => ladder.slice(ladder.indexOf(lowest));

const secret: Row = {
  select: nobody, insert: nobody, update: nobody, delete: nobody, note: 'sign-in functions of the owner only',
};

/** The roles that may. */
const rolesThatMay: Readonly<Record<TenantTable, Row>> = {
  brands: { select: [...from('viewer'), 'reader'], insert: from('manager'), update: from('manager'), delete: from('manager') },
  licensees: { select: from('viewer'), insert: from('user'), update: from('user'), delete: nobody },
  agreements: { select: from('viewer'), insert: from('user'), update: from('user'), delete: from('manager'), note: 'a draft' },
  approvals: { select: from('viewer'), insert: from('user'), update: from('user'), delete: nobody, note: 'one’s own pending request' },
  users: { select: everybody, insert: admin, update: admin, delete: admin, note: 'but for admin only one’s own row' },
  roles: { select: everybody, insert: admin, update: admin, delete: admin, note: 'a custom role' },
  permissions: { select: everybody, insert: nobody, update: nobody, delete: nobody },
  role_permissions: { select: everybody, insert: admin, update: nobody, delete: admin, note: 'of a custom role' },
  settings: { select: everybody, insert: nobody, update: admin, delete: nobody, note: 'integrations: admin only' },
  notification_rules: { select: admin, insert: admin, update: admin, delete: admin },
  user_credentials: secret,
  user_sessions: secret,
  refresh_tokens: secret,
  user_invitations: secret,
  sign_in_attempts: secret,
  sign_in_locks: secret,
  webhook_secrets: { select: admin, insert: admin, update: admin, delete: nobody, note: 'that there is one, never what it is' },
  webhook_deliveries: { select: admin, insert: nobody, update: nobody, delete: nobody },
  ending_notices: { select: nobody, insert: nobody, update: nobody, delete: nobody, note: 'the nightly job of the owner only' },
};

const rolesThatMayCall: Readonly<Record<TenantCall, readonly TenantRole[]>> = {
  submit_agreement: from('manager'),
  decide_approval: from('manager'),
  terminate_agreement: from('manager'),
  audit_trail: ['admin', 'auditor'],
  attestations: ['admin', 'auditor'],
  chain_status: ['admin', 'auditor'],
  key_ages: ['admin', 'auditor'],
  operator_visits: ['admin', 'auditor'],
  request_evidence: ['admin', 'auditor'],
};

function rolesFor(deed: Deed): readonly TenantRole[] {
  const [name, operation] = deed.split('.');
  if (operation === undefined) return rolesThatMayCall[name as TenantCall];
  return rolesThatMay[name as TenantTable][operation as Operation];
}

/** Every role × table × operation and role × call, and every one of them without a role in the claims. */
export const policyMatrix: readonly PolicyCase[] = deeds.flatMap((deed) =>
  (['', ...tenantRoles] as const).map((role) => ({ role, deed, allowed: role !== '' && rolesFor(deed).includes(role) })),
);

/** What the database allows and GraphQL does not offer: the server alone does it, with the caller's rights. */
export const unofferedDeeds: readonly Deed[] = ['webhook_secrets.select', 'webhook_secrets.insert', 'webhook_secrets.update'];

/** What everybody with a role may, whatever its permissions. */
export const free: readonly Deed[] = ['users.select', 'roles.select', 'permissions.select', 'role_permissions.select', 'settings.select'];
/** What a custom role mostly has beside the permission it was made for. */
export const reads = ['brands.read', 'licensees.read', 'agreements.read', 'approvals.read'] as const;
/** What these allow by themselves. */
export const readDeeds: readonly Deed[] = ['brands.select', 'licensees.select', 'agreements.select', 'approvals.select'];

const settingsDeeds: readonly Deed[] = [
  'settings.update', 'notification_rules.select', 'notification_rules.insert', 'notification_rules.update', 'notification_rules.delete',
  'webhook_secrets.select', 'webhook_secrets.insert', 'webhook_secrets.update', 'webhook_deliveries.select',
];

/**
 * What a custom role may beyond {@link free} that holds one permission: `alone`, and `besideReads` together with
 * {@link reads}. Changing and deleting need the permission to see the row; users and roles, to hold what they hold.
 */
export const permissionMatrix: Readonly<Record<string, { readonly alone: readonly Deed[]; readonly besideReads: readonly Deed[] }>> = {
  'users.manage': { alone: [], besideReads: ['users.insert', 'users.update', 'users.delete'] },
  'roles.manage': {
    alone: ['roles.insert', 'roles.update', 'roles.delete'],
    besideReads: ['roles.insert', 'roles.update', 'roles.delete', 'role_permissions.insert', 'role_permissions.delete'],
  },
  'brands.read': { alone: ['brands.select'], besideReads: [] },
  'brands.write': { alone: ['brands.insert'], besideReads: ['brands.insert', 'brands.update', 'brands.delete'] },
  'licensees.read': { alone: ['licensees.select'], besideReads: [] },
  'licensees.write': { alone: ['licensees.insert'], besideReads: ['licensees.insert', 'licensees.update'] },
  'agreements.read': { alone: ['agreements.select'], besideReads: [] },
  'agreements.write': { alone: ['agreements.insert'], besideReads: ['agreements.insert', 'agreements.update'] },
  'agreements.submit': { alone: [], besideReads: ['submit_agreement'] },
  'agreements.terminate': { alone: [], besideReads: ['terminate_agreement'] },
  'agreements.delete': { alone: [], besideReads: ['agreements.delete'] },
  'approvals.read': { alone: ['approvals.select'], besideReads: [] },
  'approvals.request': { alone: ['approvals.insert'], besideReads: ['approvals.insert', 'approvals.update'] },
  'approvals.decide': { alone: [], besideReads: ['decide_approval'] },
  'settings.manage': {
    alone: settingsDeeds,
    besideReads: settingsDeeds,
  },
  'evidence.read': { alone: ['attestations', 'request_evidence'], besideReads: ['attestations', 'request_evidence'] },
  'audit.read': { alone: ['audit_trail', 'chain_status'], besideReads: ['audit_trail', 'chain_status'] },
  'keys.read': { alone: ['key_ages'], besideReads: ['key_ages'] },
  'visits.read': { alone: ['operator_visits'], besideReads: ['operator_visits'] },
  'data.export': { alone: [], besideReads: [] },
};
