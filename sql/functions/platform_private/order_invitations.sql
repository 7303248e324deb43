-- Orders the messages of a tenant's open invitations that were never written: at its first activation, and when somebody was invited.
create or replace function platform_private.order_invitations(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_person uuid;
begin
  for v_person in execute format(
    'select i.user_id from %I.user_invitations i where i.token_hash is null and i.accepted_at is null',
    platform_private.tenant_schema(tenant_id))
  loop
    perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', tenant_id, 'personId', v_person),
                         format('invitation:%s:%s', tenant_id, v_person));
  end loop;
end
$$;
comment on function platform_private.order_invitations(text) is 'Orders messages of invitations that were never written.';
revoke all on function platform_private.order_invitations(text) from public;
