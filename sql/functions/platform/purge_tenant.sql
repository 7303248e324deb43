-- Removes a deleted tenant for good, once its 30 days are over: schema, role and keys, those of its trail's values too. The registry row stays,
-- for the id, and so does the chain of its events, for as long as its retention says.
-- May be called by members of tenantry_admin. Raises TN003, TN004 also when it is too early, or under a legal hold.
create or replace function platform.purge_tenant(
  id text
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(id);
begin
  if v_tenant.status = 'deleted' and v_tenant.purge_after > now() then
    raise exception 'tenant "%" can be restored until %', id, v_tenant.purge_after
      using errcode = 'TN004', hint = 'Purge it after that.';
  end if;
  perform platform_private.refuse_under_hold(id);
  perform platform_private.change_status(id, array['deleted'], 'purged', 'purged');
  perform platform_private.drop_tenant_schema(id);
  perform platform_private.forget_people(id);
  perform audit.record('schema.drop', id, 'tenants:' || id, 'ok', null, null,
                       jsonb_build_object('version', v_tenant.schema_version, 'destroyedKeys', audit.destroy_keys(id)));
  return platform_private.lock_tenant(id);
end
$$;
comment on function platform.purge_tenant(text) is 'Removes a deleted tenant for good, after its 30 days.';
revoke all on function platform.purge_tenant(text) from public;
grant execute on function platform.purge_tenant(text) to :ROLE_ADMIN;
