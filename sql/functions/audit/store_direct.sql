-- Takes what was read from a server log: events of sessions outside the server, and up to where. Nothing of it is stored when somebody else has
-- read on meanwhile, so each record becomes an event once. `events` is an array of objects with at, action, login, names, lane, platform and detail.
-- Each tenant whose role or schema is in `names` gets the event, of a statement that could have read any tenant's rows each one on `lane`, and the
-- platform with `platform` or where there is no tenant; what PostgreSQL refused for want of a right is `refused`, what failed otherwise `failed`. A tenant's copy names no other: such names are taken out, and those in quotes, which
-- may be anything, where the tenant is told for its lane's sake alone. A log that is read for the first time may hold what the migrator did with our
-- logins before there was an installation: no access to anything. Called by the worker.
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
    set file = excluded.file, bytes = excluded.bytes, sessions = excluded.sessions, read_at = now(),
        moved_at = case when p.file = excluded.file and p.bytes = excluded.bytes then p.moved_at else now() end
    where p.file = known_file and p.bytes = known_bytes;
  if not found then
    return null;
  end if;
  insert into audit.buffer (at, source, action, outcome, tenant_id, actor, detail)
  select coalesce(e.at, now()), 'server', e.action,
         case when e.detail ->> 'error' ~ '^(42501|28)' then 'refused' when e.detail ? 'error' then 'failed' else 'ok' end,
         r.tenant_id, case when e.login = '' then 'worker' else 'login:' || e.login end,
         case when r.tenant_id is null then e.detail
              else e.detail || jsonb_strip_nulls(jsonb_build_object('application', regexp_replace(e.detail ->> 'application', f.others, '?', 'gi'),
                                                                    'statement', regexp_replace(s.statement, f.others, '?', 'gi'))) end
    from platform.installation i
   cross join jsonb_to_recordset(events) as e (at timestamptz, action text, login text, names text[], lane integer, platform boolean, detail jsonb)
   left join lateral (
     select t.id as tenant_id, bool_or(t.named) as named
       from (select t.id, true as named
               from unnest(e.names) as n (name)
               join platform.tenants t
                 on t.id = case when n.name ^@ (i.prefix || i.ns || 'tenant_') then substr(n.name, length(i.prefix || i.ns) + 8) end
                 or t.id = case when n.name ^@ 'tenant_' then substr(n.name, 8) end
             union all
             select t.id, false from platform.tenants t where t.lane = e.lane and t.status not in ('purged', 'cancelled')) t
      group by t.id
     union all
     select null, true where e.platform
   ) r on true
   -- Names of tenants but this one's.
   cross join lateral (select '\m(?!(?:' || i.prefix || i.ns || ')?tenant_' || r.tenant_id || '\M)[a-z0-9_]*tenant_[a-z0-9_]+' as others) f
   cross join lateral (select case when r.named is distinct from false then e.detail ->> 'statement' else regexp_replace(e.detail ->> 'statement', '"[^"]*"?', '?', 'g') end as statement) s
   where e.action in ('access.direct', 'access.unlogged', 'access.unreadable')
     and not coalesce(known_file is null and e.at < i.created_at, false);
  get diagnostics v_stored = row_count;
  return v_stored;
end
$$;
comment on function audit.store_direct(text, text, bigint, text, bigint, jsonb, jsonb) is 'Stores what was read from a server log.';
revoke all on function audit.store_direct(text, text, bigint, text, bigint, jsonb, jsonb) from public;
grant execute on function audit.store_direct(text, text, bigint, text, bigint, jsonb, jsonb) to :ROLE_WORKER;
