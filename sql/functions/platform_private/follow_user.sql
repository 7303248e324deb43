-- Row trigger on a tenant's users: who is disabled, removed or given another address has no session any more, and a changed role is looked up again by
-- the servers. Messages on their way are void. With another address go password, issuer and second factor too: it may be another person's, who proves it by a
-- message to it; whoever signed in by an issuer alone gets no password by that, and comes back by the issuer's word for the new
-- address. The one place where a change of the data plane notifies: rare, and it must take effect at once.
create or replace function platform_private.follow_user()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved constant boolean := tg_op = 'UPDATE' and lower(old.email) <> lower(new.email);
  v_ends constant boolean := tg_op = 'DELETE' or new.status <> 'active' or v_moved;
  v_tenant constant text := substr(tg_table_schema, 8);
  v_password boolean := false;
  v_issuer boolean := false;
  v_session uuid;
begin
  for v_session in execute format(
    'update %1$I.user_sessions
        set ended_at = case when $2 then now() end, ended_because = case when $2 then ''disabled'' end
      where user_id = $1 and ended_at is null
     returning id', tg_table_schema) using old.id, v_ends
  loop
    perform platform_private.announce_session(v_tenant, v_session);
  end loop;
  if tg_op = 'DELETE' or v_moved then
    delete from platform_private.second_factors f where f.tenant_id = v_tenant and f.person_id = old.id;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if v_moved or (new.status <> old.status and new.status <> 'active') then
    execute format('delete from %I.user_invitations where user_id = $1', tg_table_schema) using new.id;
  end if;
  if v_moved then
    execute format('with gone as (delete from %I.user_credentials where user_id = $1 returning 1) select exists (select from gone)', tg_table_schema)
      into v_password using new.id;
    with gone as (
      delete from platform_private.external_identities e
       using platform.external_issuers i
       where i.id = e.issuer_id and i.tenant_id = v_tenant and e.user_id = new.id
      returning 1
    )
    select exists (select from gone) into v_issuer;
  end if;
  if new.status = 'invited' and (v_moved or old.status <> 'invited') then
    perform platform_private.invite(tg_table_schema, new.id, 'invitation');
  elsif new.status = 'active' and v_moved and (v_password or not v_issuer) then
    perform platform_private.invite(tg_table_schema, new.id, 'reset');
  end if;
  return null;
end
$$;
comment on function platform_private.follow_user() is 'Trigger: ends or announces the sessions of a user who changed.';
revoke all on function platform_private.follow_user() from public;
