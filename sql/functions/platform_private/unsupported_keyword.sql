-- The path of the first thing in a JSON Schema that platform_private.setting_flaw would not understand; null if there is none.
-- A schema that says more than is checked would be a promise nobody keeps. `default` stands at the top alone: the value of a
-- section that was taken back. Called by functions only, and by itself for the schemas inside.
create or replace function platform_private.unsupported_keyword(
  schema jsonb,
  path text
)
returns text
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key text;
  v_value jsonb;
  v_found text;
begin
  if jsonb_typeof(schema) is distinct from 'object' then
    return path;
  end if;
  for v_key, v_value in select e.key, e.value from jsonb_each(schema) e loop
    v_found := case
      when v_key in ('title', 'description', '$schema', 'pattern') then case when jsonb_typeof(v_value) <> 'string' then '' end
      when v_key = 'default' then case when path <> '$' then '' end
      when v_key = 'type' then case when not
        '["object", "array", "string", "integer", "number", "boolean", "null"]' @> v_value
        or jsonb_typeof(v_value) not in ('string', 'array') then '' end
      when v_key in ('enum', 'required') then case when jsonb_typeof(v_value) <> 'array' then '' end
      when v_key in ('minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'maxProperties')
        then case when jsonb_typeof(v_value) <> 'number' then '' end
      when v_key in ('items', 'propertyNames') then platform_private.unsupported_keyword(v_value, '')
      when v_key = 'additionalProperties'
        then case when jsonb_typeof(v_value) <> 'boolean' then platform_private.unsupported_keyword(v_value, '') end
      when v_key = 'properties' and jsonb_typeof(v_value) = 'object' then (
        select min('.' || p.key || platform_private.unsupported_keyword(p.value, ''))
          from jsonb_each(v_value) p)
      else ''
    end;
    if v_found is not null then
      return path || '.' || v_key || v_found;
    end if;
  end loop;
  return null;
end
$$;
comment on function platform_private.unsupported_keyword(jsonb, text) is 'Where a JSON Schema says more than settings are checked for.';
revoke all on function platform_private.unsupported_keyword(jsonb, text) from public;
