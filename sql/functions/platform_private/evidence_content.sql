-- The evidence of a period, of one tenant: attestations, how often what was done by which kind of actor, changes of rights, migrations,
-- visits of operators, keys, lock-downs and incidents as the tenant may see them, keeping of the trail, its chain, and compliance as of now.
-- No value of a row, no address, no name of another tenant; people by their ids. Lists end after 1,000 entries and
-- say how many there are. What transactions wrote that had not ended is not in it, however long ago they began: how many there were is said. Called by platform.evidence and, for what is to be signed, by evidence_to_sign.
create or replace function platform_private.evidence_content(
  tenant_id text,
  since timestamptz,
  until timestamptz
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_id constant text := evidence_content.tenant_id;
  v_most constant integer := 1000;
  -- Looked at before the snapshot that the events are read by, which is why this function is volatile: an event says when it happened, and is there when its
  -- transaction has ended. Who writes only after this moment writes of a time after the period. A snapshot's own list lacks those that began last.
  v_open constant bigint := (
    select count(distinct l.virtualtransaction) from pg_locks l
     where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted and l.pid is distinct from pg_backend_pid());
  v_tenant platform.tenants;
  v_answer jsonb;
begin
  select * into v_tenant from platform.tenants t where t.id = v_id;
  with happened as materialized (
    select b.at, b.action, b.outcome, b.actor, b.subject, b.before, b.after,
           array(select jsonb_object_keys(coalesce(b.before, '{}') || coalesce(b.after, '{}')) order by 1) as changed
      from audit.buffer b where b.tenant_id = v_id and b.at >= since and b.at < until
    union all
    select e.at, e.action, e.outcome, e.actor, e.subject, e.before, e.after, coalesce(string_to_array(e.changed, ','), '{}')
      from audit.events e where e.chain = v_id and e.at >= since and e.at < until
  ), acted as materialized (
    select h.*, split_part(h.actor, ':', 1) as kind, case when h.actor ^@ 'login:' then 'login' else h.actor end as who from happened h
  ), rights as (
    select a.at, a.action, a.outcome, a.who as actor, case when a.subject ^@ 'email:' then 'email' else a.subject end as subject,
           array(select c from unnest(a.changed) c where c in ('role', 'status', 'permission', 'name')) as changed,
           coalesce(a.before ->> 'role', a.before ->> 'status') as before, coalesce(a.after ->> 'role', a.after ->> 'status') as after,
           row_number() over (order by a.at desc) as place
      from acted a
     where split_part(a.action, '.', 1) in ('roles', 'role_permissions')
        or (split_part(a.action, '.', 1) = 'users' and (a.action <> 'users.update' or a.changed && array['role', 'status']))
        or a.action in ('service_accounts.grant', 'issuers.register', 'issuers.remove')
  ), keys as (
    select a.at, a.action, a.outcome, a.who as actor, row_number() over (order by a.at desc) as place from acted a where a.action ^@ 'keys.'
  ), attested as (
    select a.at, a.passed, a.run_id, encode(sha256(convert_to(a.statement, 'UTF8')), 'hex') as digest, row_number() over (order by a.at desc) as place
      from platform.attestations a where a.tenant_id = v_id and a.at >= since and a.at < until
  ), visits as (
    select v.*, row_number() over (order by v.started_at desc) as place
      from platform.tenant_visits v where v.tenant_id = v_id and v.started_at >= since and v.started_at < until
  )
  select jsonb_build_object(
    'v', 1,
    'tenant', v_id,
    'installation', (select i.id from platform.installation i),
    'from', since,
    'to', until,
    'at', now(),
    'openTransactions', v_open,
    'listsEndAfter', v_most,
    'isolation', jsonb_build_object(
      'attestations', (select count(*) from attested),
      'failed', (select count(*) from attested x where not x.passed),
      'daysProven', (select count(distinct date_trunc('day', x.at, 'UTC')) from attested x where x.passed),
      'list', (select coalesce(jsonb_agg(jsonb_build_object('at', x.at, 'run', x.run_id, 'passed', x.passed, 'sha256', x.digest) order by x.at desc), '[]')
                 from attested x where x.place <= v_most),
      'latest', (select a.statement from platform.attestations a where a.tenant_id = v_id and a.at < until order by a.at desc limit 1)),
    'access', jsonb_build_object(
      'events', (select count(*) from happened),
      'byAction', (select coalesce(jsonb_agg(jsonb_build_array(g.action, g.kind, g.outcome, g.count) order by g.action, g.kind, g.outcome), '[]')
                     from (select x.action, x.kind, x.outcome, count(*) as count from acted x group by 1, 2, 3 order by 4 desc limit v_most) g),
      'byDay', (select coalesce(jsonb_agg(jsonb_build_array(g.day, g.kind, g.outcome, g.count) order by g.day, g.kind, g.outcome), '[]')
                  from (select to_char(x.at at time zone 'utc', 'YYYY-MM-DD') as day, x.kind, x.outcome, count(*) as count
                          from acted x group by 1, 2, 3) g)),
    'permissionChanges', jsonb_build_object(
      'count', (select count(*) from rights),
      'list', (select coalesce(jsonb_agg(to_jsonb(x) - 'place' order by x.place), '[]') from rights x where x.place <= v_most)),
    'schema', jsonb_build_object(
      'version', v_tenant.schema_version,
      'migrations', (select coalesce(jsonb_agg(jsonb_build_object('version', m.version, 'name', m.name, 'checksum', m.checksum, 'registeredAt', m.registered_at)
                                               order by m.version), '[]')
                       from platform.tenant_migrations m where m.registered_at >= since and m.registered_at < until),
      'transitions', (select coalesce(jsonb_agg(jsonb_build_object('at', x.created_at, 'from', x.from_status, 'to', x.to_status) order by x.id), '[]')
                        from (select * from platform.tenant_transitions x
                               where x.tenant_id = v_id and x.created_at >= since and x.created_at < until order by x.id desc limit v_most) x)),
    'operatorVisits', jsonb_build_object(
      'count', (select count(*) from visits),
      'list', (select coalesce(jsonb_agg(jsonb_build_object('startedAt', x.started_at, 'endedAt', least(x.ended_at, x.expires_at), 'operator', x.operator_id,
                                                            'role', x.role, 'access', x.access, 'reason', x.reason) order by x.place), '[]')
                 from visits x where x.place <= v_most)),
    'keys', jsonb_build_object(
      'now', (select coalesce(jsonb_agg(jsonb_build_object('kid', k.kid, 'alg', k.alg, 'state', k.state, 'createdAt', k.created_at, 'since', k.state_since)
                                        order by k.created_at), '[]')
                from platform_private.signing_keys k where k.tenant_id = v_id),
      'count', (select count(*) from keys),
      'list', (select coalesce(jsonb_agg(to_jsonb(x) - 'place' order by x.place), '[]') from keys x where x.place <= v_most)),
    -- Reasons and summaries, those of a legal hold too, are for operators: they may name other tenants. What a tenant is told is the notice.
    'lockDowns', (
      select coalesce(jsonb_agg(jsonb_build_object('scope', d.scope, 'lockedAt', d.locked_at, 'liftedAt', d.lifted_at) order by d.id), '[]')
        from (select * from platform.lock_downs d
               where d.locked_at < until and coalesce(d.lifted_at >= since, true)
                 and (d.scope = 'all' or d.lane = v_tenant.lane or v_id = any (d.tenant_ids))
               order by d.id desc limit v_most) d),
    'incidents', (
      select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'severity', n.severity, 'status', n.status, 'notice', n.notice, 'reportedAt', n.reported_at,
                                                   'closedAt', n.closed_at) order by n.reported_at), '[]')
        from (select * from platform.incidents n
               where v_id = any (n.tenant_ids) and n.reported_at < until and coalesce(n.closed_at >= since, true)
               order by n.reported_at desc limit v_most) n),
    'retention', jsonb_build_object(
      'class', coalesce((select r.class from audit.retention r where r.tenant_id = v_id), '1y'),
      'heldSince', (select r.held_at from audit.retention r where r.tenant_id = v_id)),
    'chain', platform_private.chain_state(v_id),
    'compliance', (select jsonb_agg(jsonb_build_object('framework', s.framework, 'point', s.point, 'title', s.title, 'status', s.status, 'facts', s.facts) order by s.place)
                     from platform_private.judge_compliance(v_id) s))
    into v_answer;
  return v_answer;
end
$$;
comment on function platform_private.evidence_content(text, timestamptz, timestamptz) is 'The evidence of a period, of one tenant.';
revoke all on function platform_private.evidence_content(text, timestamptz, timestamptz) from public;
