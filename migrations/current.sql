-- The migration being written: see docs/how-to/change-the-database.md.

-- Guards: what closes a tenant ends the visits in it.
drop function platform_private.end_visits(uuid, text[]);
--!include functions/platform_private/end_visits.sql
--!include functions/platform_private/end_sessions.sql
--!include functions/platform_private/follow_operator.sql
--!include functions/platform_private/change_status.sql
--!include functions/platform/limit_operator.sql
--!include functions/platform/leave_tenant.sql

create table platform_private.page_notes (
  actor text primary key,
  minute timestamptz not null,
  noted integer not null
);
comment on table platform_private.page_notes is 'How many pages that are not shown to them each operator opened in their last such minute.';
alter table platform_private.page_notes enable row level security;
--!include functions/platform/note_page.sql
