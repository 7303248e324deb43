-- Orders a verification by the worker of one chain, of the platform's own (empty id), or of all (null), and returns its id; while one
-- of the same is not over, for an hour at most, that one: each may take minutes. Called by platform.verify_chain, by audit.order_first_verification
-- and by audit.report_rollback.
create or replace function audit.order_verification(
  chain text
)
returns uuid
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_id uuid;
begin
  select v.id into v_id
    from audit.verifications v
   where v.chain is not distinct from order_verification.chain and v.finished_at is null and v.requested_at > now() - interval '1 hour'
   limit 1;
  if not found then
    insert into audit.verifications (chain) values (order_verification.chain) returning id into v_id;
    perform jobs.enqueue('audit__verify', jsonb_build_object('verificationId', v_id), 'audit:' || coalesce(order_verification.chain, '*'));
  end if;
  return v_id;
end
$$;
comment on function audit.order_verification(text) is 'Orders a verification of the trail.';
revoke all on function audit.order_verification(text) from public;
