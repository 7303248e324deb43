-- Opens the invitation of a user who was just entered or let in again, or the reset of one who was given another address, for as long as an
-- invitation lasts, and orders the message once the tenant is active. The schema is a trigger's own. Called by the triggers of a tenant's
-- users. Raises TN008 when there are too many.
create or replace function platform_private.invite(
  schema_name text,
  user_id uuid,
  purpose text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := substr(schema_name, 8);
begin
  perform platform_private.count_invitation(v_tenant);
  execute format('insert into %I.user_invitations (user_id, purpose, expires_at) values ($1, $2, now() + interval ''7 days'')', schema_name)
    using user_id, purpose;
  if exists (select from platform.tenants t where t.id = v_tenant and t.status = 'active') then
    perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', v_tenant, 'personId', user_id),
                         format('invitation:%s:%s', v_tenant, user_id));
  end if;
end
$$;
comment on function platform_private.invite(text, uuid, text) is 'Opens a user''s invitation or reset and orders its message.';
revoke all on function platform_private.invite(text, uuid, text) from public;
