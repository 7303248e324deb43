-- Makes what the trail holds of a person who was removed from a tenant unreadable for ever: destroys the keys of their values. The event of
-- it names nobody. What is left of them outside the trail goes too: platform_private.forget_people. Values under the tenant's own key stay: an address that was tried and belonged to no user, what they entered as business.
-- Returns how many keys were destroyed; 0 when there was nothing, or nothing any more. May be called by members of tenantry_admin. Raises TN002
-- without a reason, TN003, TN004 while the user is there, or under a legal hold.
create or replace function platform.erase_person(
  tenant_id text,
  user_id uuid,
  reason text
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_there boolean := false;
  v_keys integer;
begin
  if coalesce(btrim(reason), '') = '' then
    raise exception 'an erasure needs a reason'
      using errcode = 'TN002', column = 'reason', hint = 'Say who asked for it and by what right, without naming the person: the reason stays.';
  end if;
  if v_tenant.schema_version is not null then
    execute format('select exists (select from %I.users where id = $1)', platform_private.tenant_schema(v_tenant.id)) into v_there using user_id;
  end if;
  if v_there then
    raise exception 'the user is still there'
      using errcode = 'TN004', detail = 'What a user does goes on being recorded under a key of theirs.', hint = 'Remove the user first: platform.remove_user.';
  end if;
  perform platform_private.refuse_under_hold(v_tenant.id);
  perform platform_private.forget_people(v_tenant.id);
  v_keys := audit.destroy_keys(v_tenant.id, 'users:' || user_id);
  perform audit.record('person.erase', v_tenant.id, null, 'ok', null, null, jsonb_build_object('reason', reason, 'destroyedKeys', v_keys));
  return v_keys;
end
$$;
comment on function platform.erase_person(text, uuid, text) is 'Makes what the trail holds of a removed user unreadable for ever.';
revoke all on function platform.erase_person(text, uuid, text) from public;
grant execute on function platform.erase_person(text, uuid, text) to :ROLE_ADMIN;
