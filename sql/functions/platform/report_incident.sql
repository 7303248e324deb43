-- Writes down that something was seen which should not be: how bad, what, and whom it concerns. `notice` is what the tenants concerned
-- are told: it goes into their own trails; the summary, which may name others, stays with operators. `events` are events of
-- the audit trail, as chain and number: aurora/17, or /17 of the platform. May be called by every operator. Raises TN002, TN003 for a tenant that is not there.
create or replace function platform.report_incident(
  severity text,
  summary text,
  tenant_ids text[] default '{}',
  notice text default null,
  about_request text default null,
  events text[] default '{}'
)
returns platform.incidents
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_unknown text;
  v_incident platform.incidents;
begin
  if severity is null or severity not in ('low', 'medium', 'high', 'critical') then
    raise exception 'there is no such severity' using errcode = 'TN002', column = 'severity', hint = 'low, medium, high or critical.';
  end if;
  if btrim(coalesce(summary, '')) = '' or length(summary) > 10000 then
    raise exception 'say what was seen' using errcode = 'TN002', column = 'summary', hint = 'Up to 10,000 characters.';
  end if;
  if length(notice) > 2000 then
    raise exception 'the notice is too long' using errcode = 'TN002', column = 'notice', hint = 'Up to 2,000 characters.';
  end if;
  if length(about_request) > 128 then
    raise exception 'that is not the id of a request' using errcode = 'TN002', column = 'about_request', hint = 'It stands in every refusal as requestId.';
  end if;
  if cardinality(tenant_ids) > 10000 or cardinality(events) > 1000 then
    raise exception 'too many tenants or events' using errcode = 'TN002', column = 'events', hint = 'Up to 10,000 tenants and 1,000 events.';
  end if;
  if exists (select from unnest(events) as event (name) where event.name is null or event.name !~ '^[a-z0-9_]{0,48}/[1-9][0-9]{0,17}$') then
    raise exception 'an event is named by its chain and its number' using errcode = 'TN002', column = 'events', hint = 'aurora/17, or /17 of the platform.';
  end if;
  select named.id into v_unknown
    from unnest(tenant_ids) as named (id)
   where not exists (select from platform.tenants t where t.id = named.id and platform_private.reaches_tenant(t.id));
  if found then
    raise exception 'there is no tenant "%"', v_unknown
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  insert into platform.incidents (severity, summary, tenant_ids, notice, reported_by, about_request, events)
  values (report_incident.severity, btrim(report_incident.summary),
          array(select distinct named.id from unnest(report_incident.tenant_ids) as named (id) order by 1),
          nullif(btrim(report_incident.notice), ''), audit.actor(), nullif(btrim(report_incident.about_request), ''),
          coalesce(report_incident.events, '{}'))
  returning * into v_incident;
  perform audit.record('incident.report', null, 'incidents:' || v_incident.id, 'ok', null, null,
                       jsonb_build_object('severity', v_incident.severity, 'tenants', v_incident.tenant_ids));
  perform audit.record('incident.report', named.id, 'incidents:' || v_incident.id, 'ok', null, null,
                       jsonb_strip_nulls(jsonb_build_object('severity', v_incident.severity, 'notice', v_incident.notice)))
    from unnest(v_incident.tenant_ids) as named (id);
  return v_incident;
end
$$;
comment on function platform.report_incident(text, text, text[], text, text, text[]) is 'Reports an incident.';
revoke all on function platform.report_incident(text, text, text[], text, text, text[]) from public;
grant execute on function platform.report_incident(text, text, text[], text, text, text[])
  to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
