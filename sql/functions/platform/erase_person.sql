-- Makes what the trail holds of a person who was removed from a tenant unreadable for ever: destroys the keys of their values. The event of
-- it names nobody. What is left of them outside the trail goes too: platform_private.forget_people. Who asked for or decided approvals can't be removed,
-- since those keep the id: disabled, that user is emptied instead of name, address and all that sign-in knew. Values under the tenant's own key stay: an
-- address that was tried and belonged to no user, what they entered as business.
-- Returns how many keys were destroyed; 0 when there was nothing any more, or nothing sealed yet. May be called by members of tenantry_admin. Raises TN002
-- without a reason, TN003 also for whom the tenant never had, TN004 while the user is there, or under a legal hold.
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
  v_person constant text := 'users:' || user_id;
  v_schema text;
  v_status text;
  v_kept boolean := false;
  v_keys integer;
begin
  if coalesce(btrim(reason), '') = '' then
    raise exception 'an erasure needs a reason'
      using errcode = 'TN002', column = 'reason', hint = 'Say who asked for it and by what right, without naming the person: the reason stays.';
  end if;
  if platform_private.has_schema(v_tenant.id) then
    v_schema := platform_private.tenant_schema(v_tenant.id);
    execute format('select u.status, exists (select from %1$I.approvals a where u.id in (a.requested_by, a.decided_by)) from %1$I.users u where u.id = $1 for update', v_schema)
      into v_status, v_kept using user_id;
  end if;
  if v_status is not null and not v_kept then
    raise exception 'the user is still there: remove the user first'
      using errcode = 'TN004', detail = 'What a user does goes on being recorded under a key of theirs.', hint = 'platform.remove_user(tenant_id, user_id)';
  end if;
  if v_status <> 'disabled' then
    raise exception 'the user is still there, and stands in approvals: disable the user first'
      using errcode = 'TN004', detail = 'What a user does goes on being recorded under a key of theirs.',
            hint = 'platform.change_user(tenant_id, user_id, ''{"status": "disabled"}'')';
  end if;
  if v_status is null
     and not exists (select from audit.data_keys k where k.chain = v_tenant.id and k.person = v_person)
     and not exists (select from audit.buffer b where b.tenant_id = v_tenant.id and audit.person_of(b) = v_person)
     and not exists (select from audit.set_aside s where s.tenant_id = v_tenant.id and (s.event ->> 'subject' = v_person or s.actor = 'user:' || user_id))
     and not exists (select from audit.events e where e.chain = v_tenant.id and e.subject = v_person) then
    raise exception 'the tenant has and had no such user'
      using errcode = 'TN003', detail = 'Neither its users nor its trail have the id.',
            hint = 'Those who were removed: select subject, at from platform.audit_events where chain = tenant_id and action = ''users.delete''.';
  end if;
  perform platform_private.refuse_under_hold(v_tenant.id);
  if v_kept then
    -- With the address the trigger of the table takes password, issuers, second factor and open invitations.
    execute format(
      'update %I.users set email = ''erased-'' || id || ''@erased.invalid'', name = ''Erased person'', last_sign_in_at = null where id = $1', v_schema)
      using user_id;
    execute format('delete from %I.user_sessions where user_id = $1', v_schema) using user_id;
  end if;
  perform platform_private.forget_people(v_tenant.id);
  v_keys := audit.destroy_keys(v_tenant.id, v_person);
  perform audit.record('person.erase', v_tenant.id, null, 'ok', null, null, jsonb_build_object('reason', reason, 'destroyedKeys', v_keys));
  return v_keys;
end
$$;
comment on function platform.erase_person(text, uuid, text) is 'Makes what the trail holds of a removed user unreadable for ever, and empties the row of one who stands in approvals.';
revoke all on function platform.erase_person(text, uuid, text) from public;
grant execute on function platform.erase_person(text, uuid, text) to :ROLE_ADMIN;
