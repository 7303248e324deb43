-- Enters an operator, who is `invited` until a password is chosen, and orders the message; for one who is invited already, another
-- message with a token in place of the earlier one's. Holds and returns no secret. May be called by members of
-- tenantry_admin. Raises TN002 with the field as `column`, TN008 when the e-mail is known, TN009.
create or replace function platform.invite_operator(
  email text,
  name text,
  role text
)
returns platform.operators
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_operator platform.operators;
begin
  perform platform_private.require_operator_admin();
  if email is null or length(email) > 320 or email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'this is no e-mail address'
      using errcode = 'TN002', column = 'email', hint = 'For example: anna@platform.example.';
  end if;
  if name is null or length(btrim(name)) not between 1 and 120 then
    raise exception 'an operator''s name is 1 to 120 characters' using errcode = 'TN002', column = 'name', hint = 'Give a name.';
  end if;
  if role is null or role not in ('admin', 'operator', 'security', 'developer') then
    raise exception 'there is no such role'
      using errcode = 'TN002', column = 'role', hint = 'Roles: admin, operator, security, developer.';
  end if;
  insert into platform.operators (email, name, role, status)
  values (invite_operator.email, btrim(invite_operator.name), invite_operator.role, 'invited')
  on conflict do nothing
  returning * into v_operator;
  if v_operator.id is null then
    select * into v_operator from platform.operators o where lower(o.email) = lower(invite_operator.email) and o.status = 'invited';
  end if;
  if v_operator.id is null then
    raise exception 'an operator has this e-mail already'
      using errcode = 'TN008', column = 'email', hint = 'Change that one: platform.change_operator.';
  end if;
  perform platform_private.open_invitation(null, v_operator.id, 'invitation');
  perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', null, 'personId', v_operator.id), 'invitation::' || v_operator.id);
  perform audit.record('operators.invite', null, 'operators:' || v_operator.id, 'ok', null,
                       jsonb_build_object('email', v_operator.email, 'name', v_operator.name, 'role', v_operator.role, 'status', v_operator.status));
  return v_operator;
end
$$;
comment on function platform.invite_operator(text, text, text) is 'Enters an operator, who is invited until a password is chosen.';
revoke all on function platform.invite_operator(text, text, text) from public;
grant execute on function platform.invite_operator(text, text, text) to :ROLE_ADMIN;
