-- The tenants that the operator of this request is limited to; null for one who is not limited, and for every session that is not the
-- server's: a DBA is limited by grants, and could set the claim to anybody's. Row security and functions ask it once a statement.
create or replace function platform_private.listed_tenants()
returns text[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select array_agg(ot.tenant_id)
    from platform.installation i
    join platform.operator_tenants ot
      on session_user = i.prefix || 'tenantry_api'
     and ot.operator_id = nullif(current_setting('tenantry.operator_id', true), '')::uuid
$$;
comment on function platform_private.listed_tenants() is 'Tenants that the asking operator is limited to; null: no limit.';
revoke all on function platform_private.listed_tenants() from public;
grant execute on function platform_private.listed_tenants() to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
