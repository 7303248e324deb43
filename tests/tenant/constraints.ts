/**
 * Rules of the tenant schema beyond role × table × operation, as data: what a row may hold, how agreements and
 * approvals move, and what can't be forged. Run like the policy matrix (fixture, role, claims, rolled back);
 * `before` runs first under the same role and claims and must succeed.
 */
import { ids, type TenantRole } from './policy-matrix.ts';

export interface RuleCase {
  readonly name: string;
  readonly role: TenantRole | 'helper' | '';
  readonly userId: string;
  readonly before?: string;
  readonly sql: string;
  /** SQLSTATE to expect, and the name of the constraint where one refuses; or the number of rows. */
  readonly outcome: { readonly errcode: string; readonly constraint?: string } | { readonly rows: number };
}

const as = (role: TenantRole): Pick<RuleCase, 'role' | 'userId'> => ({ role, userId: ids[role] });
const checked = (name: string, table: string, columns: string, values: string, constraint: string): RuleCase => ({
  name, ...as('admin'), sql: `insert into ${table} (${columns}) values (${values})`,
  outcome: { errcode: '23514', constraint },
});
const agreement = (columns: string, values: string): [string, string] => [
  `number, brand_id, licensee_id, ${columns}`, `'FIX-9', '${ids.brand}', '${ids.licensee}', ${values}`,
];

/** Makes the joiner an admin beside the fixture's. */
const secondAdmin = `update users set role = 'admin', status = 'active' where id = '${ids.joiner}'`;

const values: readonly RuleCase[] = [
  checked('a blank brand name is refused', 'brands', 'name', `'  '`, 'brands_name_length'),
  checked('an overlong brand name is refused', 'brands', 'name', `repeat('x', 201)`, 'brands_name_length'),
  checked('an unknown brand status is refused', 'brands', 'name, status', `'B', 'lost'`, 'brands_status_known'),
  checked('a country is two capitals', 'licensees', 'name, country', `'L', 'de'`, 'licensees_country_form'),
  checked('an e-mail address has an at sign', 'licensees', 'name, contact_email', `'L', 'nobody'`, 'licensees_contact_email_form'),
  checked('an agreement ends after it starts', 'agreements', ...agreement('starts_on, ends_on', `'2026-01-01', '2026-01-01'`), 'agreements_ends_on_after_start'),
  checked('a royalty rate is at most 100 %', 'agreements', ...agreement('royalty_rate', '100.01'), 'agreements_royalty_rate_range'),
  checked('a royalty rate is not negative', 'agreements', ...agreement('royalty_rate', '-1'), 'agreements_royalty_rate_range'),
  checked('a minimum guarantee is not negative', 'agreements', ...agreement('minimum_guarantee, currency', `-1, 'EUR'`), 'agreements_minimum_guarantee_range'),
  checked('a minimum guarantee needs a currency', 'agreements', ...agreement('minimum_guarantee', '1'), 'agreements_currency_given'),
  checked('a currency is three capitals', 'agreements', ...agreement('currency', `'eur'`), 'agreements_currency_form'),
  checked('a territory is not null', 'agreements', ...agreement('territories', 'array[null]::text[]'), 'agreements_territories_form'),
  checked('an agreement number has no lower case', 'agreements', 'number, brand_id, licensee_id', `'fix-9', '${ids.brand}', '${ids.licensee}'`, 'agreements_number_form'),
  checked('an unknown kind of approval is refused', 'approvals', 'agreement_id, kind', `'${ids.active}', 'smell'`, 'approvals_kind_known'),
  checked('a notice before the end says how long before', 'notification_rules', 'event, role_name', `'agreement_ending', 'admin'`, 'notification_rules_days_before_given'),
  checked('people are told by e-mail; other systems have webhooks', 'notification_rules', 'event, role_name, channel', `'agreement_ended', 'admin', 'webhook'`, 'notification_rules_channel_known'),
  { name: 'a section of settings is an object', ...as('admin'), sql: `update settings set value = '[]'`, outcome: { errcode: 'TN002' } },
  { name: 'brand names are unique in any case', ...as('admin'), sql: `insert into brands (name) values ('FIXTURE brand')`, outcome: { errcode: '23505', constraint: 'brands_name_key' } },
  { name: 'licensee names are unique in any case', ...as('admin'), sql: `insert into licensees (name) values ('FIXTURE licensee')`, outcome: { errcode: '23505', constraint: 'licensees_name_key' } },
  { name: 'e-mail addresses are unique in any case', ...as('admin'), sql: `insert into users (email, name, role) values ('USER@fixture.example', 'U', 'user')`, outcome: { errcode: '23505', constraint: 'users_email_key' } },
  { name: 'agreement numbers are unique', ...as('admin'), sql: `insert into agreements (number, brand_id, licensee_id) values ('FIX-1', '${ids.brand}', '${ids.licensee}')`, outcome: { errcode: '23505', constraint: 'agreements_number_key' } },
  { name: 'a brand with agreements stays', ...as('admin'), sql: `delete from brands where id = '${ids.brand}'`, outcome: { errcode: '23503', constraint: 'agreements_brand_id_fkey' } },
  { name: 'a user with approvals stays', ...as('admin'), sql: `delete from users where id = '${ids.user}'`, outcome: { errcode: '23503', constraint: 'approvals_requested_by_fkey' } },
];

