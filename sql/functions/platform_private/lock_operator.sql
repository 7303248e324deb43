-- An operator's row for a change, locked together with the rows of all admins, in one order: changes of admins come one after the other. Who asks
-- is looked at once that is so, and before it is said whether there is such an operator. Raises TN009, and TN003 if there is none. Called by the
-- functions that change operators.
create or replace function platform_private.lock_operator(
  operator_id uuid
)
returns platform.operators
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_operator platform.operators;
begin
  perform from platform.operators o where o.role = 'admin' or o.id = lock_operator.operator_id order by o.id for update;
  perform platform_private.require_operator_admin();
  select * into v_operator from platform.operators o where o.id = lock_operator.operator_id;
  if not found then
    raise exception 'there is no operator of this id'
      using errcode = 'TN003', hint = 'List them: select id, email from platform.operators.';
  end if;
  return v_operator;
end
$$;
comment on function platform_private.lock_operator(uuid) is 'Locks and returns an operator''s row, with those of all admins.';
revoke all on function platform_private.lock_operator(uuid) from public;
