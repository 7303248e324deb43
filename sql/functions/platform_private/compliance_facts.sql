-- What compliance is judged by: facts of a tenant and of what it shares with all, each read off the database at this moment. `met` is null where a
-- fact can't be known yet; `value` is what was found. Limits are those that the jobs keep with room to spare: proofs and verdicts come
-- within a day, checkpoints every minute, keys turn every 90 days. Called by judge_compliance.
create or replace function platform_private.compliance_facts(
  tenant_id text
)
returns table (
  fact text,
  met boolean,
  value jsonb
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with t as (
    select t.*, platform_private.tenant_schema(t.id) as schema_name from platform.tenants t where t.id = compliance_facts.tenant_id
  ), newest as (
    select r.* from platform.isolation_runs r, t where r.tenant_id = t.id and r.status <> 'running' order by r.started_at desc limit 1
  ), attested as (
    select a.* from platform.attestations a, t where a.tenant_id = t.id order by a.at desc limit 1
  ), head as (
    select h.* from audit.heads h, t where h.chain = t.id
  ), chain as (
    select platform_private.chain_state(t.id) as state from t
  ), checkpoint as (
    select c.* from audit.checkpoints c order by c.number desc limit 1
  ), key as (
    select k.* from platform_private.signing_keys k, t where k.tenant_id = t.id and k.state = 'current' limit 1
  ), tables as (
    select c.relname,
           exists (
             select from pg_trigger g join pg_proc p on p.oid = g.tgfoid join pg_namespace n on n.oid = p.pronamespace
              where g.tgrelid = c.oid and g.tgenabled <> 'D' and not g.tgisinternal
                and n.nspname in ('audit', 'platform_private') and p.proname ^@ 'record_') as audited
      from t
      join pg_class c on c.relnamespace = to_regnamespace(quote_ident(t.schema_name)) and c.relkind in ('r', 'p')
     -- What the tenant's people may change; the rest is written by functions of the owner, which record by themselves.
     where has_any_column_privilege(platform_private.tenant_role(t.id), c.oid, 'insert, update') or has_table_privilege(platform_private.tenant_role(t.id), c.oid, 'delete')
  )
  select 'proof_passed', (select n.status = 'passed' from newest n),
         (select jsonb_build_object('status', n.status, 'at', n.finished_at) from newest n)
  union all
  select 'proof_fresh', (select n.finished_at > now() - interval '25 hours' from newest n),
         (select jsonb_build_object('at', n.finished_at, 'ageHours', round(extract(epoch from now() - n.finished_at) / 3600, 1), 'limitHours', 25) from newest n)
  union all
  select 'posture_clean', (select n.posture_failures = 0 from newest n),
         (select jsonb_build_object('checks', n.posture_checks, 'failures', n.posture_failures) from newest n)
  union all
  select 'attested', (select exists (select from attested a where a.run_id = n.id) from newest n),
         (select jsonb_build_object('at', a.at) from attested a)
  union all
  select 'schema_as_expected', (select n.fingerprint = platform_private.expected_fingerprint(n.schema_version) from newest n),
         (select jsonb_build_object('version', n.schema_version, 'fingerprint', n.fingerprint) from newest n)
  union all
  select 'chain_holds', case c.state ->> 'state' when 'holds' then true when 'broken' then false end,
         jsonb_build_object('head', c.state -> 'head', 'verifiedUpTo', c.state -> 'verifiedUpTo', 'flaw', c.state -> 'flaw')
    from chain c
  union all
  select 'chain_verified_lately', (c.state ->> 'verifiedAt')::timestamptz > now() - interval '26 hours',
         jsonb_build_object('verifiedAt', c.state -> 'verifiedAt', 'limitHours', 26)
    from chain c
  union all
  select 'checkpointed', (select h.checkpoint_seq = h.seq or h.sealed_at > now() - interval '10 minutes' and coalesce(e.at > now() - interval '10 minutes', true)
                            from head h
                            -- A busy chain's newest event is always a new one: it's the first that no checkpoint names which must not be old.
                            left join audit.events e on e.chain = h.chain and e.seq = coalesce(h.checkpoint_seq, 0) + 1),
         (select jsonb_build_object('head', h.seq, 'checkpointed', h.checkpoint_seq) from head h)
  union all
  select 'checkpoints_outside', (select c.outside from checkpoint c), (select jsonb_build_object('checkpoint', c.number, 'at', c.at) from checkpoint c)
  union all
  select 'tables_audited', (select bool_and(x.audited) from tables x),
         (select jsonb_build_object('tables', count(*), 'without', coalesce(jsonb_agg(x.relname order by x.relname) filter (where not x.audited), '[]')) from tables x)
  union all
  select 'retention_a_year', coalesce((select r.class <> '90d' or r.held_at is not null from audit.retention r, t where r.tenant_id = t.id), true),
         jsonb_build_object('class', coalesce((select r.class from audit.retention r, t where r.tenant_id = t.id), '1y'),
                            'held', exists (select from audit.retention r, t where r.tenant_id = t.id and r.held_at is not null))
  union all
  select 'key_young', (select k.created_at > now() - interval '100 days' from key k),
         (select jsonb_build_object('kid', k.kid, 'ageDays', floor(extract(epoch from now() - k.created_at) / 86400), 'limitDays', 100) from key k)
  union all
  select 'second_factor_required', platform_private.requires_second_factor(compliance_facts.tenant_id),
         jsonb_build_object('requireSecondFactor', platform_private.requires_second_factor(compliance_facts.tenant_id))
  union all
  select 'operators_second_factor', bool_and(platform_private.has_second_factor(null, o.id)),
         jsonb_build_object('operators', count(*), 'without', count(*) filter (where not platform_private.has_second_factor(null, o.id)))
    from platform.operators o
   where o.status = 'active'
  union all
  -- Off this machine nothing reaches a server that listens on loopback only; any other has to speak TLS.
  select 'database_encrypted', current_setting('ssl') = 'on' or l.loopback, jsonb_build_object('ssl', current_setting('ssl'), 'loopbackOnly', l.loopback)
    from (select coalesce(bool_and(btrim(a) in ('', 'localhost', '127.0.0.1', '::1')), true) as loopback
            from regexp_split_to_table(current_setting('listen_addresses'), ',') as a) l
  union all
  select 'no_open_incident', count(*) = 0, jsonb_build_object('open', count(*))
    from platform.incidents n
   where n.status = 'open' and compliance_facts.tenant_id = any (n.tenant_ids)
  union all
  select 'no_critical_alert', count(*) = 0, jsonb_build_object('open', count(*))
    from platform.alerts a
   where a.acknowledged_at is null and a.severity = 'critical' and (a.tenant_id = compliance_facts.tenant_id or a.tenant_id is null)
  union all
  select 'not_locked_down', not platform_private.locked_down(t.id, t.lane), jsonb_build_object('lockedDown', platform_private.locked_down(t.id, t.lane)) from t
  union all
  select 'visits_bounded', coalesce(bool_and(v.expires_at - v.started_at <= interval '15 minutes' and btrim(v.reason) <> ''), true),
         jsonb_build_object('visits', count(*))
    from platform.tenant_visits v
   where v.tenant_id = compliance_facts.tenant_id and v.started_at > now() - interval '90 days'
  union all
  select 'worker_alive', exists (select from jobs.workers w where w.seen_at > now() - interval '10 minutes'),
         jsonb_build_object('lastSeen', (select max(w.seen_at) from jobs.workers w))
$$;
comment on function platform_private.compliance_facts(text) is 'What compliance is judged by.';
revoke all on function platform_private.compliance_facts(text) from public;