const moves: readonly RuleCase[] = [
  { name: 'a manager submits a draft', ...as('manager'), before: `select submit_agreement('${ids.draft}', 'Please.')`, sql: `select from agreements join approvals on agreement_id = agreements.id and kind = 'agreement' and approvals.status = 'pending' where agreements.id = '${ids.draft}' and agreements.status = 'pending_approval' and requested_by = '${ids.manager}'`, outcome: { rows: 1 } },
  { name: 'a user cannot submit', ...as('user'), sql: `select submit_agreement('${ids.draft}', null)`, outcome: { errcode: 'TN009' } },
  { name: 'a user cannot submit by request either', ...as('user'), sql: `insert into approvals (agreement_id, kind) values ('${ids.draft}', 'agreement')`, outcome: { errcode: '42501' } },
  { name: 'a request of kind agreement is a submission', ...as('manager'), before: `insert into approvals (agreement_id, kind) values ('${ids.draft}', 'agreement')`, sql: `select from agreements where id = '${ids.draft}' and status = 'pending_approval'`, outcome: { rows: 1 } },
  { name: 'an agreement is submitted once', ...as('manager'), before: `select submit_agreement('${ids.draft}', null)`, sql: `select submit_agreement('${ids.draft}', null)`, outcome: { errcode: 'TN004' } },
  { name: 'an active agreement is not submitted', ...as('manager'), sql: `select submit_agreement('${ids.active}', null)`, outcome: { errcode: 'TN004' } },
  { name: 'an unknown agreement is not submitted', ...as('manager'), sql: `select submit_agreement(gen_random_uuid(), null)`, outcome: { errcode: 'TN003' } },
  { name: 'an incomplete draft is not submitted', ...as('manager'), sql: `select submit_agreement('${ids.openDraft}', null)`, outcome: { errcode: '23514', constraint: 'agreements_complete' } },
  { name: 'an admin approves and the agreement becomes active', ...as('admin'), before: `select decide_approval('${ids.submission}', 'approved', null)`, sql: `select from agreements join approvals on agreement_id = agreements.id where agreements.id = '${ids.submitted}' and agreements.status = 'active' and decided_by = '${ids.admin}' and decided_at is not null`, outcome: { rows: 1 } },
  { name: 'an admin rejects and the agreement is a draft again', ...as('admin'), before: `select decide_approval('${ids.submission}', 'rejected', 'No.')`, sql: `select from agreements join approvals on agreement_id = agreements.id where agreements.id = '${ids.submitted}' and agreements.status = 'draft' and comment = 'No.'`, outcome: { rows: 1 } },
  { name: 'a refused draft is submitted again', ...as('admin'), before: `select decide_approval('${ids.submission}', 'rejected', null)`, sql: `select submit_agreement('${ids.submitted}', null)`, outcome: { rows: 1 } },
  { name: 'nobody decides their own request', ...as('manager'), sql: `select decide_approval('${ids.submission}', 'approved', null)`, outcome: { errcode: 'TN009' } },
  { name: 'a user decides nothing', ...as('user'), sql: `select decide_approval('${ids.managersRequest}', 'approved', null)`, outcome: { errcode: 'TN009' } },
  { name: 'a user decides nothing by update either', ...as('user'), sql: `update approvals set status = 'approved' where id = '${ids.managersRequest}'`, outcome: { rows: 0 } },
  { name: 'a user does not decide their own by update', ...as('user'), sql: `update approvals set status = 'approved' where id = '${ids.usersRequest}'`, outcome: { errcode: 'TN009' } },
  { name: 'a user changes only their own requests', ...as('user'), sql: `update approvals set comment = 'Mine.' where id = '${ids.managersRequest}'`, outcome: { rows: 0 } },
  { name: 'a decision is final', ...as('admin'), sql: `select decide_approval('${ids.decided}', 'rejected', null)`, outcome: { errcode: 'TN004' } },
  { name: 'a decision is approved or rejected', ...as('admin'), sql: `select decide_approval('${ids.submission}', 'maybe', null)`, outcome: { errcode: 'TN002' } },
  { name: 'an unknown approval is not decided', ...as('admin'), sql: `select decide_approval(gen_random_uuid(), 'approved', null)`, outcome: { errcode: 'TN003' } },
  { name: 'a concept is decided without moving its agreement', ...as('manager'), before: `select decide_approval('${ids.usersRequest}', 'approved', null)`, sql: `select from agreements where id = '${ids.active}' and status = 'active'`, outcome: { rows: 1 } },
  { name: 'an operator without a user decides nothing', role: 'manager', userId: '', sql: `select decide_approval('${ids.usersRequest}', 'approved', null)`, outcome: { errcode: 'TN009' } },
  { name: 'an operator without a user requests nothing', role: 'manager', userId: '', sql: `insert into approvals (agreement_id, kind) values ('${ids.active}', 'sample')`, outcome: { errcode: '42501' } },
  { name: 'no draft is submitted past its approval', ...as('manager'), sql: `update agreements set status = 'pending_approval' where id = '${ids.draft}'`, outcome: { errcode: 'TN004' } },
  { name: 'no agreement is activated past its approval', ...as('admin'), sql: `update agreements set status = 'active' where id = '${ids.submitted}'`, outcome: { errcode: 'TN004' } },
  { name: 'no draft becomes active at once', ...as('admin'), sql: `update agreements set status = 'active' where id = '${ids.draft}'`, outcome: { errcode: 'TN004' } },
  { name: 'a manager terminates an active agreement', ...as('manager'), before: `select terminate_agreement('${ids.active}', 'Late reports.')`, sql: `select from agreements where id = '${ids.active}' and status = 'terminated' and notes = 'Late reports.'`, outcome: { rows: 1 } },
  { name: 'a user terminates nothing', ...as('user'), sql: `select terminate_agreement('${ids.active}', 'No.')`, outcome: { errcode: 'TN009' } },
  { name: 'a termination has a reason', ...as('manager'), sql: `select terminate_agreement('${ids.active}', ' ')`, outcome: { errcode: 'TN002' } },
  { name: 'a draft is not terminated', ...as('manager'), sql: `select terminate_agreement('${ids.draft}', 'No.')`, outcome: { errcode: 'TN004' } },
  { name: 'an unknown agreement is not terminated', ...as('manager'), sql: `select terminate_agreement(gen_random_uuid(), 'No.')`, outcome: { errcode: 'TN003' } },
  { name: 'an agreement expires after its last day', ...as('manager'), sql: `update agreements set status = 'expired' where id = '${ids.overdue}'`, outcome: { rows: 1 } },
  { name: 'an agreement does not expire before', ...as('manager'), sql: `update agreements set status = 'expired' where id = '${ids.active}'`, outcome: { errcode: 'TN004' } },
  { name: 'an ended agreement stays as it is', ...as('admin'), sql: `update agreements set notes = 'x' where id = '${ids.ended}'`, outcome: { rows: 0 } },
  { name: 'the terms of an active agreement are fixed', ...as('admin'), sql: `update agreements set royalty_rate = 99 where id = '${ids.active}'`, outcome: { errcode: 'TN004' } },
  { name: 'a user does not touch an active agreement', ...as('user'), sql: `update agreements set notes = 'x' where id = '${ids.active}'`, outcome: { rows: 0 } },
  { name: 'only drafts are deleted', ...as('admin'), sql: `delete from agreements where id = '${ids.active}'`, outcome: { rows: 0 } },
];

