-- At how many changes of rows in the last 24 hours another tenant was stated than the one whose row it was: what platform.accesses calls a mismatch, counted.
-- Has to be 0. Of the tenants that the asking operator reaches. May be called by administrators and security officers.
create or replace function platform.foreign_contexts()
returns integer
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select count(*)::integer from platform.audit_events e where e.at >= now() - interval '24 hours' and e.detail ? 'statedTenant' and e.outcome <> 'refused'
$$;
comment on function platform.foreign_contexts() is 'At how many changes of rows in the last 24 hours a foreign tenant was stated.';
revoke all on function platform.foreign_contexts() from public;
grant execute on function platform.foreign_contexts() to :ROLE_ADMIN, :ROLE_SECURITY;
