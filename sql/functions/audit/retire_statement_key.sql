-- Takes the key that signs statements out of use: its private half is destroyed, its public half stays published, since what it signed
-- stays. The worker makes the next one when it has something to sign. Returns the kid, null if there was none.
-- May be called by members of tenantry_admin who are not limited to tenants.
create or replace function audit.retire_statement_key(
  reason text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_kid text;
begin
  perform platform_private.require_unlimited();
  update audit.statement_keys k set sealed = null, retired_at = now() where k.retired_at is null returning k.kid into v_kid;
  if v_kid is not null then
    perform audit.record('statement_keys.retire', null, 'statement_keys:' || v_kid, 'ok', null, null, jsonb_build_object('reason', reason));
  end if;
  return v_kid;
end
$$;
comment on function audit.retire_statement_key(text) is 'Takes the key that signs statements out of use.';
revoke all on function audit.retire_statement_key(text) from public;
grant execute on function audit.retire_statement_key(text) to :ROLE_ADMIN;
