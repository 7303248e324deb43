-- Uses up what a person showed: the time step that the server found a code to be of, or the hash of a recovery code. A step counts once and
-- none before it does any more (RFC 6238, 5.2), so a code that was looked over somebody's shoulder is worth nothing; the row's lock decides between
-- two at once. False for what was used before or fits nothing. Called by functions only.
create or replace function platform_private.use_second_factor(
  tenant_id text,
  person_id uuid,
  step bigint,
  recovery_hash text
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_left integer;
begin
  if step is not null then
    update platform_private.second_factors f
       set last_step = step
     where f.tenant_id is not distinct from use_second_factor.tenant_id and f.person_id = use_second_factor.person_id
       and f.confirmed_at is not null and f.last_step < step;
    return found;
  end if;
  update platform_private.second_factors f
     set recovery_hashes = array_remove(f.recovery_hashes, recovery_hash)
   where f.tenant_id is not distinct from use_second_factor.tenant_id and f.person_id = use_second_factor.person_id
     and f.confirmed_at is not null and recovery_hash = any (f.recovery_hashes)
  returning cardinality(f.recovery_hashes) into v_left;
  if v_left is null then
    return false;
  end if;
  perform audit.record('second_factor.recover', tenant_id, case when tenant_id is null then 'operators:' else 'users:' end || person_id,
                       detail => jsonb_build_object('codesLeft', v_left));
  return true;
end
$$;
comment on function platform_private.use_second_factor(text, uuid, bigint, text) is 'Uses up a time step or a recovery code, once.';
revoke all on function platform_private.use_second_factor(text, uuid, bigint, text) from public;
