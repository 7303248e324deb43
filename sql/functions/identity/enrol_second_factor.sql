-- Keeps a new second factor, sealed, in the place of one that was never confirmed. It asks nothing of anybody until it is. `outcome` is ok,
-- refused if the password was not right, or exists: a confirmed one is removed first. Callable by tenantry_auth. Raises TN003, TN010.
create or replace function identity.enrol_second_factor(
  tenant_id text,
  session_id uuid,
  attempt_id uuid,
  succeeded boolean,
  sealed bytea,
  out outcome text,
  out email text,
  out realm_name text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_person constant uuid := platform_private.finish_proof(tenant_id, session_id, attempt_id, succeeded);
begin
  outcome := 'refused';
  if v_person is null then
    return;
  end if;
  insert into platform_private.second_factors as f (tenant_id, person_id, sealed)
  values (enrol_second_factor.tenant_id, v_person, enrol_second_factor.sealed)
  on conflict on constraint second_factors_tenant_id_person_id_key
  do update set id = gen_random_uuid(), sealed = excluded.sealed, created_at = now() where f.confirmed_at is null;
  outcome := case when found then 'ok' else 'exists' end;
  if outcome = 'exists' then
    return;
  end if;
  execute format('select p.email::text from %s p where p.id = $1', v_realm.people) into email using v_person;
  realm_name := coalesce((select t.name from platform.tenants t where t.id = enrol_second_factor.tenant_id), 'Tenantry');
  perform audit.record('second_factor.enrol', tenant_id, split_part(v_realm.people, '.', 2) || ':' || v_person);
end
$$;
comment on function identity.enrol_second_factor(text, uuid, uuid, boolean, bytea) is 'Keeps a second factor until it is confirmed.';
revoke all on function identity.enrol_second_factor(text, uuid, uuid, boolean, bytea) from public;
grant execute on function identity.enrol_second_factor(text, uuid, uuid, boolean, bytea) to :ROLE_AUTH;
