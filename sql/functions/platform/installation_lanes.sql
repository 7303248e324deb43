-- How many lanes this database has. Servers compare it with their own LANES at start.
create or replace function platform.installation_lanes()
returns integer
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select i.lanes from platform.installation i
$$;
comment on function platform.installation_lanes() is E'@behavior -*\nNumber of lanes.';
revoke all on function platform.installation_lanes() from public;
grant execute on function platform.installation_lanes() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
