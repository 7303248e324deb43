-- A page of operators' visits to a tenant, the newest first, with the reasons given: what stands behind `operator_visits` in every tenant's
-- schema. Operators by their ids, as in the trail. Raises TN009 without visits.read, TN002 for a bad size.
create or replace function platform_private.own_visits(
  schema_name text,
  older_than timestamptz,
  size integer
)
returns table (
  started_at timestamptz,
  ended_at timestamptz,
  operator_id uuid,
  role text,
  access text,
  reason text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := platform_private.require_own(schema_name, 'visits.read', size);
begin
  return query
    select v.started_at, least(v.ended_at, v.expires_at), v.operator_id, v.role, v.access, v.reason
      from platform.tenant_visits v
     where v.tenant_id = v_tenant and (older_than is null or v.started_at < older_than)
     order by v.started_at desc
     limit size;
end
$$;
comment on function platform_private.own_visits(text, timestamptz, integer) is 'A page of operators'' visits to one tenant, for its own people.';
revoke all on function platform_private.own_visits(text, timestamptz, integer) from public;
