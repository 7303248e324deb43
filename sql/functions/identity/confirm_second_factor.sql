-- Confirms the second factor that the server found a code to be right for: from now on signing in asks for one. `step` is the code's, and used up.
-- The person's other sessions end; they were opened without it. False if it was confirmed, replaced or removed meanwhile. Callable by
-- tenantry_auth. Raises TN003, TN010.
create or replace function identity.confirm_second_factor(
  tenant_id text,
  session_id uuid,
  factor_id uuid,
  step bigint,
  recovery_hashes text[]
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_person constant uuid := (select s.person_id from identity.session_standing(tenant_id, session_id) s);
begin
  update platform_private.second_factors f
     set confirmed_at = now(), last_step = step, recovery_hashes = confirm_second_factor.recovery_hashes
   where f.id = factor_id and f.tenant_id is not distinct from confirm_second_factor.tenant_id and f.person_id = v_person
     and f.confirmed_at is null;
  if not found then
    return false;
  end if;
  perform platform_private.speak_as(tenant_id, v_person);
  perform platform_private.end_sessions(tenant_id, v_person, 'revoked', but => session_id);
  -- Where a second factor is required, this session may now do more than it could.
  perform platform_private.announce_session(tenant_id, session_id);
  perform audit.record('second_factor.confirm', tenant_id, case when tenant_id is null then 'operators:' else 'users:' end || v_person,
                       before => jsonb_build_object('secondFactor', false), after => jsonb_build_object('secondFactor', true));
  return true;
end
$$;
comment on function identity.confirm_second_factor(text, uuid, uuid, bigint, text[]) is 'Confirms a second factor.';
revoke all on function identity.confirm_second_factor(text, uuid, uuid, bigint, text[]) from public;
grant execute on function identity.confirm_second_factor(text, uuid, uuid, bigint, text[]) to :ROLE_AUTH;
