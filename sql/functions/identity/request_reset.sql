-- Somebody says they lost their password: notes the e-mail and orders a job that finds out later whether there is such an account. Nothing here
-- looks at the account, so nothing here takes longer for one that exists. Callable by tenantry_auth. Raises TN003, TN010.
create or replace function identity.request_reset(
  tenant_id text,
  email text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_request uuid;
begin
  insert into platform_private.reset_requests (tenant_id, email_key)
  values (tenant_id, left(lower(email), 320))
  returning id into v_request;
  perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', tenant_id, 'requestId', v_request), 'reset:' || v_request);
  perform audit.record('password.forget', tenant_id, 'email:' || left(lower(email), 254));
end
$$;
comment on function identity.request_reset(text, text) is 'Orders a message with which a lost password can be replaced.';
revoke all on function identity.request_reset(text, text) from public;
grant execute on function identity.request_reset(text, text) to :ROLE_AUTH;
