-- The events of one tenant as `audit_trail` showed them in schemas before version 12 of the stream; those call it. Sealed
-- values don't show here. Otherwise as audit.trail_page says.
create or replace function audit.tenant_trail(
  schema_name text,
  older_than timestamptz,
  size integer,
  about text
)
returns table (
  at timestamptz,
  action text,
  outcome text,
  actor text,
  actor_role text,
  subject text,
  changed text[],
  before jsonb,
  after jsonb,
  detail jsonb,
  request_id text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    select p.at, p.action, p.outcome, p.actor, p.actor_role, p.subject, p.changed, p.before, p.after, p.detail, p.request_id
      from audit.trail_page(schema_name, older_than, size, about, null, null, null, null) p;
end
$$;
comment on function audit.tenant_trail(text, timestamptz, integer, text) is 'A page of one tenant''s events, for schemas of earlier versions.';
revoke all on function audit.tenant_trail(text, timestamptz, integer, text) from public;
