-- Row trigger of a tenant's settings, before a section is written: its schema accepts it, and its version counts up. Raises
-- TN002 with the path as `column`.
create or replace function platform_private.check_setting()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.require_setting(new.section, new.value);
  if tg_op = 'UPDATE' then
    new.version := old.version + (new.value <> old.value)::integer;
  end if;
  return new;
end
$$;
comment on function platform_private.check_setting() is 'Trigger: checks a section of settings and counts its versions.';
revoke all on function platform_private.check_setting() from public;
