-- Row trigger before a tenant's role is deleted: it has no users. The foreign key would say so too, to nobody who could act on it;
-- with the owner's rights, since who runs roles need not see the users. Raises TN016.
create or replace function platform_private.guard_roles()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_users bigint;
begin
  execute format('select count(*) from %I.users where role = $1', tg_table_schema) into v_users using old.name;
  if v_users > 0 then
    raise exception 'the role is in use'
      using errcode = 'TN016', column = 'name', detail = format('Users that have it: %s.', v_users),
        hint = 'Give them another role first.';
  end if;
  return old;
end
$$;
comment on function platform_private.guard_roles() is 'Trigger of a tenant''s roles: a role in use stays.';
revoke all on function platform_private.guard_roles() from public;
