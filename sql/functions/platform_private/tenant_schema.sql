-- The name of a tenant's schema. The one place that knows the rule.
create or replace function platform_private.tenant_schema(
  tenant_id text
)
returns text
language sql
immutable
strict
parallel safe
return 'tenant_' || tenant_id;
comment on function platform_private.tenant_schema(text) is 'Schema name of a tenant.';
revoke all on function platform_private.tenant_schema(text) from public;
grant execute on function platform_private.tenant_schema(text) to :ROLE_PROVISIONER;
