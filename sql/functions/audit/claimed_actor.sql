-- Who acts, as the session says. Believed of the server's own sessions only: called by audit.actor and record_change, which see to that. No `set` and one
-- expression, so that it is inlined.
create or replace function audit.claimed_actor()
returns text
language sql
stable
as $$
  select coalesce(
    'operator:' || nullif(current_setting('tenantry.operator_id', true), ''),
    'user:' || nullif(current_setting('tenantry.user_id', true), ''),
    'service:' || nullif(current_setting('tenantry.service_id', true), ''),
    'server')
$$;
comment on function audit.claimed_actor() is 'Who acts, as the session says.';
revoke all on function audit.claimed_actor() from public;
