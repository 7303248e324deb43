-- The migration being written: see docs/how-to/change-the-database.md.

-- Guards: what closes a tenant ends the visits in it.
drop function if exists platform_private.end_visits(uuid, text[]);
--!include functions/platform_private/end_visits.sql
--!include functions/platform_private/end_sessions.sql
--!include functions/platform_private/follow_operator.sql
--!include functions/platform_private/change_status.sql
--!include functions/platform/leave_tenant.sql

create table if not exists platform_private.page_notes (
  actor text primary key,
  minute timestamptz not null,
  noted integer not null
);
comment on table platform_private.page_notes is 'How many pages that are not shown to them each operator opened in their last such minute.';
alter table platform_private.page_notes enable row level security;
--!include functions/platform/note_page.sql
--!include functions/platform_private/evidence_content.sql
--!include functions/platform_private/evidence_to_sign.sql
--!include functions/platform_private/setting_flaw.sql

--!include functions/platform/create_tenant.sql
update platform.tenant_transitions t set actor = 'operator:' || t.actor where t.actor ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
comment on column platform.tenant_transitions.actor is 'Who did it, as the audit trail names them: operator:<id>, login:<name> of a DBA, or worker.';

-- What is a tenant called? Its own people are told when they sign in.
--!include functions/identity/tenant_name.sql

-- A row that is put in is recorded by one statement: it costs a quarter less.
--!include functions/audit/actor.sql
--!include functions/audit/stated.sql
--!include functions/audit/record.sql
--!include functions/audit/record_change.sql

-- A proof that ends a run which another ended meanwhile raised an alert about no tenant: the function is included further below.

-- Whoever looks for passwords finds operators' too, and what their owners changed: password.set and password.change, of both kinds of people.
--!include functions/identity/finish_sign_in.sql
--!include functions/identity/accept_invitation.sql
--!include functions/platform_private/set_operator_password.sql
--!include functions/platform_private/add_operator.sql

-- Who works for tenants out of reach is out of reach as well.
--!include functions/platform_private/operators_out_of_reach.sql
--!include functions/platform_private/lock_operator.sql
--!include functions/platform/change_operator.sql
--!include functions/platform/limit_operator.sql
--!include functions/platform/remove_operator_second_factor.sql
alter policy admins_read on platform.operators
  using ((select platform_private.operators_out_of_reach()) is null or id <> all ((select platform_private.operators_out_of_reach())::uuid[]));

-- A proof that a lock-down or a suspension kept out is given up and made later; it was called a broken prover.
create table if not exists platform_private.owed_proofs (
  tenant_id text primary key references platform.tenants (id) on delete cascade,
  owed_since timestamptz not null default now(),
  tried_at timestamptz not null default now(),
  times integer not null default 1
);
comment on table platform_private.owed_proofs is 'Tenants whose proof was given up because they could not be entered; the next one that ends pays it.';
comment on column platform_private.owed_proofs.tried_at is 'When a proof was begun or given up last: the next has its turn ten minutes later.';
comment on column platform_private.owed_proofs.times is 'How many proofs in a row were given up.';
alter table platform_private.owed_proofs enable row level security;
--!include functions/platform_private/give_up_proof.sql
--!include functions/platform_private/closed_since.sql
--!include functions/platform_private/shows_breach.sql
--!include functions/platform_private/begin_isolation_run.sql
--!include functions/platform_private/end_isolation_run.sql
--!include functions/platform_private/order_isolation_runs.sql
--!include functions/platform_private/announce_run.sql
drop trigger isolation_runs_announce on platform.isolation_runs;
create trigger isolation_runs_announce after insert or update of status or delete on platform.isolation_runs
  for each row execute function platform_private.announce_run();

-- Nothing is cut before the time that was ordered for it.
--!include functions/audit/unordered.sql
--!include functions/audit/report_unordered.sql
--!include functions/audit/cut.sql

-- A tenant that is closed has no proof of its own: what others may in its schema is every tenant's posture.
--!include functions/platform_private/posture_tenants.sql
--!include functions/platform_private/shared_posture.sql

-- Points that no fact of the database shows are not assessable.
--!include functions/platform_private/compliance_controls.sql
