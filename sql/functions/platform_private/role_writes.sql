-- Whether a role of a tenant may change anything there. A role that isn't there may not. Called by the functions that manage users.
create or replace function platform_private.role_writes(
  schema_name text,
  role text
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_writes boolean;
begin
  execute format('select exists (select from %I.role_permissions p where p.role_name = $1 and p.permission !~ ''\.read$'')', schema_name)
    into v_writes using role;
  return v_writes;
end
$$;
comment on function platform_private.role_writes(text, text) is 'May this role of a tenant change anything?';
revoke all on function platform_private.role_writes(text, text) from public;
