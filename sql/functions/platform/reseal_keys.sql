-- Orders a job that seals anew whatever is sealed under an earlier master key, and returns how many values that are, keys, webhooks' secrets,
-- second factors and keys of the trail; 0: the earlier master
-- key is no longer needed. May be called by members of tenantry_admin who are not limited to tenants; the migrator does at a change of the master key.
create or replace function platform.reseal_keys()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_count integer;
begin
  perform platform_private.require_unlimited();
  select (select count(*) from platform_private.keys_to_reseal('', 2147483647)) + (select count(*) from platform_private.secrets_to_reseal())
         + (select count(*) from platform_private.factors_to_reseal(null, 2147483647))
         + (select count(*) from audit.keys_to_reseal(2147483647))
    into v_count;
  if v_count > 0 then
    perform jobs.enqueue('keys__reseal', '{}', 'keys:reseal');
    perform audit.record('keys.reseal', null, 'signing_keys', 'ok', null, null, jsonb_build_object('keys', v_count));
  end if;
  return v_count;
end
$$;
comment on function platform.reseal_keys() is 'Orders that keys sealed under an earlier master key are sealed anew; returns how many there are.';
revoke all on function platform.reseal_keys() from public;
grant execute on function platform.reseal_keys() to :ROLE_ADMIN;
