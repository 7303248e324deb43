-- Sends a user of a tenant a message with a single-use token: an invitation again to who was invited, else a reset of the password.
-- May be called by members of tenantry_operator. Raises TN002, TN003, TN004,
-- TN008 when too many went out already.
create or replace function platform.send_user_token(
  tenant_id text,
  user_id uuid,
  purpose text
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_user constant platform.tenant_user := platform_private.lock_user(tenant_id, user_id);
  v_schema constant text := platform_private.tenant_schema(tenant_id);
begin
  if v_user.status is distinct from (case purpose when 'invitation' then 'invited' when 'reset' then 'active' end) then
    raise exception 'this user is %', v_user.status
      using errcode = 'TN004', detail = 'Who was invited is invited again; who is active gets a reset.', hint = 'Choose the other, or activate the user.';
  end if;
  execute format('delete from %I.user_invitations where user_id = $1', v_schema) using user_id;
  perform platform_private.count_invitation(tenant_id);
  execute format('insert into %I.user_invitations (user_id, purpose, expires_at) values ($1, $2, now() + $3)', v_schema)
    using user_id, purpose, case purpose when 'reset' then interval '1 hour' else interval '7 days' end;
  perform platform_private.order_invitations(tenant_id);
  perform audit.record('users.' || purpose, tenant_id, 'users:' || user_id);
  return v_user;
end
$$;
comment on function platform.send_user_token(text, uuid, text) is 'Sends a user an invitation again, or a reset.';
revoke all on function platform.send_user_token(text, uuid, text) from public;
grant execute on function platform.send_user_token(text, uuid, text) to :ROLE_OPERATOR;
