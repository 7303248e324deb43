-- Row trigger of a tenant's users, for whoever changes them: the last active admin stays one, and nobody changes or removes the
-- account they act by. With the owner's rights, since row security could hide the other admins from the caller.
-- Two admins who demote each other at once meet at the row of the role: the second waits, then sees what the first has done.
-- That needs a transaction that looks again, so stricter levels, which nothing here uses, are refused.
-- Raises TN009 and TN015.
create or replace function platform_private.guard_users()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_left boolean;
begin
  if old.id::text = current_setting('tenantry.user_id', true) and (tg_op = 'DELETE' or new.status <> old.status) then
    raise exception 'nobody changes the status of their own account or removes it'
      using errcode = 'TN009', column = 'status', detail = 'The account is the one that the request comes from.',
        hint = 'Let another administrator do it.';
  end if;
  if old.role <> 'admin' or old.status <> 'active' or (tg_op = 'UPDATE' and new.role = 'admin' and new.status = 'active') then
    return null;
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'administrators are removed in transactions of level read committed only'
      using errcode = 'TN015', detail = format('The level is %s.', current_setting('transaction_isolation')),
        hint = 'Begin the transaction with: begin isolation level read committed.';
  end if;
  execute format('select from %I.roles where name = ''admin'' for no key update', tg_table_schema);
  execute format('select exists (select from %I.users where role = ''admin'' and status = ''active'')', tg_table_schema) into v_left;
  if not v_left then
    raise exception 'the last active administrator stays'
      using errcode = 'TN015', detail = 'Without this one nobody could run the tenant''s users and roles.',
        hint = 'Make another active user an administrator first.';
  end if;
  return null;
end
$$;
comment on function platform_private.guard_users() is 'Trigger of a tenant''s users: the last active admin stays, nobody changes their own status.';
revoke all on function platform_private.guard_users() from public;
