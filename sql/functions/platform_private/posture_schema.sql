-- Posture of a tenant's schema as a whole: is it what its version says? One row, as in posture_role. Called by isolation_posture. Triggers that were
-- switched off or put there, policies, functions and their bodies, grants: whatever the other checks don't know by name shows here.
create or replace function platform_private.posture_schema(
  tenant_id text
)
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.tenant_schema(posture_schema.tenant_id);
  v_version constant integer := (select t.schema_version from platform.tenants t where t.id = posture_schema.tenant_id);
begin
  return query
  select 'schema-fingerprint', v_schema,
         coalesce(platform_private.expected_fingerprint(v_version),
                  format('a fingerprint of version %s on PostgreSQL %s', v_version, platform_private.server_major())),
         coalesce(platform_private.fingerprint_schema(v_schema, platform_private.tenant_role(posture_schema.tenant_id)), 'no schema');
end
$$;
comment on function platform_private.posture_schema(text) is 'Whether a tenant''s schema is what its version says.';
revoke all on function platform_private.posture_schema(text) from public;
