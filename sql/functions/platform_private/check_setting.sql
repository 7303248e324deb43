-- Row trigger of a tenant's settings, before a section is written: its schema accepts it, and its version counts up. Whoever writes the version
-- too says which one they have read. Raises TN002 with the path as `column`, TN006 when somebody else was faster.
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
    if new.version <> old.version then
      raise exception 'this section of the settings was changed meanwhile'
        using errcode = 'TN006', column = 'version', detail = format('It is at version %s, not %s.', old.version, new.version),
          hint = 'Read it again and repeat the change.';
    end if;
    new.version := old.version + (new.value <> old.value)::integer;
  end if;
  return new;
end
$$;
comment on function platform_private.check_setting() is 'Trigger: checks a section of settings and counts its versions.';
revoke all on function platform_private.check_setting() from public;
