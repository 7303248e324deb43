-- What a new tenant is born with. Written by: npm run baseline

-- 0001_access
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

-- 0002_portfolio
-- Brands, and the companies licensed to use them.
--
-- Names are unique in any case; lengths and patterns are CHECKs, so that a refusal names the field.

create table brands (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text,
  category text,
  trademark_number text,
  status text not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint brands_name_length check (length(btrim(name)) between 1 and 200),
  constraint brands_description_length check (length(description) <= 5000),
  constraint brands_category_length check (length(category) <= 100),
  constraint brands_trademark_number_length check (length(trademark_number) <= 50),
  constraint brands_status_known check (status in ('active', 'paused', 'retired'))
);
create unique index brands_name_key on brands (lower(name));

create table licensees (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  legal_name text,
  country text,
  contact_email text,
  status text not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint licensees_name_length check (length(btrim(name)) between 1 and 200),
  constraint licensees_legal_name_length check (length(legal_name) <= 200),
  constraint licensees_country_form check (country ~ '^[A-Z]{2}$'),
  constraint licensees_contact_email_form check (length(contact_email) <= 254 and contact_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  constraint licensees_status_known check (status in ('prospect', 'active', 'blocked'))
);
create unique index licensees_name_key on licensees (lower(name));

create trigger brands_touch before update on brands for each row execute function touch_updated_at();
create trigger licensees_touch before update on licensees for each row execute function touch_updated_at();

alter table brands enable row level security;
alter table licensees enable row level security;

create policy brands_read on brands for select using ((select has_permission('brands.read')));
create policy brands_create on brands for insert with check ((select has_permission('brands.write')));
create policy brands_change on brands for update using ((select has_permission('brands.write')));
create policy brands_delete on brands for delete using ((select has_permission('brands.write')));

create policy licensees_read on licensees for select using ((select has_permission('licensees.read')));
create policy licensees_create on licensees for insert with check ((select has_permission('licensees.write')));
create policy licensees_change on licensees for update using ((select has_permission('licensees.write')));

-- Columns not named here, keys and times, are the database's.
grant select, insert (name, description, category, trademark_number, status),
  update (name, description, category, trademark_number, status), delete on brands to :TENANT;
grant select, insert (name, legal_name, country, contact_email, status),
  update (name, legal_name, country, contact_email, status) on licensees to :TENANT;

comment on table brands is 'A brand the tenant owns and licenses out.';
comment on column brands.id is 'Key of the brand.';
comment on column brands.name is 'Name of the brand, unique in any case, up to 200 characters.';
comment on column brands.description is 'What the brand stands for, up to 5,000 characters.';
comment on column brands.category is 'Kind of goods the brand is known for, such as toys or outdoor clothing.';
comment on column brands.trademark_number is 'Registration number of the trademark, as the register writes it.';
comment on column brands.status is 'active: licensed out; paused: not on offer for now; retired: kept for the record.';
comment on column brands.created_at is 'When the brand was created.';
comment on column brands.updated_at is 'When the brand was last changed.';
comment on table licensees is 'A company that makes or sells goods under the tenant''s brands.';
comment on column licensees.id is 'Key of the licensee.';
comment on column licensees.name is 'Name in everyday use, unique in any case, up to 200 characters.';
comment on column licensees.legal_name is 'Registered name of the company, as it stands in contracts.';
comment on column licensees.country is 'Country of its seat: ISO 3166-1 alpha-2 code, such as DE.';
comment on column licensees.contact_email is 'E-mail address of the contact for approvals and reports.';
comment on column licensees.status is 'prospect: in talks; active: a partner; blocked: not to be dealt with.';
comment on column licensees.created_at is 'When the licensee was created.';
comment on column licensees.updated_at is 'When the licensee was last changed.';

-- 0003_agreements
-- Agreements between the tenant and its licensees, and the approvals along the way.
--
-- An agreement moves only like this, whoever moves it:
--   draft            -> pending_approval   an approval of kind agreement is requested
--   pending_approval -> active             that approval is given
--   pending_approval -> draft              that approval is refused
--   active           -> terminated
--   active           -> expired            once ends_on has passed
-- expired and terminated are final. An agreement is pending_approval exactly while an approval of kind agreement
-- is pending: the approvals drive, the agreement follows.

create table agreements (
  id uuid primary key default gen_random_uuid(),
  number text not null unique,
  brand_id uuid not null references brands on delete no action,
  licensee_id uuid not null references licensees on delete no action,
  status text not null default 'draft',
  territories text[] not null default '{}',
  product_categories text[] not null default '{}',
  starts_on date,
  ends_on date,
  royalty_rate numeric(5, 2) not null default 0,
  minimum_guarantee numeric(14, 2) not null default 0,
  currency text,
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint agreements_number_form check (number ~ '^[A-Z0-9][A-Z0-9/._-]{0,49}$'),
  constraint agreements_status_known check (status in ('draft', 'pending_approval', 'active', 'expired', 'terminated')),
  constraint agreements_territories_form check (
    array_position(territories, null) is null and cardinality(territories) <= 300
    and length(array_to_string(territories, ',')) <= 5000),
  constraint agreements_product_categories_form check (
    array_position(product_categories, null) is null and cardinality(product_categories) <= 300
    and length(array_to_string(product_categories, ',')) <= 5000),
  constraint agreements_ends_on_after_start check (ends_on > starts_on),
  constraint agreements_royalty_rate_range check (royalty_rate between 0 and 100),
  constraint agreements_minimum_guarantee_range check (minimum_guarantee >= 0),
  constraint agreements_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint agreements_currency_given check (minimum_guarantee = 0 or currency is not null),
  constraint agreements_notes_length check (length(notes) <= 20000),
  constraint agreements_complete check (
    status = 'draft' or (starts_on is not null and ends_on is not null and cardinality(territories) > 0))
);
create index agreements_brand_id_idx on agreements (brand_id);
create index agreements_licensee_id_idx on agreements (licensee_id);
create index agreements_status_ends_on_idx on agreements (status, ends_on);

create table approvals (
  id uuid primary key default gen_random_uuid(),
  agreement_id uuid not null references agreements on delete cascade,
  kind text not null,
  status text not null default 'pending',
  requested_by uuid not null default request_user_id() references users on delete no action,
  decided_by uuid references users on delete no action,
  decided_at timestamptz,
  comment text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint approvals_kind_known check (kind in ('agreement', 'concept', 'sample', 'artwork')),
  constraint approvals_status_known check (status in ('pending', 'approved', 'rejected')),
  constraint approvals_decided_by_other check (decided_by <> requested_by),
  constraint approvals_decision_whole check (
    (status = 'pending') = (decided_by is null) and (status = 'pending') = (decided_at is null)),
  constraint approvals_comment_length check (length(comment) <= 5000)
);
create index approvals_agreement_id_idx on approvals (agreement_id);
create index approvals_requested_by_idx on approvals (requested_by);
create index approvals_decided_by_idx on approvals (decided_by);
create index approvals_status_created_at_idx on approvals (status, created_at);

create trigger agreements_guard before update on agreements for each row execute function agreements_guard();
create trigger agreements_touch before update on agreements for each row execute function touch_updated_at();
create trigger approvals_guard before update on approvals for each row execute function approvals_guard();
create trigger approvals_touch before update on approvals for each row execute function touch_updated_at();
create trigger approvals_move_agreement after insert or update of status on approvals
  for each row when (new.kind = 'agreement') execute function approvals_move_agreement();

alter table agreements enable row level security;
alter table approvals enable row level security;

-- What may be touched depends on where the agreement stands, and where it may be left on who moves it; which
-- pairs of the two are a legal move is agreements_guard's business.
create policy agreements_read on agreements for select using ((select has_permission('agreements.read')));
create policy agreements_create on agreements for insert with check (
  (select has_permission('agreements.write')) and status = 'draft');
create policy agreements_change on agreements for update
  using (case status
    when 'draft' then (select has_permission('agreements.write')) or (select has_permission('agreements.submit'))
    when 'pending_approval' then (select has_permission('approvals.decide'))
    when 'active' then (select has_permission('agreements.terminate'))
    else false end)
  with check (case status
    when 'draft' then (select has_permission('agreements.write')) or (select has_permission('approvals.decide'))
    when 'pending_approval' then (select has_permission('agreements.submit'))
    when 'active' then (select has_permission('approvals.decide'))
    else (select has_permission('agreements.terminate')) end);
create policy agreements_delete on agreements for delete using (
  status = 'draft' and (select has_permission('agreements.delete')));

create policy approvals_read on approvals for select using ((select has_permission('approvals.read')));
create policy approvals_create on approvals for insert with check (
  requested_by = (select request_user_id()) and status = 'pending'
  and case kind when 'agreement' then (select has_permission('agreements.submit')) else (select has_permission('approvals.request')) end);
create policy approvals_decide on approvals for update
  using ((select has_permission('approvals.decide')))
  with check ((select has_permission('approvals.decide')) and status <> 'pending');
create policy approvals_change on approvals for update
  using (requested_by = (select request_user_id()) and status = 'pending' and (select has_permission('approvals.request')));

-- Columns not named here are the database's: keys, times, an agreement's first status, who asked and who decided.
grant select,
  insert (number, brand_id, licensee_id, territories, product_categories, starts_on, ends_on, royalty_rate,
    minimum_guarantee, currency, notes),
  update (number, brand_id, licensee_id, territories, product_categories, starts_on, ends_on, royalty_rate,
    minimum_guarantee, currency, notes, status), delete on agreements to :TENANT;
grant select, insert (agreement_id, kind, comment), update (status, comment) on approvals to :TENANT;

comment on table agreements is 'A licence: which licensee may use which brand, where, for what, until when and for how much.';
comment on column agreements.id is 'Key of the agreement.';
comment on column agreements.number is 'Reference number: capital letters, digits, slash, dot, hyphen or underscore, up to 50 characters.';
comment on column agreements.brand_id is 'The brand licensed.';
comment on column agreements.licensee_id is 'The company that receives the licence.';
comment on column agreements.status is E'@behavior -insert -update\ndraft, pending_approval, active, expired or terminated. Moved by submitting, deciding and terminating.';
comment on column agreements.territories is 'Where the licence holds: ISO 3166-1 alpha-2 codes or names of regions. At least one on submission.';
comment on column agreements.product_categories is 'What may be made under the licence, such as footwear.';
comment on column agreements.starts_on is 'First day of the licence. Needed on submission.';
comment on column agreements.ends_on is 'Last day of the licence, after the first. Needed on submission.';
comment on column agreements.royalty_rate is 'Share of net sales due to the brand, in per cent, 0 to 100.';
comment on column agreements.minimum_guarantee is 'Least amount due over the whole term, in the currency of the agreement.';
comment on column agreements.currency is 'ISO 4217 code, such as EUR. Needed with a minimum guarantee.';
comment on column agreements.notes is 'Free text, up to 20,000 characters. A reason for termination is added here.';
comment on column agreements.created_at is 'When the agreement was created.';
comment on column agreements.updated_at is 'When the agreement was last changed.';
comment on table approvals is 'A request for consent under an agreement, and the answer.';
comment on column approvals.id is 'Key of the approval.';
comment on column approvals.agreement_id is 'The agreement concerned.';
comment on column approvals.kind is 'agreement: the agreement as a whole; concept, sample or artwork: a product made under it.';
comment on column approvals.status is E'@behavior -insert -update\npending, approved or rejected. Changed by deciding.';
comment on column approvals.requested_by is 'The user who asked; taken from the session.';
comment on column approvals.decided_by is 'The user who decided, never the one who asked; taken from the session.';
comment on column approvals.decided_at is 'When it was decided; empty while pending.';
comment on column approvals.comment is 'What was said last: by the requester when asking, by the other when deciding. Up to 5,000 characters.';
comment on column approvals.created_at is 'When the approval was requested.';
comment on column approvals.updated_at is 'When the approval was last changed.';
comment on constraint approvals_requested_by_fkey on approvals is E'@fieldName requester\n@foreignFieldName requestedApprovals';
comment on constraint approvals_decided_by_fkey on approvals is E'@fieldName decider\n@foreignFieldName decidedApprovals';

-- 0004_workflow
-- The steps of an agreement's life as calls. They run with the caller's rights and add none: the triggers and
-- policies of agreements and approvals hold for every other way too. What they add is one name for a step, an
-- answer that says why it is refused (row security would only find no row), and the row as it stands afterwards.

-- EXECUTE comes with creation and not by a GRANT, and what GraphQL says of them stands in blueprint.sql: naming a function
-- looks through all functions of that name, one in every tenant.
alter default privileges in schema :SCHEMA grant execute on functions to :TENANT;

-- Submits a draft for approval: the request is what moves the agreement.
create function submit_agreement(
  agreement_id uuid,
  comment text default null
)
returns agreements
language plpgsql
volatile
as $$
declare
  v_agreement agreements;
begin
  perform require_permission('agreements.submit');
  select * into v_agreement from agreements where id = agreement_id;
  if not found then
    raise exception 'there is no such agreement'
      using errcode = 'TN003', detail = 'No agreement of this tenant has the id given.', hint = 'List the agreements.';
  end if;
  insert into approvals (agreement_id, kind, comment) values (v_agreement.id, 'agreement', submit_agreement.comment);
  select * into v_agreement from agreements where id = v_agreement.id;
  return v_agreement;
end
$$;

-- Decides an approval of any kind; an agreement follows its approval.
create function decide_approval(
  approval_id uuid,
  decision text,
  comment text default null
)
returns approvals
language plpgsql
volatile
as $$
declare
  v_approval approvals;
begin
  if decision is null or decision not in ('approved', 'rejected') then
    raise exception 'decision must be approved or rejected'
      using errcode = 'TN002', column = 'decision', detail = 'An approval is either given or refused.',
        hint = 'Write approved or rejected.';
  end if;
  perform require_permission('approvals.decide');
  update approvals
  set status = decision, comment = coalesce(decide_approval.comment, approvals.comment)
  where id = approval_id
  returning * into v_approval;
  if not found then
    raise exception 'there is no such approval'
      using errcode = 'TN003', detail = 'No approval of this tenant has the id given.', hint = 'List the approvals.';
  end if;
  return v_approval;
end
$$;

-- Ends an active agreement before its last day; the reason is added to its notes.
create function terminate_agreement(
  agreement_id uuid,
  reason text
)
returns agreements
language plpgsql
volatile
as $$
declare
  v_agreement agreements;
begin
  if reason is null or btrim(reason) = '' then
    raise exception 'a termination needs a reason'
      using errcode = 'TN002', column = 'reason', detail = 'The reason is empty.', hint = 'Say why the agreement ends.';
  end if;
  perform require_permission('agreements.terminate');
  update agreements
  set status = 'terminated', notes = concat_ws(E'\n', agreements.notes, reason)
  where id = agreement_id and status = 'active'
  returning * into v_agreement;
  if not found then
    select * into v_agreement from agreements where id = agreement_id;
    if not found then
      raise exception 'there is no such agreement'
        using errcode = 'TN003', detail = 'No agreement of this tenant has the id given.', hint = 'List the agreements.';
    end if;
    raise exception 'only an active agreement can be terminated'
      using errcode = 'TN004', column = 'status', detail = format('The agreement is %s.', v_agreement.status),
        hint = 'Delete or change a draft; wait for the decision on a submitted agreement.';
  end if;
  return v_agreement;
end
$$;

alter default privileges in schema :SCHEMA revoke execute on functions from :TENANT;

-- 0005_settings
-- Settings of the tenant and the rules by which it is told of what happens.

create table settings (
  section text primary key,
  value jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  constraint settings_section_known check (section in ('branding', 'business_rules', 'integrations', 'features')),
  constraint settings_value_form check (jsonb_typeof(value) = 'object' and length(value::text) <= 65536)
);

create table notification_rules (
  id uuid primary key default gen_random_uuid(),
  event varchar(60) not null,
  channel varchar(60) not null default 'email',
  role_name varchar(48) not null,
  days_before integer,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint notification_rules_event_known check (
    event in ('approval_requested', 'approval_decided', 'agreement_ending', 'agreement_ended')),
  constraint notification_rules_channel_known check (channel in ('email', 'webhook')),
  constraint notification_rules_days_before_range check (days_before between 1 and 365),
  constraint notification_rules_days_before_given check ((event = 'agreement_ending') = (days_before is not null))
);
create index notification_rules_role_name_idx on notification_rules (role_name);

create trigger settings_touch before update on settings for each row execute function touch_updated_at();
create trigger notification_rules_touch before update on notification_rules for each row execute function touch_updated_at();

alter table settings enable row level security;
alter table notification_rules enable row level security;

create policy settings_read on settings for select using ((select has_permission('settings.manage')));
create policy settings_change on settings for update using ((select has_permission('settings.manage')));
create policy notification_rules_manage on notification_rules using ((select has_permission('settings.manage')));

grant select, update (value) on settings to :TENANT;
grant select, insert (event, channel, role_name, days_before, enabled),
  update (event, channel, role_name, days_before, enabled), delete on notification_rules to :TENANT;

comment on table settings is 'Settings of the tenant, one row a section.';
comment on column settings.section is 'branding, business_rules, integrations or features.';
comment on column settings.value is 'The settings of the section, one JSON object of at most 65,536 characters.';
comment on column settings.updated_at is 'When the section was last changed.';
comment on table notification_rules is 'Who is told of what, and how.';
comment on column notification_rules.id is 'Key of the rule.';
comment on column notification_rules.event is 'approval_requested, approval_decided, agreement_ending or agreement_ended.';
comment on column notification_rules.channel is 'email or webhook.';
comment on column notification_rules.role_name is 'The role whose users are told.';
comment on column notification_rules.days_before is 'For agreement_ending only: days before the last day, 1 to 365.';
comment on column notification_rules.enabled is 'Whether the rule is in force.';
comment on column notification_rules.created_at is 'When the rule was created.';
comment on column notification_rules.updated_at is 'When the rule was last changed.';

-- 0006_base_rows
-- What every tenant begins with: roles, permissions, settings and notification rules.
--
-- The foreign keys of the tables filled here come after their rows: a key checks a row by a plan that PostgreSQL keeps for the
-- rest of the session, and every later change of any table goes through all of those plans. Checked as a whole instead, the
-- five hundredth tenant of a session costs what the first did.
--
-- The tables are new, nobody waits for them and a scan of a few rows is nothing:
-- squawk-ignore-file constraint-missing-not-valid, adding-foreign-key-constraint

insert into roles (name, description, builtin) values
  ('viewer', 'Reads brands, licensees, agreements and approvals.', true),
  ('user', 'Viewer who also creates and changes licensees, draft agreements and approval requests.', true),
  ('manager', 'User who also runs brands, submits and terminates agreements, decides approvals and deletes drafts.', true),
  ('admin', 'Manager who also runs users, roles, permissions and settings.', true);
insert into permissions (name, description) values
  ('users.manage', 'See, invite, change, disable and remove users.'),
  ('roles.manage', 'Create custom roles and say what they may do.'),
  ('brands.read', 'See brands.'),
  ('brands.write', 'Create, change and delete brands.'),
  ('licensees.read', 'See licensees.'),
  ('licensees.write', 'Create and change licensees.'),
  ('agreements.read', 'See agreements.'),
  ('agreements.write', 'Create agreements and change them while they are drafts.'),
  ('agreements.submit', 'Submit a draft agreement for approval.'),
  ('agreements.terminate', 'End an active agreement.'),
  ('agreements.delete', 'Delete draft agreements.'),
  ('approvals.read', 'See approvals.'),
  ('approvals.request', 'Ask for the approval of a concept, a sample or artwork.'),
  ('approvals.decide', 'Give or refuse an approval that somebody else asked for.'),
  ('settings.manage', 'See and change settings and notification rules.');
insert into role_permissions (role_name, permission) values
  ('admin', 'users.manage'), ('admin', 'roles.manage'),
  ('viewer', 'brands.read'), ('viewer', 'licensees.read'),
  ('user', 'brands.read'), ('user', 'licensees.read'), ('user', 'licensees.write'),
  ('manager', 'brands.read'), ('manager', 'licensees.read'), ('manager', 'licensees.write'), ('manager', 'brands.write'),
  ('admin', 'brands.read'), ('admin', 'licensees.read'), ('admin', 'licensees.write'), ('admin', 'brands.write'),
  ('viewer', 'agreements.read'), ('viewer', 'approvals.read'),
  ('user', 'agreements.read'), ('user', 'approvals.read'), ('user', 'agreements.write'), ('user', 'approvals.request'),
  ('manager', 'agreements.read'), ('manager', 'approvals.read'), ('manager', 'agreements.write'),
  ('manager', 'approvals.request'), ('manager', 'agreements.submit'), ('manager', 'agreements.terminate'),
  ('manager', 'agreements.delete'), ('manager', 'approvals.decide'),
  ('admin', 'agreements.read'), ('admin', 'approvals.read'), ('admin', 'agreements.write'),
  ('admin', 'approvals.request'), ('admin', 'agreements.submit'), ('admin', 'agreements.terminate'),
  ('admin', 'agreements.delete'), ('admin', 'approvals.decide'),
  ('admin', 'settings.manage');
insert into settings (section, value) values
  ('branding', '{"logoUrl": null, "primaryColor": null}'),
  ('business_rules', '{"endingNoticeDays": 60}'),
  ('integrations', '{"webhooks": []}'),
  ('features', '{}');
insert into notification_rules (event, role_name, days_before) values
  ('approval_requested', 'manager', null),
  ('approval_decided', 'user', null),
  ('agreement_ending', 'manager', 60),
  ('agreement_ended', 'manager', null);

alter table role_permissions
  add constraint role_permissions_role_name_fkey foreign key (role_name) references roles on delete cascade,
  add constraint role_permissions_permission_fkey foreign key (permission) references permissions on delete cascade;
alter table notification_rules
  add constraint notification_rules_role_name_fkey foreign key (role_name) references roles on delete cascade;

-- 0007_sessions
-- Where and how a person is signed in, first passwords that run out, and one kind of single-use token for invitations and resets.

-- New columns of new tables, or of tables with a few rows each: a scan of them is nothing.
-- squawk-ignore-file constraint-missing-not-valid

alter table user_sessions
  add column address varchar(64),
  add column user_agent varchar(200),
  add column ended_because varchar(20),
  add constraint user_sessions_ended_because_known check (
    ended_because in ('logout', 'reuse', 'password', 'revoked', 'disabled')),
  add constraint user_sessions_ended_whole check ((ended_at is null) = (ended_because is null));
alter table user_credentials add column expires_at timestamptz;
alter table sign_in_attempts add column offered varchar(64);
alter table user_invitations
  add column purpose varchar(10) not null default 'invitation',
  add constraint user_invitations_purpose_known check (purpose in ('invitation', 'reset'));

-- A service account's role is no person's; and what stands in messages is one line, sent to one address.
alter table users
  add constraint users_role_personal check (role !~ '^service_[0-9a-f]{32}$'),
  add constraint users_name_plain check (name !~ '[[:cntrl:]]'),
  add constraint users_email_plain check (email !~ '[][<>(),;:"\\[:cntrl:]]');

-- Whoever is entered as invited is invited, whichever way.
create trigger users_invite after insert on users
  for each row when (new.status = 'invited') execute function platform_private.invite_new_user();

-- A session ends with its user's right to it, whoever takes that right; a changed role is told to the servers. With another e-mail address it is
-- another person: sessions and invitations of the one before are void.
create trigger users_follow_sessions after update of role, status, email on users
  for each row when (old.role <> new.role or old.status <> new.status or lower(old.email) <> lower(new.email)) execute function platform_private.follow_user();
create trigger users_leave_sessions before delete on users
  for each row execute function platform_private.follow_user();

comment on column user_sessions.address is 'Network address from which the user signed in.';
comment on column user_sessions.user_agent is 'What the user''s program calls itself, cut to 200 characters.';
comment on column user_sessions.ended_because is 'logout, reuse (of a refresh token), password (changed), revoked or disabled; empty while it is open.';
comment on column sign_in_attempts.offered is 'SHA-256 of the hash that was handed out to compare with, in lower-case hexadecimal.';
comment on column user_credentials.expires_at is 'When a first password stops working; empty for one that its user chose.';
comment on column user_invitations.purpose is 'invitation: the user''s first password; reset: a new one for a user who has lost it.';

-- 0008_rights
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

-- 0009_configuration
-- Settings are checked, counted and recorded; everybody reads those that shape what they see; webhooks are told what happens.
--
-- The rows of settings were inserted before the triggers were there: they are the defaults of the schemas, and a test compares.

alter table settings add column version integer not null default 1;
update settings set value = '{"approvalsRequired": 1, "endingNoticeDays": 60}' where section = 'business_rules';

create trigger settings_check before insert or update on settings
  for each row execute function platform_private.check_setting();
create trigger settings_record after insert or update on settings
  for each row execute function platform_private.record_setting();

-- Addresses of integrations can be secrets in themselves; they stay with those who manage them.
create policy settings_read_own on settings for select using (
  section <> 'integrations' and (select current_setting('tenantry.role', true)) <> '');

-- Secrets are made by the server and kept sealed: who manages settings may put one, nobody here may read one.
create table webhook_secrets (
  webhook varchar(36) primary key,
  sealed varchar(400) not null,
  created_at timestamptz not null default now()
);

create table webhook_deliveries (
  id uuid primary key default gen_random_uuid(),
  webhook varchar(36) not null,
  event varchar(40) not null,
  subject_id uuid not null,
  status varchar(9) not null default 'pending',
  attempts integer not null default 0,
  response_status integer,
  last_error varchar(200),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint webhook_deliveries_status_known check (status in ('pending', 'delivered', 'failed'))
);

-- Sealing a secret anew changes nothing that anybody knows: only a new one has a new time.
create trigger webhook_secrets_record after insert or update of created_at or delete on webhook_secrets
  for each row execute function platform_private.record_webhook_secret();
create trigger approvals_requested after insert on approvals
  for each row when (new.status = 'pending') execute function platform_private.order_webhooks();
create trigger approvals_decided after update of status on approvals
  for each row when (new.status <> old.status) execute function platform_private.order_webhooks();
create trigger agreements_moved after update of status on agreements
  for each row when (new.status <> old.status and new.status in ('active', 'expired', 'terminated'))
  execute function platform_private.order_webhooks();

alter table webhook_secrets enable row level security;
alter table webhook_deliveries enable row level security;

create policy webhook_secrets_manage on webhook_secrets using ((select has_permission('settings.manage')));
create policy webhook_deliveries_read on webhook_deliveries for select using ((select has_permission('settings.manage')));

grant select (webhook, created_at), insert (webhook, sealed), update (sealed, created_at) on webhook_secrets to :TENANT;
grant select on webhook_deliveries to :TENANT;

comment on column settings.version is 'Counts the changes of the section, from 1.';
comment on table webhook_secrets is E'@behavior -*\nSigning secrets of webhooks, sealed. Made by the server and shown once.';
comment on column webhook_secrets.webhook is 'Id of the webhook in the section integrations.';
comment on column webhook_secrets.sealed is 'The secret, encrypted under the master key for this tenant alone, in base64.';
comment on column webhook_secrets.created_at is 'When the secret was made or replaced.';
comment on table webhook_deliveries is 'What was sent to webhooks in the last 30 days, and how that went.';
comment on column webhook_deliveries.id is 'Key of the delivery; the receiver gets it as the id of the event.';
comment on column webhook_deliveries.webhook is 'Id of the webhook in the section integrations.';
comment on column webhook_deliveries.event is 'What happened, such as agreement.activated.';
comment on column webhook_deliveries.subject_id is 'The agreement or approval it is about.';
comment on column webhook_deliveries.status is 'pending, delivered or failed: nothing more is tried.';
comment on column webhook_deliveries.attempts is 'How often it was tried.';
comment on column webhook_deliveries.response_status is 'HTTP status of the last answer; empty if there was none.';
comment on column webhook_deliveries.last_error is 'Why the last attempt did not succeed.';
comment on column webhook_deliveries.created_at is 'When it happened.';
comment on column webhook_deliveries.finished_at is 'When it was delivered or given up.';

-- 0010_notifications
-- People are told by the rules of the tenant; webhooks have an earlier secret for a while after a rotation, and what waits to be sent is found
-- without a scan.

-- New columns and a partial index of small tables: a scan of them is nothing, and nobody waits.
-- squawk-ignore-file constraint-missing-not-valid

-- Two secrets of 224 characters keep the row below the 2 kB from which PostgreSQL adds a TOAST table. A sealed one has 112.
-- squawk-ignore changing-column-type
alter table webhook_secrets alter column sealed type varchar(224);
alter table webhook_secrets
  add column earlier varchar(224),
  add column earlier_until timestamptz,
  add constraint webhook_secrets_earlier_whole check ((earlier is null) = (earlier_until is null));
create trigger webhook_secrets_keep_earlier before update of created_at on webhook_secrets
  for each row execute function platform_private.keep_earlier_secret();

-- squawk-ignore require-concurrent-index-creation
create index webhook_deliveries_waiting_idx on webhook_deliveries (webhook) where status = 'pending';

-- A rule of the channel webhook never did anything: what webhooks are told stands in the section integrations, and in one place.
delete from notification_rules where channel <> 'email';
alter table notification_rules
  drop constraint notification_rules_channel_known,
  add constraint notification_rules_channel_known check (channel = 'email');

-- No foreign keys: their plans would stay in the worker's session, tenant by tenant. The nightly job removes what is over.
create table ending_notices (
  agreement_id uuid,
  rule_id uuid,
  created_at timestamptz not null default now(),
  primary key (agreement_id, rule_id)
);
alter table ending_notices enable row level security;

create trigger approvals_tell after insert on approvals
  for each row when (new.status = 'pending') execute function platform_private.tell_people();
create trigger approvals_tell_decision after update of status on approvals
  for each row when (new.status <> old.status) execute function platform_private.tell_people();
create trigger agreements_tell after update of status on agreements
  for each row when (new.status <> old.status and new.status in ('expired', 'terminated'))
  execute function platform_private.tell_people();

comment on table ending_notices is E'@behavior -*\nBy which rule it was told already that an agreement ends.';
comment on column ending_notices.agreement_id is 'The agreement, while it is active.';
comment on column ending_notices.rule_id is 'The notification rule.';
comment on column ending_notices.created_at is 'When it was told.';
comment on column notification_rules.channel is 'email. Other systems are told by webhooks, which stand in the section integrations.';
comment on column webhook_secrets.earlier is 'The secret before, sealed in the same way: it signs as well for a while after a rotation.';
comment on column webhook_secrets.earlier_until is 'Until when the secret before signs as well.';

-- 0011_ways_in
-- Who writes the version of a section beside its value says which one they have read: the trigger settings_check refuses another (TN006).

grant update (version) on settings to :TENANT;

comment on column settings.version is 'Counts the changes of the section, from 1. In a change: the version that was read; refused if somebody was faster.';

-- 0012_trail
-- Every change of people's and business data goes into the trail; every column says how its values are to be treated.
--
-- public: anybody may know it; internal: whoever works with the tenant; confidential: the tenant's business; personal: tells of a person;
-- secret: proves who somebody is, and stands in no event. A tag of the comment, so that it goes where the column goes and GraphQL, which
-- reads tags as tags, describes columns as before. New columns bring theirs: comment on column … is E'@class confidential\n…'.

-- Which tables have no such trigger, and why, stands in tests/tenant/trail.test.ts.
create trigger brands_audit after insert or update or delete on brands
  for each row execute function audit.record_change();
create trigger licensees_audit after insert or update or delete on licensees
  for each row execute function audit.record_change();
create trigger agreements_audit after insert or update or delete on agreements
  for each row execute function audit.record_change();
create trigger approvals_audit after insert or update or delete on approvals
  for each row execute function audit.record_change();
create trigger notification_rules_audit after insert or update or delete on notification_rules
  for each row execute function audit.record_change();

do $$
declare
  v_column record;
begin
  for v_column in
    select d.objoid::regclass as relation, a.attname as name, c.class, d.description
      from (values
        ('public', 'roles builtin'),
        ('internal', 'roles name description created_at updated_at'),
        ('public', 'permissions name description'),
        ('internal', 'role_permissions role_name permission'),
        ('internal', 'users id role status created_at updated_at'),
        ('personal', 'users email name last_sign_in_at'),
        ('internal', 'user_credentials user_id must_change updated_at expires_at'),
        ('secret', 'user_credentials password_hash'),
        ('internal', 'user_sessions id user_id expires_at ended_because'),
        ('personal', 'user_sessions created_at last_used_at ended_at address user_agent'),
        ('internal', 'refresh_tokens session_id created_at expires_at used_at'),
        ('secret', 'refresh_tokens token_hash'),
        ('internal', 'user_invitations user_id created_at expires_at accepted_at purpose'),
        ('secret', 'user_invitations token_hash'),
        ('internal', 'sign_in_attempts id created_at finished_at succeeded'),
        ('personal', 'sign_in_attempts email_key'),
        ('secret', 'sign_in_attempts offered'),
        ('internal', 'sign_in_locks failures locked_until updated_at'),
        ('personal', 'sign_in_locks email_key'),
        ('internal', 'brands id status created_at updated_at'),
        ('confidential', 'brands name description category trademark_number'),
        ('internal', 'licensees id status created_at updated_at'),
        ('confidential', 'licensees name legal_name country'),
        ('personal', 'licensees contact_email'),
        ('internal', 'agreements id status created_at updated_at'),
        ('confidential', 'agreements number brand_id licensee_id territories product_categories starts_on ends_on royalty_rate minimum_guarantee currency notes'),
        ('internal', 'approvals id agreement_id kind status requested_by decided_by decided_at created_at updated_at'),
        ('confidential', 'approvals comment'),
        ('public', 'settings section'),
        ('internal', 'settings version updated_at'),
        ('confidential', 'settings value'),
        ('internal', 'notification_rules id event channel role_name days_before enabled created_at updated_at'),
        ('internal', 'webhook_secrets webhook created_at earlier_until'),
        ('secret', 'webhook_secrets sealed earlier'),
        ('internal', 'webhook_deliveries id webhook event subject_id status attempts response_status created_at finished_at'),
        ('confidential', 'webhook_deliveries last_error'),
        ('internal', 'ending_notices agreement_id rule_id created_at')
      ) as c (class, names)
      join pg_attribute a
        on a.attrelid = to_regclass(split_part(c.names, ' ', 1)) and a.attname = any ((string_to_array(c.names, ' '))[2:])
      join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = a.attrelid and d.objsubid = a.attnum
  loop
    execute format('comment on column %s.%I is %L', v_column.relation, v_column.name, format(E'@class %s\n%s', v_column.class, v_column.description));
  end loop;
end
$$;

-- The tenant's own part of the trail, with filters. What of an event is sealed comes out closed: the server opens it, with a
-- key that no role of a tenant can reach, for those who may see it. As in 0008_rights: the tenant is a literal, EXECUTE comes by
-- default privileges, the description stands in blueprint.sql.
drop function audit_trail(timestamptz, integer, text);
alter default privileges in schema :SCHEMA grant execute on functions to :TENANT;
create function audit_trail(
  older_than timestamptz default null,
  size integer default 50,
  about text default null,
  since timestamptz default null,
  only_action text default null,
  only_actor text default null,
  only_outcome text default null
)
returns table (
  at timestamptz,
  action text,
  outcome text,
  actor text,
  actor_role text,
  on_behalf_of text,
  subject text,
  changed text[],
  before jsonb,
  after jsonb,
  detail jsonb,
  sealed jsonb,
  request_id text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from audit.trail_page(':SCHEMA', older_than, size, about, since, only_action, only_actor, only_outcome) $$;
alter default privileges in schema :SCHEMA revoke execute on functions from :TENANT;

-- 0013_evidence
-- The tenant's own evidence, for its auditors: attestations, the chain's state, ages of keys, visits of operators, a signed bundle of a period.
-- As audit_trail of 0008_rights: each with the owner's rights, the tenant a literal written when the schema is built, so that no claim and no
-- argument can name another. Who may is asked in the function behind each. EXECUTE by default privileges, descriptions in blueprint.sql.
alter default privileges in schema :SCHEMA grant execute on functions to :TENANT;
create function attestations(
  older_than timestamptz default null,
  size integer default 50
)
returns table (
  at timestamptz,
  run_id uuid,
  passed boolean,
  cause text,
  posture_checks integer,
  posture_failures integer,
  attempts integer,
  attempt_failures integer,
  sampled integer,
  statement text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_attestations(':SCHEMA', older_than, size) $$;
create function chain_status()
returns table (
  head bigint,
  digest text,
  sealed_at timestamptz,
  verified_up_to bigint,
  verified_at timestamptz,
  flaw text,
  checkpoint bigint,
  checkpoint_at timestamptz,
  checkpointed bigint,
  outside boolean
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_chain(':SCHEMA') $$;
create function key_ages()
returns table (
  kid text,
  alg text,
  state text,
  created_at timestamptz,
  state_since timestamptz,
  age_days integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_keys(':SCHEMA') $$;
create function operator_visits(
  older_than timestamptz default null,
  size integer default 50
)
returns table (
  started_at timestamptz,
  ended_at timestamptz,
  operator_id uuid,
  role text,
  access text,
  reason text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_visits(':SCHEMA', older_than, size) $$;
create function request_evidence(
  since timestamptz,
  until timestamptz
)
returns table (
  id uuid,
  status text,
  statement text
)
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_evidence(':SCHEMA', since, until) $$;
alter default privileges in schema :SCHEMA revoke execute on functions from :TENANT;
