-- Compares a tenant's schema with the blueprint of its version, and writes into the trail, and raises an alert, when it begins to differ or differs in another way;
-- that it is as it was again is written down too: what nobody's function changed was changed by hand. Returns whether it differs; null where no blueprint of
-- that version is known on this server. Called by the worker every night.
create or replace function platform_private.watch_schema(
  tenant_id text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_drift record := platform.tenant_drift(tenant_id);
  v_version integer := (select t.schema_version from platform.tenants t where t.id = tenant_id);
begin
  if v_drift.expected is null or v_drift.drifted is null then
    return null;
  end if;
  if v_drift.drifted then
    insert into platform_private.schema_drifts as d (tenant_id, actual) values (tenant_id, v_drift.actual)
    on conflict on constraint schema_drifts_pkey do update set actual = excluded.actual, seen_at = now() where d.actual <> excluded.actual;
    if found then
      perform audit.record('schema.drift', tenant_id, 'tenants:' || tenant_id, 'failed', null, null,
                           jsonb_build_object('version', v_version, 'expected', v_drift.expected, 'actual', v_drift.actual));
      perform platform_private.raise_alert(tenant_id, 'schema.drift', 'warning',
                                           format('The schema of tenant %s is not what version %s says.', tenant_id, v_version));
    end if;
  else
    delete from platform_private.schema_drifts d where d.tenant_id = watch_schema.tenant_id;
    if found then
      perform audit.record('schema.mend', tenant_id, 'tenants:' || tenant_id, 'ok', null, null,
                           jsonb_build_object('version', v_version, 'fingerprint', v_drift.actual));
    end if;
  end if;
  return v_drift.drifted;
end
$$;
comment on function platform_private.watch_schema(text) is 'Writes into the trail that a tenant''s schema is not what its version says.';
revoke all on function platform_private.watch_schema(text) from public;
grant execute on function platform_private.watch_schema(text) to :ROLE_WORKER;
