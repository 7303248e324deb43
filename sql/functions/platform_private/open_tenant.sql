-- Opens a tenant to its lane: membership and USAGE, exactly what close_tenant takes away. Under the lock of its row. Does nothing for a
-- tenant that a lock-down names: lifting that opens it, if its status then says so.
create or replace function platform_private.open_tenant(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Decided anew: what an earlier lock-down found no longer counts.
  delete from platform_private.withheld_grants w where w.subject = 'tenant:' || open_tenant.tenant_id;
  if platform_private.locked_down(tenant_id, null) then
    return;
  end if;
  execute format('grant usage on schema %I to %I',
                 platform_private.tenant_schema(tenant_id), platform_private.tenant_role(tenant_id));
  perform platform_private.open_lane(tenant_id);
end
$$;
comment on function platform_private.open_tenant(text) is 'Grants a tenant its schema and its lane.';
revoke all on function platform_private.open_tenant(text) from public;
