-- People of the tenant and what they may do.
--
-- Permissions of a role are stored flat: manager's rows contain user's, so a check is one index probe and a
-- change of one role never changes another behind its back.
-- Tables from user_credentials on hold secrets: no grant of any kind, row security on and no policy, so only
-- the owner's sign-in functions reach them.
-- varchar(n) stands where it keeps a row below the 2 kB from which PostgreSQL adds a TOAST table and its index:
-- 18 relations fewer for each tenant. Elsewhere text with a CHECK, whose name tells the field.

create table roles (
  name varchar(48) primary key,
  description varchar(300) not null,
  builtin boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint roles_name_form check (name ~ '^[a-z][a-z0-9_]+$')
);

create table permissions (
  name varchar(63) primary key,
  description varchar(300) not null,
  constraint permissions_name_form check (name ~ '^[a-z_]+\.[a-z_]+$')
);

create table role_permissions (
  role_name varchar(48),
  permission varchar(63),
  primary key (role_name, permission)
);
create index role_permissions_permission_idx on role_permissions (permission);

create table users (
  id uuid primary key default gen_random_uuid(),
  email text not null,
  name text not null,
  role varchar(48) not null references roles on delete no action,
  status text not null default 'invited',
  last_sign_in_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint users_email_form check (length(email) <= 254 and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  constraint users_name_length check (length(btrim(name)) between 1 and 200),
  constraint users_status_known check (status in ('invited', 'active', 'disabled'))
);
create unique index users_email_key on users (lower(email));
create index users_role_idx on users (role);

create table user_credentials (
  user_id uuid primary key references users on delete cascade,
  password_hash varchar(400) not null,
  must_change boolean not null default false,
  updated_at timestamptz not null default now(),
  constraint user_credentials_password_hash_form check (password_hash like '$argon2id$%')
);

create table user_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index user_sessions_user_id_idx on user_sessions (user_id);

create table refresh_tokens (
  token_hash varchar(64) primary key,
  session_id uuid not null references user_sessions on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint refresh_tokens_token_hash_form check (token_hash ~ '^[0-9a-f]{64}$')
);
create index refresh_tokens_session_id_idx on refresh_tokens (session_id);

create table user_invitations (
  user_id uuid primary key references users on delete cascade,
  token_hash varchar(64) unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  constraint user_invitations_token_hash_form check (token_hash ~ '^[0-9a-f]{64}$')
);

create table sign_in_attempts (
  id uuid primary key default gen_random_uuid(),
  email_key varchar(254) not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  succeeded boolean,
  constraint sign_in_attempts_email_key_form check (email_key = lower(email_key)),
  constraint sign_in_attempts_outcome check ((finished_at is null) = (succeeded is null))
);

create table sign_in_locks (
  email_key varchar(254) primary key,
  failures integer not null default 0,
  locked_until timestamptz,
  updated_at timestamptz not null default now(),
  constraint sign_in_locks_email_key_form check (email_key = lower(email_key)),
  constraint sign_in_locks_failures_range check (failures >= 0)
);

create trigger roles_touch before update on roles for each row execute function touch_updated_at();
create trigger users_touch before update on users for each row execute function touch_updated_at();
create trigger user_credentials_touch before update on user_credentials for each row execute function touch_updated_at();
create trigger sign_in_locks_touch before update on sign_in_locks for each row execute function touch_updated_at();

alter table roles enable row level security;
alter table permissions enable row level security;
alter table role_permissions enable row level security;
alter table users enable row level security;
alter table user_credentials enable row level security;
alter table user_sessions enable row level security;
alter table refresh_tokens enable row level security;
alter table user_invitations enable row level security;
alter table sign_in_attempts enable row level security;
alter table sign_in_locks enable row level security;

-- Which role may do what is no secret among the people of a tenant; without a role in the claims nothing shows.
create policy roles_read on roles for select using ((select current_setting('tenantry.role', true)) <> '');
create policy permissions_read on permissions for select using ((select current_setting('tenantry.role', true)) <> '');
create policy role_permissions_read on role_permissions for select using ((select current_setting('tenantry.role', true)) <> '');

-- The four built-in roles are the same in every tenant and can't be changed or locked out; custom roles can.
create policy roles_create on roles for insert with check ((select has_permission('roles.manage')) and not builtin);
create policy roles_change on roles for update using ((select has_permission('roles.manage')) and not builtin);
create policy roles_delete on roles for delete using ((select has_permission('roles.manage')) and not builtin);
create policy role_permissions_create on role_permissions for insert with check (
  (select has_permission('roles.manage')) and has_permission(permission)
  and not (select builtin from roles where name = role_name));
create policy role_permissions_delete on role_permissions for delete using (
  (select has_permission('roles.manage')) and not (select builtin from roles where name = role_name));

create policy users_read on users for select using (id = (select request_user_id()) or (select has_permission('users.manage')));
create policy users_create on users for insert with check ((select has_permission('users.manage')) and covers_role(role));
create policy users_change on users for update using ((select has_permission('users.manage')) and covers_role(role));
create policy users_delete on users for delete using ((select has_permission('users.manage')) and covers_role(role));

grant select, insert (name, description), update (description), delete on roles to :TENANT;
grant select on permissions to :TENANT;
grant select, insert, delete on role_permissions to :TENANT;
grant select, insert (email, name, role), update (email, name, role, status), delete on users to :TENANT;

comment on table roles is 'What a user of this tenant can be: four built-in roles, each including the one before, and the tenant''s own.';
comment on column roles.name is 'Short name: lower case letters, digits and underscores, up to 48 characters.';
comment on column roles.description is 'What the role is for, in a sentence.';
comment on column roles.builtin is 'True for viewer, user, manager and admin, which can''t be changed or deleted.';
comment on column roles.created_at is 'When the role was created.';
comment on column roles.updated_at is 'When the role was last changed.';
comment on table permissions is 'Everything that can be allowed to a role.';
comment on column permissions.name is 'Subject and action, such as agreements.submit.';
comment on column permissions.description is 'What the permission allows, in a sentence.';
comment on table role_permissions is 'Which role holds which permission. Inherited permissions are listed too.';
comment on column role_permissions.role_name is 'The role that holds the permission.';
comment on column role_permissions.permission is 'The permission held.';
comment on table users is 'A person who can sign in to this tenant.';
comment on column users.id is 'Key of the user.';
comment on column users.email is 'E-mail address, used to sign in. Unique within the tenant, upper and lower case alike.';
comment on column users.name is 'Full name as shown to colleagues, up to 200 characters.';
comment on column users.role is 'The role that decides what the user may do.';
comment on column users.status is 'invited: not yet signed in; active; disabled: can''t sign in.';
comment on column users.last_sign_in_at is 'When the user last signed in; empty if never.';
comment on column users.created_at is 'When the user was invited.';
comment on column users.updated_at is 'When the user was last changed.';
comment on table user_credentials is E'@behavior -*\nHow a user proves who they are. Read by the sign-in functions only.';
comment on column user_credentials.user_id is 'The user.';
comment on column user_credentials.password_hash is 'Argon2id hash with its parameters and salt.';
comment on column user_credentials.must_change is 'True when the user has to choose a new password at the next sign-in.';
comment on column user_credentials.updated_at is 'When the password was last changed.';
comment on table user_sessions is E'@behavior -*\nOne sign-in of a user on one device; its refresh tokens form one family.';
comment on column user_sessions.id is 'Key of the session.';
comment on column user_sessions.user_id is 'The user who signed in.';
comment on column user_sessions.created_at is 'When the user signed in.';
comment on column user_sessions.last_used_at is 'When the session was last renewed.';
comment on column user_sessions.expires_at is 'When the session ends by itself.';
comment on column user_sessions.ended_at is 'When the session was ended before its time; empty while it is open.';
comment on table refresh_tokens is E'@behavior -*\nRefresh tokens of a session, by hash. A second use of one ends the session.';
comment on column refresh_tokens.token_hash is 'SHA-256 of the token in lower-case hexadecimal; the token itself is kept nowhere.';
comment on column refresh_tokens.session_id is 'The session that the token renews.';
comment on column refresh_tokens.created_at is 'When the token was issued.';
comment on column refresh_tokens.expires_at is 'When the token stops working.';
comment on column refresh_tokens.used_at is 'When the token was exchanged for the next one; empty while unused.';
comment on table user_invitations is E'@behavior -*\nThe open or last invitation of a user; inviting again replaces it.';
comment on column user_invitations.user_id is 'The user invited.';
comment on column user_invitations.token_hash is 'SHA-256 of the token in the invitation, in lower-case hexadecimal; empty until the message is written.';
comment on column user_invitations.created_at is 'When the invitation was made.';
comment on column user_invitations.expires_at is 'When the invitation stops working.';
comment on column user_invitations.accepted_at is 'When the user accepted; empty until then.';
comment on table sign_in_attempts is E'@behavior -*\nAttempts to sign in, counted before their outcome is known and also for unknown addresses.';
comment on column sign_in_attempts.id is 'Key of the attempt; it can be finished once.';
comment on column sign_in_attempts.email_key is 'The e-mail address tried, in lower case.';
comment on column sign_in_attempts.created_at is 'When the attempt began.';
comment on column sign_in_attempts.finished_at is 'When its outcome became known; empty while open.';
comment on column sign_in_attempts.succeeded is 'Whether the user was let in; empty while open.';
comment on table sign_in_locks is E'@behavior -*\nFailures in a row for each address tried, and how long it is locked.';
comment on column sign_in_locks.email_key is 'The e-mail address tried, in lower case; it need not belong to a user.';
comment on column sign_in_locks.failures is 'Attempts since the last one that succeeded.';
comment on column sign_in_locks.locked_until is 'No attempt is answered before this time; empty when not locked.';
comment on column sign_in_locks.updated_at is 'When the count last changed.';
