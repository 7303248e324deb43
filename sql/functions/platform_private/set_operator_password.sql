-- Gives an operator a first password again, by the argon2id hash that Node made: it works for three days and must be changed. Ends the
-- operator's sessions and lifts a lock. That it was set stands in the trail. Called by the migrator's command for who has locked everybody out. Raises TN003.
create or replace function platform_private.set_operator_password(
  email text,
  password_hash text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid;
begin
  select o.id into v_id from platform.operators o where lower(o.email) = lower(set_operator_password.email) and o.status <> 'disabled' for update;
  if v_id is null then
    raise exception 'there is no such operator, or the account is disabled'
      using errcode = 'TN003', hint = 'List them: select email, status from platform.operators.';
  end if;
  insert into platform_private.operator_credentials as c (operator_id, password_hash, must_change, expires_at)
  values (v_id, password_hash, true, now() + interval '3 days')
  on conflict (operator_id) do update
    set password_hash = excluded.password_hash, must_change = true, expires_at = excluded.expires_at;
  update platform.operators o set status = 'active' where o.id = v_id and o.status = 'invited';
  delete from platform_private.sign_in_locks l where l.email_key = lower(set_operator_password.email);
  perform platform_private.end_sessions(null, v_id, 'password');
  perform audit.record('password.set', null, 'operators:' || v_id, detail => jsonb_build_object('mustChange', true));
end
$$;
comment on function platform_private.set_operator_password(text, text) is 'Gives an operator a first password again.';
revoke all on function platform_private.set_operator_password(text, text) from public;
