-- Whether a tenant's schema is built. Called by functions only.
create or replace function platform_private.has_schema(
  tenant_id text
)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from platform.tenants t
     where t.id = has_schema.tenant_id
       and to_regclass(format('%I.settings', platform_private.tenant_schema(t.id))) is not null
  )
$$;
comment on function platform_private.has_schema(text) is 'Is the tenant''s schema there?';
revoke all on function platform_private.has_schema(text) from public;
