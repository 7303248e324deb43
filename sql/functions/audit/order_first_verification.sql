-- Orders a verification of the whole trail when there has never been one, so that a new installation need not wait for the night to know how its
-- trail stands. Returns its id, null when there has been one. Called by the worker, after each checkpoint.
create or replace function audit.order_first_verification()
returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from audit.verifications v where v.chain is null) then
    return null;
  end if;
  return audit.order_verification(null);
end
$$;
comment on function audit.order_first_verification() is 'Orders the first verification of the trail.';
revoke all on function audit.order_first_verification() from public;
grant execute on function audit.order_first_verification() to :ROLE_WORKER;
