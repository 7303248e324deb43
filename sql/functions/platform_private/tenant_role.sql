-- The name of a tenant's role: installation prefix, namespace, then `tenant_<id>`. The one place that knows the rule.
-- Raises when it would be cut at 63 bytes: a cut name can be another tenant's.
create or replace function platform_private.tenant_role(
  tenant_id text
)
returns text
language plpgsql
stable
strict
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_role text;
begin
  select i.prefix || i.ns || 'tenant_' || tenant_role.tenant_id into strict v_role
    from platform.installation i;
  if octet_length(v_role) > 63 then
    raise exception 'the role name of tenant "%" is longer than 63 bytes', tenant_id
      using errcode = 'TN002', column = 'id', hint = 'Choose a shorter id.';
  end if;
  return v_role;
end
$$;
comment on function platform_private.tenant_role(text) is 'Role name of a tenant.';
revoke all on function platform_private.tenant_role(text) from public;
grant execute on function platform_private.tenant_role(text) to :ROLE_PROVISIONER;
