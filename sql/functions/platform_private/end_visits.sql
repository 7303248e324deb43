-- Ends an operator's open visits in all tenants but `kept`, and tells the servers: what was entered by a right ends with the right.
-- Called by functions only.
create or replace function platform_private.end_visits(
  operator_id uuid,
  kept text[]
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
    update platform.tenant_visits v
       set ended_at = now()
     where v.operator_id = end_visits.operator_id
       and v.ended_at is null
       and v.expires_at > now()
       and v.tenant_id <> all (kept)
    returning *
  loop
    perform platform_private.announce_session(v_visit.tenant_id, v_visit.id);
    perform audit.record('visit.end', v_visit.tenant_id, 'tenants:' || v_visit.tenant_id, detail => jsonb_build_object('visitId', v_visit.id));
  end loop;
end
$$;
comment on function platform_private.end_visits(uuid, text[]) is 'Ends an operator''s open visits in all tenants but some.';
revoke all on function platform_private.end_visits(uuid, text[]) from public;