const forgeries: readonly RuleCase[] = [
  { name: 'a request is signed by the claim', ...as('user'), sql: `insert into approvals (agreement_id, kind, requested_by) values ('${ids.active}', 'sample', '${ids.manager}')`, outcome: { errcode: '42501' } },
  { name: 'a decision is signed by the claim', ...as('manager'), sql: `update approvals set status = 'approved', decided_by = '${ids.admin}' where id = '${ids.usersRequest}'`, outcome: { errcode: '42501' } },
  { name: 'a request is born pending', ...as('admin'), sql: `insert into approvals (agreement_id, kind, status) values ('${ids.active}', 'sample', 'approved')`, outcome: { errcode: '42501' } },
  { name: 'an agreement is born a draft', ...as('admin'), sql: `insert into agreements (number, brand_id, licensee_id, status) values ('FIX-9', '${ids.brand}', '${ids.licensee}', 'active')`, outcome: { errcode: '42501' } },
  { name: 'keys are the database’s', ...as('admin'), sql: `insert into brands (id, name) values (gen_random_uuid(), 'B')`, outcome: { errcode: '42501' } },
  { name: 'times are the database’s', ...as('admin'), sql: `update brands set created_at = now()`, outcome: { errcode: '42501' } },
  { name: 'the time of a request is the database’s', ...as('user'), sql: `insert into approvals (agreement_id, kind, created_at) values ('${ids.active}', 'sample', now())`, outcome: { errcode: '42501' } },
  { name: 'an update stamps updated_at', ...as('admin'), before: `update brands set category = 'toys' where id = '${ids.brand}'`, sql: `select from brands where id = '${ids.brand}' and updated_at = now()`, outcome: { rows: 1 } },
  { name: 'a built-in role is not changed', ...as('admin'), sql: `update roles set description = 'x' where name = 'viewer'`, outcome: { rows: 0 } },
  { name: 'a built-in role is not deleted', ...as('admin'), sql: `delete from roles where name = 'viewer'`, outcome: { rows: 0 } },
  { name: 'a built-in role is not created', ...as('admin'), sql: `insert into roles (name, description, builtin) values ('root', 'x', true)`, outcome: { errcode: '42501' } },
  { name: 'a built-in role gains no permission', ...as('admin'), sql: `insert into role_permissions (role_name, permission) values ('viewer', 'brands.write')`, outcome: { errcode: '42501' } },
  { name: 'a built-in role loses no permission', ...as('admin'), sql: `delete from role_permissions where role_name = 'viewer'`, outcome: { rows: 0 } },
  { name: 'a role in use stays', ...as('admin'), before: `update users set role = 'unused' where id = '${ids.leaver}'`, sql: `delete from roles where name = 'unused'`, outcome: { errcode: 'TN016' } },
  { name: 'who runs users makes no administrator', role: 'helper', userId: ids.leaver, sql: `insert into users (email, name, role) values ('x@fixture.example', 'X', 'admin')`, outcome: { errcode: '42501' } },
  { name: 'who runs users does not promote themselves', role: 'helper', userId: ids.leaver, sql: `update users set role = 'admin' where id = '${ids.leaver}'`, outcome: { errcode: '42501' } },
  { name: 'who runs users does not touch an administrator', role: 'helper', userId: ids.leaver, sql: `update users set email = 'mine@fixture.example' where id = '${ids.admin}'`, outcome: { rows: 0 } },
  { name: 'who runs roles gives only what they hold', role: 'helper', userId: ids.leaver, sql: `insert into role_permissions (role_name, permission) values ('helper', 'settings.manage')`, outcome: { errcode: '42501' } },
  { name: 'who runs roles gives what they hold', role: 'helper', userId: ids.leaver, sql: `insert into role_permissions (role_name, permission) values ('unused', 'users.manage')`, outcome: { rows: 1 } },
  { name: 'who runs roles takes nothing from a role that holds more', role: 'helper', userId: ids.leaver, sql: `delete from role_permissions where role_name = 'reader'`, outcome: { rows: 0 } },
  { name: 'who runs roles adds nothing to a role that holds more', role: 'helper', userId: ids.leaver, sql: `insert into role_permissions (role_name, permission) values ('reader', 'users.manage')`, outcome: { errcode: '42501' } },
  { name: 'who runs roles does not describe a role that holds more', role: 'helper', userId: ids.leaver, sql: `update roles set description = 'x' where name = 'reader'`, outcome: { rows: 0 } },
  { name: 'who runs roles does not delete a role that holds more', role: 'helper', userId: ids.leaver, sql: `delete from roles where name = 'reader'`, outcome: { rows: 0 } },
  { name: 'who runs roles deletes one that holds nothing', role: 'helper', userId: ids.leaver, sql: `delete from roles where name = 'unused'`, outcome: { rows: 1 } },
  { name: 'one’s own role can lose but not gain', role: 'helper', userId: ids.leaver, sql: `insert into role_permissions (role_name, permission) values ('helper', 'audit.read')`, outcome: { errcode: '42501' } },
  { name: 'who runs users gives a role that holds no more', role: 'helper', userId: ids.leaver, before: `insert into users (email, name, role) values ('x@fixture.example', 'X', 'unused')`, sql: `update users set role = 'helper' where email = 'x@fixture.example'`, outcome: { rows: 1 } },
  { name: 'who runs users gives no role that holds more', role: 'helper', userId: ids.leaver, before: `insert into users (email, name, role) values ('x@fixture.example', 'X', 'unused')`, sql: `update users set role = 'viewer' where email = 'x@fixture.example'`, outcome: { errcode: '42501' } },
  { name: 'who runs users takes no role that holds more from anybody', role: 'helper', userId: ids.leaver, sql: `update users set role = 'unused' where id = '${ids.viewer}'`, outcome: { rows: 0 } },
  { name: 'an unknown permission is given to nobody', ...as('admin'), sql: `insert into role_permissions (role_name, permission) values ('unused', 'brands.burn')`, outcome: { errcode: '42501' } },
  { name: 'a permission is given to no unknown role', ...as('admin'), sql: `insert into role_permissions (role_name, permission) values ('ghost', 'brands.read')`, outcome: { errcode: '42501' } },
  { name: 'a role keeps its name', ...as('admin'), sql: `update roles set name = 'renamed' where name = 'unused'`, outcome: { errcode: '42501' } },
  { name: 'a custom role does not become built-in', ...as('admin'), sql: `update roles set builtin = true where name = 'unused'`, outcome: { errcode: '42501' } },
  { name: 'a custom role takes no built-in name', ...as('admin'), sql: `insert into roles (name, description) values ('auditor', 'x')`, outcome: { errcode: '23505', constraint: 'roles_pkey' } },
  { name: 'the auditor gains no permission', ...as('admin'), sql: `insert into role_permissions (role_name, permission) values ('auditor', 'brands.read')`, outcome: { errcode: '42501' } },
  { name: 'the auditor loses no permission', ...as('admin'), sql: `delete from role_permissions where role_name = 'auditor'`, outcome: { rows: 0 } },
  { name: 'an admin appoints an auditor', ...as('admin'), sql: `update users set role = 'auditor' where id = '${ids.joiner}'`, outcome: { rows: 1 } },
  { name: 'a user does not raise their own role', ...as('user'), sql: `update users set role = 'admin' where id = '${ids.user}'`, outcome: { rows: 0 } },
  { name: 'an auditor does not raise their own role', ...as('auditor'), sql: `update users set role = 'admin' where id = '${ids.auditor}'`, outcome: { rows: 0 } },
  { name: 'an admin disables a colleague', ...as('admin'), sql: `update users set status = 'disabled' where id = '${ids.manager}'`, outcome: { rows: 1 } },
  { name: 'nobody changes their own status', ...as('admin'), before: secondAdmin, sql: `update users set status = 'disabled' where id = '${ids.admin}'`, outcome: { errcode: 'TN009' } },
  { name: 'nobody removes their own account', role: 'admin', userId: ids.joiner, before: `update users set role = 'admin' where id = '${ids.joiner}'`, sql: `delete from users where id = '${ids.joiner}'`, outcome: { errcode: 'TN009' } },
  { name: 'an admin changes their own name', ...as('admin'), sql: `update users set name = 'Ada L.' where id = '${ids.admin}'`, outcome: { rows: 1 } },
  { name: 'the last active admin is not demoted', ...as('admin'), sql: `update users set role = 'viewer' where id = '${ids.admin}'`, outcome: { errcode: 'TN015' } },
  { name: 'the last active admin is not disabled', role: 'admin', userId: ids.joiner, sql: `update users set status = 'disabled' where id = '${ids.admin}'`, outcome: { errcode: 'TN015' } },
  { name: 'an invited admin is none yet', ...as('admin'), before: `update users set role = 'admin' where id = '${ids.joiner}'`, sql: `update users set role = 'viewer' where id = '${ids.admin}'`, outcome: { errcode: 'TN015' } },
  { name: 'an admin steps down when there is another', ...as('admin'), before: secondAdmin, sql: `update users set role = 'viewer' where id = '${ids.admin}'`, outcome: { rows: 1 } },
  { name: 'all admins at once are not demoted', ...as('admin'), before: secondAdmin, sql: `update users set role = 'viewer' where role = 'admin'`, outcome: { errcode: 'TN015' } },
  { name: 'an admin hands over in one statement', ...as('admin'), before: `update users set status = 'active' where id = '${ids.joiner}'`, sql: `update users set role = case id when '${ids.joiner}' then 'admin' else 'viewer' end where id in ('${ids.joiner}', '${ids.admin}')`, outcome: { rows: 2 } },
  { name: 'an unknown role may nothing', role: '', userId: ids.admin, sql: 'select * from brands', outcome: { rows: 0 } },
];

export const ruleCases: readonly RuleCase[] = [...values, ...moves, ...forgeries];
