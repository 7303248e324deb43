-- The person under whose key an event's private values are sealed; null: under the tenant's. Who an event is about, or who did
-- what a server saw; `users:<id>` either way. Called by what seals and what erases.
create or replace function audit.person_of(
  e audit.buffer
)
returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select case when e.subject ^@ 'users:' then e.subject
              when e.source = 'server' and e.actor ^@ 'user:' then 'users:' || substr(e.actor, 6) end
$$;
comment on function audit.person_of(audit.buffer) is 'Whose the private values of an event are.';
revoke all on function audit.person_of(audit.buffer) from public;
