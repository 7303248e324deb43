-- Row trigger on a tenant's users: whoever is entered as invited gets an invitation, by whatever way, and a message once the tenant is active.
create or replace function platform_private.invite_new_user()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.invite(tg_table_schema, new.id, 'invitation');
  return null;
end
$$;
comment on function platform_private.invite_new_user() is 'Trigger: invites a user who was entered as invited.';
revoke all on function platform_private.invite_new_user() from public;
