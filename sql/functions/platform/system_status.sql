-- How the system is doing, as far as the database knows: worker, jobs, sealing, checkpoints, sweep of isolation, connections, storage, lanes. Figures
-- of the whole installation, none of a tenant. Asked every few seconds for each console that is open: what waits is counted up to 10,000, storage is
-- the sum of what the hourly measurement of the tenants found. Flawed chains are null until the trail was verified for the first time.
-- May be called by every operator.
create or replace function platform.system_status(
  out at timestamptz,
  out server_version text,
  out database_started_at timestamptz,
  out worker_alive boolean,
  out worker_seen_at timestamptz,
  out jobs_waiting integer,
  out jobs_waiting_since timestamptz,
  out jobs_failed integer,
  out unsealed_events integer,
  out unsealed_since timestamptz,
  out checkpoint bigint,
  out checkpoint_at timestamptz,
  out flawed_chains integer,
  out chains_verified_at timestamptz,
  out last_proof_at timestamptz,
  out proofs_running integer,
  out connections integer,
  out most_connections integer,
  out storage_bytes bigint,
  out measured_at timestamptz,
  out lanes integer,
  out locked_lanes integer,
  out locked_tenants integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select now(),
         current_setting('server_version'),
         pg_postmaster_start_time(),
         w.alive,
         w.seen_at,
         (select count(*)::integer from (select from jobs.outbox limit 10000) o) + coalesce(j.waiting, 0),
         least((select o.created_at from jobs.outbox o order by o.id limit 1), j.waiting_since),
         coalesce(j.failed, 0),
         (select count(*)::integer from (select from audit.buffer limit 10000) b),
         (select b.at from audit.buffer b order by b.id limit 1),
         c.number,
         c.at,
         v.flawed,
         v.finished_at,
         (select r.finished_at from platform.isolation_runs r where r.finished_at is not null order by r.finished_at desc limit 1),
         (select count(*)::integer from platform.isolation_runs r where r.status = 'running'),
         (select sum(d.numbackends)::integer from pg_stat_database d),
         current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer,
         s.bytes,
         s.measured_at,
         i.lanes,
         cardinality(l.lanes),
         cardinality(l.tenant_ids)
    from platform.installation i
   cross join platform.worker_status() w
   cross join lateral identity.locked_scope() l
   cross join lateral (select sum(t.size_bytes)::bigint as bytes, max(t.measured_at) as measured_at from platform.tenants t) s
    left join lateral (
      select k.waiting, k.waiting_since, k.failed from jobs.workers k where k.tested order by k.seen_at desc limit 1
    ) j on true
    left join lateral (select k.number, k.at from audit.checkpoints k order by k.number desc limit 1) c on true
    left join lateral (
      -- A flaw of the evidence itself is every chain's; a chain that was removed with its head has its verdict beside the verification alone.
      select w.finished_at,
             (select count(*)::integer from audit.heads h where h.flaw is not null or w.flaws <> '{}')
               + (select count(*)::integer from jsonb_object_keys(w.broken) as b (chain) where not exists (select from audit.heads h where h.chain = b.chain)) as flawed
        from (select v.* from audit.verifications v where v.finished_at is not null and v.chain is null order by v.finished_at desc limit 1) w
    ) v on true
$$;
comment on function platform.system_status() is 'How the system is doing, as far as the database knows.';
revoke all on function platform.system_status() from public;
grant execute on function platform.system_status() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
