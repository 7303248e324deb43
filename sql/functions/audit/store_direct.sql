-- Takes what was read from a server log: events of sessions outside the server, and up to where. Nothing of it is stored when somebody else has
-- read on meanwhile, so each record becomes an event once. `events` is an array of objects with at, action, login, names and detail: `names` are the roles
-- and schemas that a statement names or acts under, and each tenant among them gets the event; without any it is the platform's. Called by the worker.
-- Returns how many events were stored, null when the position was another.
create or replace function audit.store_direct(
  source text,
  known_file text,
  known_bytes bigint,
  file text,
  bytes bigint,
  sessions jsonb,
  events jsonb
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_stored integer;
begin
  insert into audit.log_positions as p (source, file, bytes, sessions)
  values (store_direct.source, store_direct.file, store_direct.bytes, store_direct.sessions)
  on conflict on constraint log_positions_pkey do update
    set file = excluded.file, bytes = excluded.bytes, sessions = excluded.sessions, read_at = now()
    where p.file = known_file and p.bytes = known_bytes;
  if not found then
    return null;
  end if;
  insert into audit.buffer (at, source, action, tenant_id, actor, detail)
  select e.at, 'server', e.action, t.tenant_id, 'login:' || e.login, e.detail
    from jsonb_to_recordset(events) as e (at timestamptz, action text, login text, names text[], detail jsonb)
   cross join lateral (
     select coalesce(array_agg(distinct t.id), array[null]) as ids
       from platform.installation i
      cross join unnest(e.names) as n (name)
       join platform.tenants t
         on t.id = case when n.name ^@ (i.prefix || i.ns || 'tenant_') then substr(n.name, length(i.prefix || i.ns) + 8) end
         or t.id = case when n.name ^@ 'tenant_' then substr(n.name, 8) end
   ) found
   cross join lateral unnest(found.ids) as t (tenant_id)
   where e.action in ('access.direct', 'access.unlogged');
  get diagnostics v_stored = row_count;
  return v_stored;
end
$$;
comment on function audit.store_direct(text, text, bigint, text, bigint, jsonb, jsonb) is 'Stores what was read from a server log.';
revoke all on function audit.store_direct(text, text, bigint, text, bigint, jsonb, jsonb) from public;
grant execute on function audit.store_direct(text, text, bigint, text, bigint, jsonb, jsonb) to :ROLE_WORKER;
