-- Raises TN009 unless the role of the request holds a permission: for calls that should say what is missing, where row
-- security alone would find no row.
create or replace function tenantry_shared.require_permission(
  permission text
)
returns void
language plpgsql
stable
as $$
begin
  if not has_permission(permission) then
    raise exception 'the role of this request may not do that'
      using errcode = 'TN009', detail = format('It takes the permission %s.', permission),
        hint = 'Ask an administrator of the tenant.';
  end if;
end
$$;

comment on function tenantry_shared.require_permission(text) is
  'Raises TN009 unless the role of the request holds a permission.';

revoke all on function tenantry_shared.require_permission(text) from public;
grant execute on function tenantry_shared.require_permission(text) to public;
