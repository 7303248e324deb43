-- Has the worker verify the chain of a tenant's trail now, or without an id all of them, against the copy of checkpoints outside: what
-- `npm run audit:verify` does. Returns when it was ordered; platform.chain_status says what came of it: `verified_at` is later then, and nothing is
-- `requested` any more. Asked again before it is over, within an hour, it is the same verification. May be called by members of tenantry_operator and
-- tenantry_security. Raises TN003, and TN009 for all chains to one who is limited to tenants.
create or replace function platform.verify_chain(
  id text default null
)
returns timestamptz
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  v_id uuid;
begin
  if id is null then
    perform platform_private.require_unlimited();
  elsif not exists (select from platform.tenants t where t.id = verify_chain.id and platform_private.reaches_tenant(t.id)) then
    raise exception 'there is no tenant "%"', id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  v_id := audit.order_verification(verify_chain.id);
  perform audit.record('audit.verify', verify_chain.id, 'verifications:' || v_id);
  return (select v.requested_at from audit.verifications v where v.id = v_id);
end
$$;
comment on function platform.verify_chain(text) is 'Has the chain of a tenant''s trail, or all of them, verified now.';
revoke all on function platform.verify_chain(text) from public;
grant execute on function platform.verify_chain(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
