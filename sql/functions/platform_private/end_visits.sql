-- Ends open visits and tells the servers: those of an operator in all tenants but `kept`, or of everybody in a tenant. What was entered by a right ends with
-- the right, and what was entered while a tenant was open ends when it closes, or a token would be good again once it opens. `because` says in both
-- trails why. Called by functions only.
create or replace function platform_private.end_visits(
  because text,
  operator_id uuid default null,
  kept text[] default '{}',
  tenant_id text default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_visit platform.tenant_visits;
begin
  for v_visit in
    -- In one order: an operator's visits and a tenant's may be the same ones.
    select * from platform.tenant_visits v
     where (v.operator_id = end_visits.operator_id or v.tenant_id = end_visits.tenant_id)
       and v.ended_at is null
       and v.expires_at > now()
       and v.tenant_id <> all (kept)
     order by v.id
       for update
  loop
    update platform.tenant_visits v set ended_at = now() where v.id = v_visit.id;
    perform platform_private.announce_session(v_visit.tenant_id, v_visit.id);
    perform audit.record('visit.end', v_visit.tenant_id, 'tenants:' || v_visit.tenant_id,
                         detail => jsonb_build_object('visitId', v_visit.id, 'because', because));
  end loop;
end
$$;
comment on function platform_private.end_visits(text, uuid, text[], text) is 'Ends open visits of an operator, or in a tenant.';
revoke all on function platform_private.end_visits(text, uuid, text[], text) from public;
