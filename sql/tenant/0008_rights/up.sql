-- Rights: the role auditor, the permissions of those who answer for a tenant, and the rules that keep anybody from
-- growing by their own hand. Changes of users, roles and permissions go into the audit trail.
--
-- The foreign keys step aside for the rows, for the reason given in 0006_base_rows:
-- squawk-ignore-file constraint-missing-not-valid, adding-foreign-key-constraint

alter table role_permissions drop constraint role_permissions_role_name_fkey, drop constraint role_permissions_permission_fkey;

-- A tenant that has made itself a role of that name keeps it, with its people, under another.
do $$
begin
  if exists (select from roles where name = 'auditor') then
    insert into roles (name, description, created_at) select 'custom_auditor', description, created_at from roles where name = 'auditor';
    update users set role = 'custom_auditor' where role = 'auditor';
    update role_permissions set role_name = 'custom_auditor' where role_name = 'auditor';
    update notification_rules set role_name = 'custom_auditor' where role_name = 'auditor';
    delete from roles where name = 'auditor';
  end if;
end
$$;

insert into roles (name, description, builtin) values
  ('auditor', 'Reads evidence, the audit trail, ages of keys and visits of operators; no business rows.', true);
update roles set description = 'Manager who also runs users, roles, permissions, settings and exports, and reads what the auditor reads.'
where name = 'admin';
insert into permissions (name, description) values
  ('evidence.read', 'See the evidence that the tenant is isolated.'),
  ('audit.read', 'Read the tenant''s own audit trail and the state of its chain.'),
  ('keys.read', 'See the ages of the tenant''s signing keys, never the keys.'),
  ('visits.read', 'See when operators acted inside the tenant, and why.'),
  ('data.export', 'Export the tenant''s data.');
-- The admin holds whatever the auditor does: otherwise nobody could appoint one.
insert into role_permissions (role_name, permission) values
  ('auditor', 'evidence.read'), ('auditor', 'audit.read'), ('auditor', 'keys.read'), ('auditor', 'visits.read'),
  ('admin', 'evidence.read'), ('admin', 'audit.read'), ('admin', 'keys.read'), ('admin', 'visits.read'),
  ('admin', 'data.export');

alter table role_permissions
  add constraint role_permissions_role_name_fkey foreign key (role_name) references roles on delete cascade,
  add constraint role_permissions_permission_fkey foreign key (permission) references permissions on delete cascade;

-- Who edits a role holds all it holds, or a colleague with more could be stripped of it.
alter policy roles_change on roles using (
  (select has_permission('roles.manage')) and not builtin and covers_role(name));
alter policy roles_delete on roles using (
  (select has_permission('roles.manage')) and not builtin and covers_role(name));
alter policy role_permissions_create on role_permissions with check (
  (select has_permission('roles.manage')) and has_permission(permission) and covers_role(role_name)
  and not (select builtin from roles where name = role_name));
alter policy role_permissions_delete on role_permissions using (
  (select has_permission('roles.manage')) and covers_role(role_name)
  and not (select builtin from roles where name = role_name));

create trigger users_guard after update of role, status or delete on users
  for each row execute function platform_private.guard_users();
create trigger roles_guard before delete on roles for each row execute function platform_private.guard_roles();

-- Signing in writes last_sign_in_at, and is an event of its own.
create trigger users_audit after insert or update of email, name, role, status or delete on users
  for each row execute function audit.record_change();
create trigger roles_audit after insert or update of description or delete on roles
  for each row execute function audit.record_change('name');
create trigger role_permissions_audit after insert or update or delete on role_permissions
  for each row execute function audit.record_change('role_name', 'permission');

-- The tenant's own part of the audit trail, the newest first. The only function here with the owner's rights. The tenant is
-- a literal, written when the schema is built: no claim and no argument can name another.
-- EXECUTE by default privileges and the description in blueprint.sql, as for the calls of 0004_workflow.
alter default privileges in schema :SCHEMA grant execute on functions to :TENANT;
create function audit_trail(
  older_than timestamptz default null,
  size integer default 50,
  about text default null
)
returns table (
  at timestamptz,
  action text,
  outcome text,
  actor text,
  actor_role text,
  subject text,
  changed text[],
  before jsonb,
  after jsonb,
  detail jsonb,
  request_id text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from audit.tenant_trail(':SCHEMA', older_than, size, about) $$;
alter default privileges in schema :SCHEMA revoke execute on functions from :TENANT;

comment on table roles is 'What a user of this tenant can be: viewer, user, manager and admin, each including the one before, auditor, and the tenant''s own.';
comment on column roles.builtin is 'True for viewer, user, manager, admin and auditor, which can''t be changed or deleted.';
