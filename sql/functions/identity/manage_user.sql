-- What an administrator of a tenant does for a colleague's sign-in: verb is invite, reset, unlock, end_sessions or remove_second_factor,
-- and this one not for oneself: a stolen token must not be enough. Whoever has this
-- session must hold users.manage and everything that the colleague's role holds. Callable by tenantry_auth. Raises TN002 for another verb, TN003,
-- TN004, TN009, TN010.
create or replace function identity.manage_user(
  tenant_id text,
  session_id uuid,
  user_id uuid,
  verb text
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_by record;
  v_user platform.tenant_user;
  v_may boolean;
begin
  v_user := platform_private.lock_user(tenant_id, user_id);
  select * into v_by from identity.session_standing(tenant_id, session_id);
  execute format(
    'select exists (select from %1$I.role_permissions p where p.role_name = $1 and p.permission = ''users.manage'')
        and not exists (select p.permission from %1$I.role_permissions p where p.role_name = $2
                        except
                        select p.permission from %1$I.role_permissions p where p.role_name = $1)', v_schema)
    into v_may using v_by.role, v_user.role;
  if not v_may then
    raise exception 'the role of this request may not do that'
      using errcode = 'TN009', detail = 'It takes users.manage, and whatever the user''s own role holds.', hint = 'Ask an administrator of the tenant.';
  end if;
  perform platform_private.speak_as(tenant_id, v_by.person_id), set_config('tenantry.role', v_by.role, true);
  case verb
    when 'invite' then return platform.send_user_token(tenant_id, user_id, 'invitation');
    when 'reset' then return platform.send_user_token(tenant_id, user_id, 'reset');
    when 'unlock' then return platform.unlock_user(tenant_id, user_id);
    when 'end_sessions' then
      perform platform.end_user_sessions(tenant_id, user_id);
      return platform_private.tenant_user(tenant_id, user_id);
    when 'remove_second_factor' then
      if v_by.person_id = user_id then
        raise exception 'this is your own second factor'
          using errcode = 'TN009', hint = 'Remove it by DELETE .../auth/second-factor with your password or a code, or ask a colleague.';
      end if;
      return platform.remove_user_second_factor(tenant_id, user_id);
    else
      raise exception 'there is no such step'
        using errcode = 'TN002', column = 'verb', hint = 'invite, reset, unlock, end_sessions or remove_second_factor.';
  end case;
end
$$;
comment on function identity.manage_user(text, uuid, uuid, text) is 'Invites, resets, unlocks or signs out a colleague.';
revoke all on function identity.manage_user(text, uuid, uuid, text) from public;
grant execute on function identity.manage_user(text, uuid, uuid, text) to :ROLE_AUTH;
