-- What the attempts of a run need to know: where the tenant lives, its tables with what it may there, and the rivals to reach for: two other
-- tenants at random, at least one of them on the same lane and one on another where there are such, full ones before empty ones. The sample is written on the
-- run. Null for a run that is not open. Called by the worker.
create or replace function platform_private.isolation_subject(
  run_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
  v_rivals text[];
begin
  select t.* into v_tenant
    from platform.isolation_runs r
    join platform.tenants t on t.id = r.tenant_id
   where r.id = isolation_subject.run_id and r.status = 'running' and t.schema_version is not null;
  if not found then
    return null;
  end if;
  -- One that is being built in another transaction has no schema that anybody sees yet.
  select coalesce(array_agg(picked.id), '{}') into v_rivals
    from (select ranked.id
            from (select t.id, t.last_activity_at is null as empty,
                         row_number() over (partition by t.lane = v_tenant.lane order by t.last_activity_at is null, random()) as place
                    from platform.tenants t
                   where t.id <> v_tenant.id
                     and t.status in ('ready', 'active', 'suspended', 'archived')
                     and to_regnamespace(quote_ident(platform_private.tenant_schema(t.id))) is not null) as ranked
           where ranked.place <= 2
           order by ranked.place, ranked.empty
           limit 2) as picked;
  update platform.isolation_runs r set rivals = v_rivals, sampled = cardinality(v_rivals) where r.id = isolation_subject.run_id;
  return jsonb_build_object(
    'tenant', jsonb_build_object(
      'id', v_tenant.id, 'lane', v_tenant.lane, 'status', v_tenant.status, 'schemaVersion', v_tenant.schema_version,
      'schema', platform_private.tenant_schema(v_tenant.id), 'role', platform_private.tenant_role(v_tenant.id),
      'tables', platform_private.isolation_tables(v_tenant.id)),
    'rivals', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', t.id, 'lane', t.lane, 'schema', platform_private.tenant_schema(t.id), 'role', platform_private.tenant_role(t.id),
               'tables', platform_private.isolation_tables(t.id)) order by t.id), '[]')
        from platform.tenants t
       where t.id = any (v_rivals)),
    'extension', (select min(e.name) from pg_available_extensions e where e.installed_version is null),
    'sequence', (select s.oid from pg_class s where s.oid = pg_get_serial_sequence('platform.tenant_transitions', 'id')::regclass));
end
$$;
comment on function platform_private.isolation_subject(uuid) is 'The tenant of a run, its tables, and a sample of rivals.';
revoke all on function platform_private.isolation_subject(uuid) from public;
grant execute on function platform_private.isolation_subject(uuid) to :ROLE_WORKER;
