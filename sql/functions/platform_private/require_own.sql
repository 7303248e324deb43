-- The tenant of a schema, if the role of this request holds a permission there: what every function behind a tenant's own evidence asks first.
-- The schema is a literal in the caller. Raises TN009 without the permission, TN002 for a page that is none. Called by functions only.
create or replace function platform_private.require_own(
  schema_name text,
  permission text,
  size integer default 1
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_holds boolean;
begin
  execute format('select exists (select from %I.role_permissions where role_name = $1 and permission = $2)', schema_name)
    into v_holds using current_setting('tenantry.role', true), permission;
  if not v_holds then
    raise exception 'the role of this request may not do that'
      using errcode = 'TN009', detail = format('It takes the permission %s.', permission), hint = 'Ask an administrator of the tenant.';
  end if;
  if size is null or size not between 1 and 200 then
    raise exception 'a page has 1 to 200 entries'
      using errcode = 'TN002', column = 'size', detail = format('Asked for: %s.', size), hint = 'Ask for the next page with the time of the last entry.';
  end if;
  return substr(schema_name, 8);
end
$$;
comment on function platform_private.require_own(text, text, integer) is 'The tenant of a schema, if the role of this request holds a permission there.';
revoke all on function platform_private.require_own(text, text, integer) from public;
