-- Removes the second factor of the person whose session this is, who proves it by the password (`succeeded`) or by what the factor itself
-- shows: a time step or the hash of a recovery code. `refused` if neither holds, `none` if there is no factor, else `ok`. Callable by
-- tenantry_auth. Raises TN003, TN010.
create or replace function identity.remove_second_factor(
  tenant_id text,
  session_id uuid,
  attempt_id uuid,
  succeeded boolean,
  step bigint default null,
  recovery_hash text default null
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_person uuid := (select s.person_id from identity.session_standing(tenant_id, session_id) s);
  v_confirmed boolean;
begin
  v_person := platform_private.finish_proof(
    tenant_id, session_id, attempt_id, succeeded or platform_private.use_second_factor(tenant_id, v_person, step, recovery_hash));
  if v_person is null then
    return 'refused';
  end if;
  delete from platform_private.second_factors f
   where f.tenant_id is not distinct from remove_second_factor.tenant_id and f.person_id = v_person
  returning f.confirmed_at is not null into v_confirmed;
  if v_confirmed is null then
    return 'none';
  end if;
  perform platform_private.announce_session(tenant_id, session_id);
  perform audit.record('second_factor.remove', tenant_id, case when tenant_id is null then 'operators:' else 'users:' end || v_person,
                       before => jsonb_build_object('secondFactor', v_confirmed), after => jsonb_build_object('secondFactor', false));
  return 'ok';
end
$$;
comment on function identity.remove_second_factor(text, uuid, uuid, boolean, bigint, text) is 'Removes one''s own second factor.';
revoke all on function identity.remove_second_factor(text, uuid, uuid, boolean, bigint, text) from public;
grant execute on function identity.remove_second_factor(text, uuid, uuid, boolean, bigint, text) to :ROLE_AUTH;
