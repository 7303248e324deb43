-- Closes an incident with what came of it. `notice` is what the tenants concerned are told of that, in their own trails.
-- May be called by members of tenantry_security and tenantry_admin. Raises TN002, TN003, TN004 for one that is closed.
create or replace function platform.close_incident(
  id uuid,
  resolution text,
  notice text default null
)
returns platform.incidents
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_listed constant text[] := platform_private.listed_tenants();
  v_incident platform.incidents;
begin
  if btrim(coalesce(resolution, '')) = '' or length(resolution) > 10000 then
    raise exception 'say what came of it' using errcode = 'TN002', column = 'resolution', hint = 'Up to 10,000 characters.';
  end if;
  if length(notice) > 2000 then
    raise exception 'the notice is too long' using errcode = 'TN002', column = 'notice', hint = 'Up to 2,000 characters.';
  end if;
  select * into v_incident from platform.incidents i
   where i.id = close_incident.id and (v_listed is null or (i.tenant_ids <> '{}' and i.tenant_ids <@ v_listed))
     for update;
  if not found then
    raise exception 'there is no incident %', id using errcode = 'TN003', hint = 'List them: select * from audit.incident.';
  end if;
  if v_incident.status = 'closed' then
    raise exception 'incident % is closed', id using errcode = 'TN004', detail = 'Allowed from: open.', hint = 'Report a new one.';
  end if;
  update platform.incidents i
     set status = 'closed', resolution = btrim(close_incident.resolution), closed_by = audit.actor(), closed_at = now()
   where i.id = close_incident.id
  returning * into v_incident;
  perform audit.record('incident.close', null, 'incidents:' || v_incident.id, 'ok', null, null,
                       jsonb_build_object('severity', v_incident.severity, 'tenants', v_incident.tenant_ids));
  perform audit.record('incident.close', named.id, 'incidents:' || v_incident.id, 'ok', null, null,
                       jsonb_strip_nulls(jsonb_build_object('severity', v_incident.severity, 'notice', nullif(btrim(close_incident.notice), ''))))
    from unnest(v_incident.tenant_ids) as named (id);
  return v_incident;
end
$$;
comment on function platform.close_incident(uuid, text, text) is 'Closes an incident with its resolution.';
revoke all on function platform.close_incident(uuid, text, text) from public;
grant execute on function platform.close_incident(uuid, text, text) to :ROLE_SECURITY, :ROLE_ADMIN;
