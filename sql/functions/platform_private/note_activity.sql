-- Notes on the tenants' rows when one of their people or services asked for something last, by the calls in the trail since: at most a minute and
-- a seal behind. Looks only at chains that moved, and passes by rows that somebody holds. Returns how many tenants it changed. Called by the worker.
create or replace function platform_private.note_activity()
returns integer
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  with moved as (
    select t.id, h.chain, t.last_activity_at
      from audit.heads h
      join platform.tenants t on t.id = h.chain
     where h.sealed_at > coalesce(t.last_activity_at, '-infinity')
       for no key update of t skip locked
  ), noted as (
    update platform.tenants t
       set last_activity_at = newest.at
      from moved m
     cross join lateral (
       select e.at
         from audit.events e
        where e.chain = m.chain
          and e.at > coalesce(m.last_activity_at, now() - interval '1 day')
          and e.source = 'server' and e.outcome <> 'refused' and (e.actor ^@ 'user:' or e.actor ^@ 'service:')
        order by e.at desc
        limit 1
     ) newest
     where t.id = m.id
    returning t.id
  )
  select count(*)::integer from noted
$$;
comment on function platform_private.note_activity() is 'Notes when the people of each tenant asked for something last.';
revoke all on function platform_private.note_activity() from public;
grant execute on function platform_private.note_activity() to :ROLE_WORKER;
