-- Closes a tenant: its lane may no longer become its role, and the role may no longer use its schema. Either alone keeps
-- new requests out; both, because on PostgreSQL 16 and later a membership that somebody else granted survives our REVOKE.
-- Returns such memberships, null when there are none, and warns of them. Under the lock of the tenant's row.
create or replace function platform_private.close_tenant(
  tenant_id text
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_left jsonb;
begin
  perform platform_private.close_lane(tenant_id);
  execute format('revoke usage on schema %I from %I',
                 platform_private.tenant_schema(tenant_id), platform_private.tenant_role(tenant_id));
  v_left := platform_private.ways_in_left(tenant_id);
  if v_left is not null then
    raise warning 'tenant "%" is closed, but somebody else''s grants of its role remain', tenant_id
      using errcode = 'TN012', detail = v_left::text,
            hint = 'Let the grantor revoke them. Until then only the missing USAGE keeps the tenant closed.';
  end if;
  return v_left;
end
$$;
comment on function platform_private.close_tenant(text) is 'Revokes a tenant''s lane and schema; returns memberships that remain.';
revoke all on function platform_private.close_tenant(text) from public;
