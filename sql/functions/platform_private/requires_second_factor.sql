-- Whether people of a tenant who sign in by password need a second factor: its setting security.requireSecondFactor. Of operators none is
-- required. Called by functions only.
create or replace function platform_private.requires_second_factor(
  tenant_id text
)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
           (select t.settings #> '{security,requireSecondFactor}' = 'true' from platform.tenants t where t.id = requires_second_factor.tenant_id),
           false)
$$;
comment on function platform_private.requires_second_factor(text) is 'Do people of this tenant need a second factor?';
revoke all on function platform_private.requires_second_factor(text) from public;
