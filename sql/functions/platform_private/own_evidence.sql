-- Orders a signed bundle of a tenant's own evidence, or answers the one ordered a moment ago: what stands behind `request_evidence` in every
-- tenant's schema. Asked again by the same period it holds the statement once the worker has signed it. Raises TN009 without evidence.read,
-- TN002 for a bad period.
create or replace function platform_private.own_evidence(
  schema_name text,
  since timestamptz,
  until timestamptz
)
returns table (
  id uuid,
  status text,
  statement text
)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    select b.id, b.status, b.statement
      from platform_private.order_evidence(platform_private.require_own(schema_name, 'evidence.read'), since, until) b;
end
$$;
comment on function platform_private.own_evidence(text, timestamptz, timestamptz) is 'Orders a bundle of one tenant''s evidence, for its own people.';
revoke all on function platform_private.own_evidence(text, timestamptz, timestamptz) from public;
