-- Row trigger on a tenant's users: whoever is entered as invited gets an invitation, by whatever way, and a message once the tenant is active.
create or replace function platform_private.invite_new_user()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := substr(tg_table_schema, 8);
begin
  execute format('insert into %I.user_invitations (user_id, expires_at) values ($1, now() + interval ''7 days'')', tg_table_schema)
    using new.id;
  if exists (select from platform.tenants t where t.id = v_tenant and t.status = 'active') then
    perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', v_tenant, 'personId', new.id),
                         format('invitation:%s:%s', v_tenant, new.id));
  end if;
  return null;
end
$$;
comment on function platform_private.invite_new_user() is 'Trigger: invites a user who was entered as invited.';
revoke all on function platform_private.invite_new_user() from public;
