-- Row trigger of platform.setting_sections: refuses a schema with keywords that are not checked, and a default that is not
-- accepted by its own schema. Raises TN002 with the place in the schema as `column`.
create or replace function platform_private.vet_setting_schema()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_place constant text := platform_private.unsupported_keyword(new.schema, '$');
  v_flaw record;
begin
  if v_place is not null then
    raise exception 'the schema of section % is beyond the subset that is checked, at %', new.section, v_place
      using errcode = 'TN002', column = v_place, hint = 'The subset stands in docs/how-to/configure-a-tenant.md.';
  end if;
  select f.at, f.flaw into v_flaw
    from platform_private.setting_flaw(new.schema, coalesce(new.schema -> 'default', 'null'), 'default') f;
  if v_flaw.flaw is not null then
    raise exception 'the default of section % is not accepted by its schema: % %', new.section, v_flaw.at, v_flaw.flaw
      using errcode = 'TN002', column = v_flaw.at, hint = 'Correct the default or the schema.';
  end if;
  return new;
end
$$;
comment on function platform_private.vet_setting_schema() is 'Trigger: only schemas that are checked in full.';
revoke all on function platform_private.vet_setting_schema() from public;
