-- What every proof of isolation must reach: a prover that finds no canary could not have seen a breach either, and has failed. Says the
-- same to everybody and touches nothing. Anybody may call it.
create or replace function platform_probe.canary()
returns text
language sql
immutable
parallel safe
as $$ select 'reached' $$;
comment on function platform_probe.canary() is 'Reached by every proof of isolation, or the prover is broken.';
revoke all on function platform_probe.canary() from public;
grant execute on function platform_probe.canary() to public;
