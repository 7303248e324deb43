-- Enters an operator with the hash of a password. `must_change`: it is a first password, made for the operator, and works for three
-- days. That it was set stands in the trail. Returns false if the e-mail is known.
-- Called by the migrator for the first operator.
create or replace function platform_private.add_operator(
  email text,
  name text,
  role text,
  password_hash text,
  must_change boolean
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid;
begin
  insert into platform.operators (email, name, role)
  values (email, name, role)
  on conflict do nothing
  returning id into v_id;
  if v_id is null then
    return false;
  end if;
  insert into platform_private.operator_credentials (operator_id, password_hash, must_change, expires_at)
  values (v_id, password_hash, must_change, case when must_change then now() + interval '3 days' end);
  perform audit.record('password.set', null, 'operators:' || v_id, detail => jsonb_build_object('mustChange', must_change));
  return true;
end
$$;
comment on function platform_private.add_operator(text, text, text, text, boolean) is 'Adds an operator with a password.';
revoke all on function platform_private.add_operator(text, text, text, text, boolean) from public;
