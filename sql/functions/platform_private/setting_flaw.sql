-- What is wrong with a value by a JSON Schema: the path of the first flaw and words for it; two nulls if nothing is. Knows the
-- keywords that platform_private.unsupported_keyword lets pass, with the meaning of JSON Schema 2020-12, and no others.
-- Called by functions only, and by itself for what lies inside.
create or replace function platform_private.setting_flaw(
  schema jsonb,
  value jsonb,
  path text,
  out at text,
  out flaw text
)
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type constant text := jsonb_typeof(value);
  v_types constant text[] := case jsonb_typeof(schema -> 'type')
    when 'array' then array(select jsonb_array_elements_text(schema -> 'type'))
    when 'string' then array[schema ->> 'type'] end;
  v_text constant text := value #>> '{}';
  v_key text;
  v_place text;
  v_item jsonb;
  v_index bigint;
begin
  at := path;
  flaw := case
    when v_type <> all (v_types) and not (
      v_type = 'number' and 'integer' = any (v_types) and case v_type when 'number' then v_text::numeric % 1 = 0 end
    ) then 'must be of type ' || array_to_string(v_types, ' or ')
    when not (schema -> 'enum') @> jsonb_build_array(value) then
      'must be one of ' || (select string_agg(e.allowed, ', ') from jsonb_array_elements_text(schema -> 'enum') as e (allowed))
  end;
  if flaw is not null then
    return;
  end if;
  flaw := case v_type
    when 'number' then case
      when v_text::numeric < (schema ->> 'minimum')::numeric then 'must be at least ' || (schema ->> 'minimum')
      when v_text::numeric > (schema ->> 'maximum')::numeric then 'must be at most ' || (schema ->> 'maximum') end
    when 'string' then case
      when length(v_text) < (schema ->> 'minLength')::integer then format('must have %s characters or more', schema ->> 'minLength')
      when length(v_text) > (schema ->> 'maxLength')::integer then format('must have %s characters or fewer', schema ->> 'maxLength')
      when v_text !~ (schema ->> 'pattern') then 'must match the pattern ' || (schema ->> 'pattern') end
    when 'array' then case
      when jsonb_array_length(value) < (schema ->> 'minItems')::integer then format('must have %s items or more', schema ->> 'minItems')
      when jsonb_array_length(value) > (schema ->> 'maxItems')::integer then format('must have %s items or fewer', schema ->> 'maxItems') end
    when 'object' then case
      when (select count(*) from jsonb_object_keys(value)) > (schema ->> 'maxProperties')::integer
        then format('must have %s entries or fewer', schema ->> 'maxProperties') end
  end;
  -- One is no plural. Nothing that a schema or a value brings along begins like this.
  flaw := regexp_replace(regexp_replace(flaw, '^(must have 1 (?:character|item))s ', '\1 '), '^must have 1 entries ', 'must have 1 entry ');
  if flaw is not null then
    return;
  end if;

  if v_type = 'array' and schema ? 'items' then
    for v_item, v_index in select i.item, i.place from jsonb_array_elements(value) with ordinality as i (item, place) loop
      select f.at, f.flaw into at, flaw
        from platform_private.setting_flaw(schema -> 'items', v_item, format('%s.%s', path, v_index - 1)) f;
      if flaw is not null then
        return;
      end if;
    end loop;
  elsif v_type = 'object' then
    for v_key in select r.name from jsonb_array_elements_text(schema -> 'required') as r (name) where not value ? r.name loop
      at := path || '.' || v_key;
      flaw := 'is missing';
      return;
    end loop;
    for v_key, v_item in select e.key, e.value from jsonb_each(value) e loop
      v_place := path || '.' || left(v_key, 100);
      if schema -> 'properties' ? v_key then
        select f.at, f.flaw into at, flaw from platform_private.setting_flaw(schema -> 'properties' -> v_key, v_item, v_place) f;
      elsif schema -> 'additionalProperties' = 'false' then
        at := v_place;
        flaw := 'is unknown';
      else
        select f.at, f.flaw into at, flaw
          from platform_private.setting_flaw(coalesce(schema -> 'propertyNames', '{}'), to_jsonb(v_key), v_place) f;
        if flaw is null and jsonb_typeof(schema -> 'additionalProperties') = 'object' then
          select f.at, f.flaw into at, flaw from platform_private.setting_flaw(schema -> 'additionalProperties', v_item, v_place) f;
        end if;
      end if;
      if flaw is not null then
        return;
      end if;
    end loop;
  end if;
  at := null;
end
$$;
comment on function platform_private.setting_flaw(jsonb, jsonb, text) is 'The first flaw of a value by a JSON Schema; nulls for a good one.';
revoke all on function platform_private.setting_flaw(jsonb, jsonb, text) from public;
