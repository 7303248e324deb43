-- Posture of the control plane as a whole: is every object what the migrator wrote down when it had migrated? One row for each object, as in
-- posture_role, and one for all of them. Called by shared_posture. Access lists, policies, triggers, owners and bodies are compared by digest: what
-- is new, changed or gone shows by name. That the list itself and these functions are what they were, `npm run verify` asks from outside.
create or replace function platform_private.posture_control_plane()
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  with live as materialized (
    select d.object, d.digest from platform.installation i cross join platform_private.describe_control_plane(i.prefix) d
  )
  select 'control-plane', coalesce(e.object, l.object), case when e.object is null then 'not there' else 'as migrated' end,
         case when l.object is null then 'gone' when e.object is null then 'there' when e.digest = l.digest then 'as migrated' else 'changed' end
    from live l
    full join platform_private.control_plane e on e.object = l.object and (e.digest = l.digest or not l.object ^@ 'relation partitions')
  union all
  select 'control-plane-digest', current_database()::text,
         (select encode(sha256(convert_to(coalesce(string_agg(e.object || ' ' || e.digest, E'\n' order by e.object collate "C", e.digest), ''), 'UTF8')), 'hex')
            from platform_private.control_plane e),
         (select encode(sha256(convert_to(string_agg(l.object || ' ' || l.digest, E'\n' order by l.object collate "C", l.digest), 'UTF8')), 'hex') from live l)
  union all
  -- Written by a trigger, from a table.
  select 'control-plane', 'body of audit.secret_columns(text)', 'as its table says',
         case (select p.prosrc from pg_proc p where p.oid = to_regprocedure('audit.secret_columns(text)'))
           when platform_private.secret_columns_body() then 'as its table says' else 'another' end;
end
$$;
comment on function platform_private.posture_control_plane() is 'Whether the control plane is as it was migrated.';
revoke all on function platform_private.posture_control_plane() from public;
