-- Keeps updated_at true: a caller can't set it, forget it or date it back. Fired by the update triggers of
-- every schema; a trigger needs no EXECUTE to fire, only to be created.
create or replace function tenantry_shared.touch_updated_at()
returns trigger
language plpgsql
volatile
as $$
begin
  new.updated_at := pg_catalog.now();
  return new;
end
$$;

comment on function tenantry_shared.touch_updated_at() is
  'Update trigger: stamps updated_at with the time of the transaction.';

revoke all on function tenantry_shared.touch_updated_at() from public;
grant execute on function tenantry_shared.touch_updated_at() to public;
