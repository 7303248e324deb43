--! Previous: sha1:cd2d47b953627c93f85195008b5b0116594983dc
--! Hash: sha1:35c8edd6ff7f81bae4ffbaf617db82944bf3681d
--! Message: Prove what is proven

-- The migration being written: see docs/how-to/change-the-database.md.
-- The trail at less cost. A check is made ready for each statement, 4 µs each, and every audited row is one: the owner's functions write what is
-- right, and the one login that writes by itself is held by its policy.
alter table audit.buffer
  drop constraint if exists buffer_action_form,
  drop constraint if exists buffer_outcome_known,
  drop constraint if exists buffer_source_known;
drop policy if exists servers_write on audit.buffer;
create policy servers_write on audit.buffer for insert to :ROLE_AUDIT
  with check (source = 'server' and action ~ '^(request|call)(\.[a-z_]+)+$' and outcome in ('ok', 'refused', 'failed'));
--! Included functions/platform_private/secret_columns_body.sql
-- The body that audit.secret_columns has to have: the columns classed secret in any version, as constants. Called by pin_secret_columns, and by
-- posture_control_plane, which compares.
create or replace function platform_private.secret_columns_body()
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce('select case table_name ' || string_agg(format('when %L then %L::text[]', s.table_name, s.names), ' ' order by s.table_name) || ' end',
                  'select null::text[]')
    from (select c.table_name, array_agg(distinct c.column_name order by c.column_name) as names
            from platform.column_classes c
           where c.class = 'secret'
           group by c.table_name) s
$$;
comment on function platform_private.secret_columns_body() is 'The body of audit.secret_columns.';
revoke all on function platform_private.secret_columns_body() from public;
--! EndIncluded functions/platform_private/secret_columns_body.sql
--! Included functions/platform_private/pin_secret_columns.sql
-- Statement trigger of platform.column_classes: writes audit.secret_columns anew, which names a table's columns of class secret in any version.
-- The trail asks it for each changed row; as a function without a query it costs a transaction of one row 1 µs, a look at the table 28.
create or replace function platform_private.pin_secret_columns()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    'create or replace function audit.secret_columns(table_name text) returns text[] language sql immutable as %L',
    platform_private.secret_columns_body());
  comment on function audit.secret_columns(text) is 'The columns of a table whose values never enter the trail; written by platform_private.pin_secret_columns.';
  revoke all on function audit.secret_columns(text) from public;
  return null;
end
$$;
comment on function platform_private.pin_secret_columns() is 'Writes audit.secret_columns anew.';
revoke all on function platform_private.pin_secret_columns() from public;
--! EndIncluded functions/platform_private/pin_secret_columns.sql
create or replace trigger column_classes_pin_secrets after insert or update or delete on platform.column_classes
  for each statement execute function platform_private.pin_secret_columns();
update platform.column_classes set class = class where false;
--! Included functions/audit/record.sql
-- Writes one event into the audit trail, in the caller's transaction. Called by functions of the owner, whose rights and path it has;
-- nobody else may.
-- What a session says of itself counts only where the server speaks. Where it says from which address it was asked, as at sign-in, that
-- stands in the detail.
-- Where the server states a tenant other than the one that it happens in, the detail says so: `statedTenant`.
-- `subject` is what it is about, such as `user:<id>`; `before` and `after` hold changed values only, never a secret.
create or replace function audit.record(
  action text,
  tenant_id text default null,
  subject text default null,
  outcome text default 'ok',
  before jsonb default null,
  after jsonb default null,
  detail jsonb default null
)
returns void
language plpgsql
volatile
as $$
declare
  v_actor constant text := audit.actor();
begin
  if v_actor ^@ 'login:' then
    insert into audit.buffer (source, action, tenant_id, subject, outcome, before, after, detail, actor)
    values ('database', action, tenant_id, subject, outcome, before, after, detail, v_actor);
    return;
  end if;
  if current_setting('tenantry.address', true) <> '' then
    detail := jsonb_build_object('address', left(current_setting('tenantry.address', true), 64)) || coalesce(detail, '{}');
  end if;
  -- An operator inside a tenant: the visit is the identity it was let in under.
  insert into audit.buffer (source, action, tenant_id, subject, outcome, before, after, detail, actor, actor_role, session_id, request_id, on_behalf_of)
  values (
    'database', action, tenant_id, subject, outcome, before, after,
    case when current_setting('tenantry.tenant_id', true) <> '' and current_setting('tenantry.tenant_id', true) is distinct from tenant_id
         then jsonb_build_object('statedTenant', left(current_setting('tenantry.tenant_id', true), 64)) || coalesce(detail, '{}')
         else detail end,
    v_actor,
    nullif(current_setting('tenantry.role', true), ''),
    nullif(current_setting('tenantry.session_id', true), ''),
    nullif(current_setting('tenantry.request_id', true), ''),
    case when v_actor ^@ 'operator:' and current_setting('tenantry.tenant_id', true) <> ''
         then 'visit:' || nullif(current_setting('tenantry.session_id', true), '') end);
end
$$;
comment on function audit.record(text, text, text, text, jsonb, jsonb, jsonb) is 'Writes one event into the audit trail.';
revoke all on function audit.record(text, text, text, text, jsonb, jsonb, jsonb) from public;
--! EndIncluded functions/audit/record.sql
--! Included functions/audit/record_change.sql
-- Row trigger: records a change with the values it changed, in the same transaction. The tenant is the schema's, whatever the
-- claims say. Arguments: the columns that name the row; `id` without any. Of a column classed secret only stands that it changed. The
-- statements are few on purpose: each costs a transaction of one row 3 to 30 µs, of some 90 that an event takes.
create or replace function audit.record_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_old jsonb;
  v_new jsonb;
  v_subject text;
begin
  if tg_op <> 'INSERT' then
    v_old := to_jsonb(old) - 'updated_at';
  end if;
  if tg_op <> 'DELETE' then
    v_new := to_jsonb(new) - 'updated_at';
  end if;
  if v_old = v_new then
    return null;
  end if;
  if tg_nargs < 2 then
    v_subject := tg_table_name || ':' || (coalesce(v_new, v_old) ->> coalesce(tg_argv[0], 'id'));
  else
    select tg_table_name || ':' || string_agg(coalesce(v_new, v_old) ->> k.name, ',' order by k.place) into v_subject
      from unnest(tg_argv) with ordinality as k (name, place);
  end if;
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, v_new -> o.key)
      into v_old, v_new
      from jsonb_each(v_old) o
     where o.value is distinct from v_new -> o.key;
  end if;
  if coalesce(v_new, v_old) ?| audit.secret_columns(tg_table_name) then
    select v_old || jsonb_object_agg(s.name, '(secret)') filter (where v_old ? s.name),
           v_new || jsonb_object_agg(s.name, '(secret)') filter (where v_new ? s.name)
      into v_old, v_new
      from unnest(audit.secret_columns(tg_table_name)) s (name);
  end if;
  perform audit.record(
    tg_table_name || '.' || lower(tg_op),
    case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end,
    v_subject, 'ok', v_old, v_new);
  return null;
end
$$;
comment on function audit.record_change() is 'Row trigger: records what a change changed.';
revoke all on function audit.record_change() from public;
--! EndIncluded functions/audit/record_change.sql
--! Included functions/audit/event_bytes.sql
-- What of an event is hashed, in a form that anybody can write without PostgreSQL: its number, then its time in microseconds since 2000-01-01 UTC,
-- as 8 bytes each, big-endian; seventeen texts as PostgreSQL sends an array of text (five numbers of 4 bytes: 1, 1 if a text is null and else 0, 25,
-- 17, 1; then each text as its length in 4 bytes and its bytes in UTF-8, a null as the length -1); and the sealed values as they are. The texts: the
-- version of this form, the number of the key, the eleven columns of text, before, after and detail as PostgreSQL prints jsonb, the length of the
-- sealed values. So no two events have the same bytes. Whoever calls it has `client_encoding` UTF8: PostgreSQL sends texts in that.
-- One function writes the array: 1.8 µs an event on one core, where concat() of lengths and texts took 3.0. No `set`, so that it is inlined.
create or replace function audit.event_bytes(
  e audit.events
)
returns bytea
language sql
stable
begin atomic
  select int8send(e.seq) || timestamptz_send(e.at)
      || array_send(array[
           '2', e.key_id::text, e.chain, e.source, e.action, e.outcome, e.actor, e.actor_role, e.on_behalf_of, e.subject, e.session_id, e.request_id,
           e.changed, e.before::text, e.after::text, e.detail::text, octet_length(e.sealed)::text])
      || coalesce(e.sealed, '\x'::bytea);
end;
comment on function audit.event_bytes(audit.events) is 'What of an event is hashed.';
revoke all on function audit.event_bytes(audit.events) from public;
--! EndIncluded functions/audit/event_bytes.sql
--! Included functions/audit/seal.sql
-- Seals events that audit.take gave, in the same transaction: numbers them in their chains, chains their hashes, and moves them from
-- the buffer to audit.events. `key_ids` and `sealed` stand beside `ids`: the key and the encrypted values, null where there are none.
-- Returns how many it sealed. Called by the worker. Raises TN030 when an event's values were to be encrypted and aren't.
create or replace function audit.seal(
  ids bigint[],
  key_ids bigint[],
  sealed bytea[]
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
as $$
declare
  v_head audit.heads;
  v_event audit.events;
  v_row record;
  v_count integer := 0;
begin
  for v_row in
    with taken as (
      delete from audit.buffer b using unnest(ids, key_ids, sealed) as t (id, key_id, sealed)
       where b.id = t.id
      returning b as event, t.key_id, t.sealed, audit.private_part(b) as private
    )
    select t.event, t.key_id, t.sealed, t.private,
           case when r.hold_reason is not null then 'hold' else coalesce(r.class, '1y') end as retention
      from taken t
      left join audit.retention r on r.tenant_id = (t.event).tenant_id
     order by coalesce((t.event).tenant_id, ''), (t.event).id
  loop
    if (v_row.private is null) <> (v_row.sealed is null) then
      raise exception 'an event''s values are not encrypted'
        using errcode = 'TN030', detail = format('Event %s of the buffer.', (v_row.event).id), hint = 'Seal what audit.take gave, all of it.';
    end if;
    v_event.chain := coalesce((v_row.event).tenant_id, '');
    if v_head.chain is distinct from v_event.chain then
      perform audit.move_head(v_head);
      select * into v_head from audit.heads h where h.chain = v_event.chain for update;
      if not found then
        v_head.chain := v_event.chain;
        v_head.seq := 0;
        v_head.hash := decode(repeat('00', 32), 'hex');
      end if;
    end if;
    v_event.seq := v_head.seq + 1;
    v_event.at := (v_row.event).at;
    v_event.retention := v_row.retention;
    v_event.source := (v_row.event).source;
    v_event.action := (v_row.event).action;
    v_event.outcome := (v_row.event).outcome;
    v_event.actor := (v_row.event).actor;
    v_event.actor_role := (v_row.event).actor_role;
    v_event.on_behalf_of := (v_row.event).on_behalf_of;
    v_event.subject := case when v_row.private ? 'subject' then 'email' else (v_row.event).subject end;
    v_event.session_id := (v_row.event).session_id;
    v_event.request_id := (v_row.event).request_id;
    v_event.changed := (
      select string_agg(n.name, ',' order by n.name)
        from (select jsonb_object_keys((v_row.event).before) union select jsonb_object_keys((v_row.event).after)) n (name));
    v_event.before := nullif((v_row.event).before - array(select jsonb_object_keys(v_row.private -> 'before')), '{}');
    v_event.after := nullif((v_row.event).after - array(select jsonb_object_keys(v_row.private -> 'after')), '{}');
    v_event.detail := nullif((v_row.event).detail - array(select jsonb_object_keys(v_row.private -> 'detail')), '{}');
    v_event.key_id := v_row.key_id;
    v_event.sealed := v_row.sealed;
    v_event.hash := sha256(v_head.hash || audit.event_bytes(v_event));
    insert into audit.events select v_event.*;
    v_head.seq := v_event.seq;
    v_head.hash := v_event.hash;
    v_count := v_count + 1;
  end loop;
  perform audit.move_head(v_head);
  return v_count;
end
$$;
comment on function audit.seal(bigint[], bigint[], bytea[]) is 'Numbers, chains and moves events out of the buffer.';
revoke all on function audit.seal(bigint[], bigint[], bytea[]) from public;
grant execute on function audit.seal(bigint[], bigint[], bytea[]) to :ROLE_WORKER;
--! EndIncluded functions/audit/seal.sql
--! Included functions/audit/verify.sql
-- Recomputes the chain of one tenant, of the platform (empty id), or of all (null), from the stored bytes, and compares numbers, hashes and the
-- head. `first_bad` is the number of the first event that is wrong or missing, `flaw` says how; both null if the chain holds.
-- What it can't see is what was rewritten or cut off together with its head: for that there are checkpoints outside, and
-- `npm run audit:verify`, which doesn't trust what the database says of itself. Signatures are checked there as well.
-- May be called by operators and security officers, for tenants they reach. Raises TN003.
create or replace function audit.verify(
  tenant_id text default null
)
returns table (
  chain text,
  events bigint,
  last_seq bigint,
  first_bad bigint,
  flaw text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
as $$
declare
  v_head audit.heads;
begin
  if tenant_id <> '' and not exists (select from platform.tenants t where t.id = tenant_id and platform_private.reaches_tenant(t.id)) then
    raise exception 'there is no tenant "%"', tenant_id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants. The platform''s own chain has the empty id.';
  end if;
  for v_head in
    select * from audit.heads h
     where (verify.tenant_id is null or h.chain = verify.tenant_id)
       and ((select platform_private.listed_tenants()) is null or h.chain = any ((select platform_private.listed_tenants())::text[]))
     order by h.chain
  loop
    return query
      with items as (
        select e.seq as first_seq, e.seq as last_seq, e.hash, audit.event_bytes(e) as bytes, null::bytea as expected
          from audit.events e where e.chain = v_head.chain
        union all
        select c.first_seq, c.last_seq, c.last_hash, null, c.previous_hash
          from audit.cuts c where c.chain = v_head.chain
      ), steps as (
        select i.*, coalesce(lag(i.last_seq) over w, 0) as before_seq, coalesce(lag(i.hash) over w, decode(repeat('00', 32), 'hex')) as before_hash
          from items i
        window w as (order by i.first_seq, i.last_seq)
      ), found as (
        select count(*) filter (where s.bytes is not null) as events,
               max(s.last_seq) as last_seq,
               min(case when s.first_seq > s.before_seq + 1 then s.before_seq + 1 else s.first_seq end)
                 filter (where s.first_seq <> s.before_seq + 1
                            or s.hash is distinct from case when s.bytes is null then s.hash else sha256(s.before_hash || s.bytes) end
                            or s.before_hash is distinct from coalesce(s.expected, s.before_hash)) as first_bad,
               bool_or(s.last_seq = v_head.seq and s.hash = v_head.hash) as has_head
          from steps s
      )
      select v_head.chain, f.events, f.last_seq,
             case when f.first_bad is not null then f.first_bad
                  when f.last_seq is distinct from v_head.seq then least(coalesce(f.last_seq, 0), v_head.seq) + 1
                  when not f.has_head then v_head.seq end,
             case when f.first_bad is not null then 'an event was changed, removed, added or moved'
                  when f.last_seq is distinct from v_head.seq then 'the chain does not end where its head says'
                  when not f.has_head then 'the head was changed' end
        from found f;
  end loop;
end
$$;
comment on function audit.verify(text) is 'Recomputes chains of sealed events and says which event is the first that is wrong.';
revoke all on function audit.verify(text) from public;
grant execute on function audit.verify(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/audit/verify.sql

-- What the console shows: counts, health, search, checks of what is typed, rights.
alter table platform.tenants add column measured_at timestamptz;
comment on column platform.tenants.measured_at is 'When its size was measured.';
-- Sizes are measured each hour and activity is noted each minute: neither changes what servers hold of a tenant.
drop trigger tenants_announce on platform.tenants;
create trigger tenants_announce after update on platform.tenants
  for each row when (
    to_jsonb(old) - array['settings', 'version', 'updated_at', 'size_bytes', 'measured_at', 'last_activity_at']
      is distinct from to_jsonb(new) - array['settings', 'version', 'updated_at', 'size_bytes', 'measured_at', 'last_activity_at']
    or old.settings -> 'security' is distinct from new.settings -> 'security')
  execute function platform_private.announce_tenant();
-- The three tables have a row a tenant, or a few.
-- squawk-ignore require-concurrent-index-creation
create index tenants_name_idx on platform.tenants (name, id);
-- squawk-ignore require-concurrent-index-creation
create index provisioning_runs_finished_at_idx on platform.provisioning_runs (finished_at desc) where status = 'succeeded';
-- squawk-ignore require-concurrent-index-creation
create index isolation_runs_finished_at_idx on platform.isolation_runs (finished_at desc);

alter table jobs.workers
  add column waiting integer,
  add column waiting_since timestamptz,
  add column failed integer;
comment on column jobs.workers.waiting is 'Jobs that are due and wait, as it saw them last.';
comment on column jobs.workers.waiting_since is 'When the first of them became due.';
comment on column jobs.workers.failed is 'Jobs that were tried as often as they may be, and failed.';
--! Included functions/jobs/heartbeat.sql
-- A worker process says that it lives, under which names it holds jobs, whether its self-test has run, and how many jobs wait: only it can
-- see the queue. Called by the worker every few seconds from the connection whose backend stands for the process. Runs with the worker's rights.
create or replace function jobs.heartbeat(
  id uuid,
  holders text[],
  tested boolean
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into jobs.workers (id, holders, tested, backend_pid, backend_start, waiting, waiting_since, failed)
  select heartbeat.id, heartbeat.holders, heartbeat.tested, a.pid, a.backend_start, j.waiting, j.waiting_since, j.failed
    from pg_stat_activity a
   cross join lateral (
     select count(*) filter (where w.attempts < w.max_attempts)::integer as waiting,
            min(w.run_at) filter (where w.attempts < w.max_attempts) as waiting_since,
            count(*) filter (where w.attempts >= w.max_attempts)::integer as failed
       from graphile_worker.jobs w
      where w.locked_at is null and w.run_at <= now()
   ) j
   where a.pid = pg_backend_pid()
  on conflict on constraint workers_pkey do update
    set holders = excluded.holders,
        tested = excluded.tested,
        backend_pid = excluded.backend_pid,
        backend_start = excluded.backend_start,
        waiting = excluded.waiting,
        waiting_since = excluded.waiting_since,
        failed = excluded.failed,
        seen_at = now();
end
$$;
comment on function jobs.heartbeat(uuid, text[], boolean) is 'Announces a worker process.';
revoke all on function jobs.heartbeat(uuid, text[], boolean) from public;
grant execute on function jobs.heartbeat(uuid, text[], boolean) to :ROLE_WORKER;
--! EndIncluded functions/jobs/heartbeat.sql
--! Included functions/platform_private/store_size.sql
-- Measures a tenant and keeps the result on its row. Nobody is told: what a server holds of a tenant does not depend on it. Called by the worker.
create or replace function platform_private.store_size(
  tenant_id text
)
returns bigint
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  update platform.tenants t
     set size_bytes = platform_private.measure_tenant(t.id), measured_at = now()
   where t.id = store_size.tenant_id and t.schema_version is not null
  returning t.size_bytes
$$;
comment on function platform_private.store_size(text) is 'Measures a tenant and keeps the result on its row.';
revoke all on function platform_private.store_size(text) from public;
grant execute on function platform_private.store_size(text) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/store_size.sql
--! Included functions/platform_private/note_activity.sql
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
--! EndIncluded functions/platform_private/note_activity.sql
--! Included functions/platform/tenant_counts.sql
-- How many tenants there are in each status, of those that the asking operator reaches; `total` leaves out those that are gone: purged and
-- cancelled. Reads the index on status alone: 10,000 tenants take 3 ms. May be called by every operator.
create or replace function platform.tenant_counts(
  out total integer,
  out provisioning integer,
  out ready integer,
  out active integer,
  out suspended integer,
  out archived integer,
  out deleted integer,
  out failed integer,
  out cancelled integer,
  out purged integer
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select (count(*) filter (where t.status not in ('purged', 'cancelled')))::integer,
         (count(*) filter (where t.status = 'provisioning'))::integer,
         (count(*) filter (where t.status = 'ready'))::integer,
         (count(*) filter (where t.status = 'active'))::integer,
         (count(*) filter (where t.status = 'suspended'))::integer,
         (count(*) filter (where t.status = 'archived'))::integer,
         (count(*) filter (where t.status = 'deleted'))::integer,
         (count(*) filter (where t.status = 'failed'))::integer,
         (count(*) filter (where t.status = 'cancelled'))::integer,
         (count(*) filter (where t.status = 'purged'))::integer
    from platform.tenants t
$$;
comment on function platform.tenant_counts() is 'How many tenants there are in each status.';
revoke all on function platform.tenant_counts() from public;
grant execute on function platform.tenant_counts() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/tenant_counts.sql
--! Included functions/platform/provisioning_estimate.sql
-- How long a provisioning takes, from the order until the tenant is open: the median and the slowest twentieth of the newest hundred that succeeded,
-- in milliseconds, and how many those were; empty figures where there was none. What waits before a new one, and the lane that a tenant of tier
-- standard would get, are what may still change that; no lane where none is free. May be called by every operator.
create or replace function platform.provisioning_estimate(
  out median_ms double precision,
  out p95_ms double precision,
  out runs integer,
  out waiting integer,
  out lane integer,
  out lane_tenants integer,
  out free_lanes integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.median_ms, t.p95_ms, t.runs,
         (select count(*)::integer from platform.provisioning_runs r where r.status in ('queued', 'running')),
         l.lane, l.tenants, coalesce(l.free, 0)
    from (
      select round(percentile_cont(0.5) within group (order by newest.ms)::numeric, 1)::double precision as median_ms,
             round(percentile_cont(0.95) within group (order by newest.ms)::numeric, 1)::double precision as p95_ms,
             count(*)::integer as runs
        from (
          select extract(epoch from r.finished_at - r.created_at) * 1000 as ms
            from platform.provisioning_runs r
           where r.status = 'succeeded'
           order by r.finished_at desc
           limit 100
        ) newest
    ) t
    left join lateral (
      select open.lane, open.tenants, (count(*) filter (where open.tenants = 0) over ())::integer as free
        from (
          select lane.lane, count(t.id)::integer as tenants
            from platform.installation i
           cross join lateral generate_series(0, i.lanes - 1) as lane (lane)
            left join platform.tenants t on t.lane = lane.lane and t.status not in ('purged', 'cancelled', 'failed')
           group by lane.lane
          having bool_or(t.tier = 'dedicated') is not true
        ) open
       order by open.tenants, open.lane
       limit 1
    ) l on true
$$;
comment on function platform.provisioning_estimate() is 'How long a provisioning takes, by the newest hundred.';
revoke all on function platform.provisioning_estimate() from public;
grant execute on function platform.provisioning_estimate() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/provisioning_estimate.sql
--! Included functions/platform/search_tenants.sql
-- Tenants whose id or name holds a text, the best match first: the id itself, ids that begin so, names that begin so, words of a name that begin
-- so, then anywhere in either. Case does not count. At most `size`, of those that the asking operator reaches; an empty text gives
-- none. For a selector that asks with every key: looking at each of 10,000 rows takes 3 ms, so there is no index for it, which would need an
-- extension. May be called by every operator. Raises TN002 for a size that is none.
create or replace function platform.search_tenants(
  term text,
  size integer default 20
)
returns setof platform.tenants
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_term constant text := lower(btrim(term));
begin
  if search_tenants.size is null or search_tenants.size not between 1 and 100 then
    raise exception 'a search gives 1 to 100 tenants'
      using errcode = 'TN002', column = 'size', detail = format('Asked for: %s.', search_tenants.size), hint = 'Type more of the name to find a tenant beyond them.';
  end if;
  if v_term is null or v_term = '' then
    return;
  end if;
  return query
    select t.*
      from platform.tenants t
     cross join lateral (select lower(t.name) as name) folded
     where strpos(t.id, v_term) > 0 or strpos(folded.name, v_term) > 0
     order by case when t.id = v_term then 0
                   when t.id ^@ v_term then 1
                   when folded.name ^@ v_term then 2
                   when strpos(folded.name, ' ' || v_term) > 0 then 3
                   else 4
              end,
              t.status in ('purged', 'cancelled'), folded.name, t.id
     limit search_tenants.size;
end
$$;
comment on function platform.search_tenants(text, integer) is 'Tenants whose id or name holds a text, the best match first.';
revoke all on function platform.search_tenants(text, integer) from public;
grant execute on function platform.search_tenants(text, integer) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/search_tenants.sql
--! Included functions/platform_private/check_new_tenant.sql
-- Words for what is wrong with a new tenant, field by field, before a constraint says it in its own. Raises TN002 with the
-- field as `column`, TN001 for an id that is taken, now or ever, TN009 for an operator limited to tenants. Called by create_tenant.
create or replace function platform_private.check_new_tenant(
  id text,
  name text,
  domain text,
  admin_email text
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.require_unlimited();
  if id is null or id !~ '^[a-z][a-z0-9_]{1,47}$' then
    raise exception 'a tenant''s id is 2 to 48 characters: lower-case letters, digits and underscores, a letter first'
      using errcode = 'TN002', column = 'id', hint = 'For example: aurora, or north_sea_2.';
  end if;
  perform platform_private.tenant_role(id);
  if name is null or length(btrim(name)) not between 1 and 120 then
    raise exception 'a tenant''s name is 1 to 120 characters'
      using errcode = 'TN002', column = 'name', hint = 'Give the name its people know it by.';
  end if;
  if name ~ '[[:cntrl:]]' then
    raise exception 'a tenant''s name has no control characters'
      using errcode = 'TN002', column = 'name', hint = 'Type it on one line.';
  end if;
  if length(domain) > 253 or domain !~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$' then
    raise exception 'this is no domain'
      using errcode = 'TN002', column = 'domain', hint = 'For example: aurora.example.';
  end if;
  if admin_email is not null and (length(admin_email) > 320 or admin_email !~ '^[^@\s]+@[^@\s]+$') then
    raise exception 'this is no e-mail address'
      using errcode = 'TN002', column = 'admin.email', hint = 'For example: anna@brand.example.';
  end if;
  if exists (select from platform.tenants t where t.id = check_new_tenant.id) then
    raise exception 'there is a tenant "%" already, or there was one', id
      using errcode = 'TN001', column = 'id', detail = 'An id is never used twice.', hint = 'Choose another id.';
  end if;
  if exists (select from platform.tenants t
              where platform_private.fold_name(t.name) = platform_private.fold_name(check_new_tenant.name)
                and t.status not in ('purged', 'cancelled')) then
    raise exception 'another tenant bears this name'
      using errcode = 'TN001', column = 'name', detail = 'Case and spaces do not count.', hint = 'Choose another name.';
  end if;
  if exists (select from platform.tenants t
              where t.domain = check_new_tenant.domain and t.status not in ('purged', 'cancelled')) then
    raise exception 'another tenant has this domain'
      using errcode = 'TN001', column = 'domain', hint = 'Choose another domain, or none.';
  end if;
end
$$;
comment on function platform_private.check_new_tenant(text, text, text, text) is 'Refuses a new tenant with words by field.';
revoke all on function platform_private.check_new_tenant(text, text, text, text) from public;
--! EndIncluded functions/platform_private/check_new_tenant.sql
--! Included functions/platform/check_tenant.sql
-- What is to be said of an id, a name, a domain or an administrator's address for a new tenant, before it is ordered: one row for each that is
-- given, `free`, `taken` or `invalid`, with the words that create_tenant would refuse it with; it is the same check. Another may take it meanwhile.
-- May be called by members of tenantry_operator. Raises TN009 for one who is limited to tenants and so creates none.
create or replace function platform.check_tenant(
  id text default null,
  name text default null,
  domain text default null,
  admin_email text default null
)
returns table (
  field text,
  verdict text,
  message text,
  hint text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Stands in for what is not asked about: no tenant has it, and no rule refuses it.
  v_unused constant text := 'x' || md5(random()::text);
  v_given record;
  v_message text;
  v_hint text;
  v_state text;
begin
  perform platform_private.require_unlimited();
  for v_given in
    select g.* from (values ('id', check_tenant.id), ('name', check_tenant.name), ('domain', nullif(check_tenant.domain, '')),
                            ('admin.email', nullif(check_tenant.admin_email, ''))) as g (field, value)
     where g.value is not null
  loop
    field := v_given.field;
    verdict := 'free';
    message := null;
    hint := null;
    begin
      perform platform_private.check_new_tenant(
        case when v_given.field = 'id' then v_given.value else v_unused end,
        case when v_given.field = 'name' then v_given.value else v_unused end,
        case when v_given.field = 'domain' then lower(v_given.value) end,
        case when v_given.field = 'admin.email' then v_given.value end);
    exception
      when sqlstate 'TN001' or sqlstate 'TN002' then
        get stacked diagnostics message = message_text, hint = pg_exception_hint, v_state = returned_sqlstate;
        verdict := case v_state when 'TN001' then 'taken' else 'invalid' end;
    end;
    return next;
  end loop;
end
$$;
comment on function platform.check_tenant(text, text, text, text) is 'Whether an id, a name, a domain or an address is fit for a new tenant.';
revoke all on function platform.check_tenant(text, text, text, text) from public;
grant execute on function platform.check_tenant(text, text, text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/check_tenant.sql
--! Included functions/platform/suggest_tenant_id.sql
-- An id for a new tenant of a name, free at this moment: letters and digits of the name without their accents, joined by underscores, with a
-- number behind it where that is taken. May be called by members of tenantry_operator. Raises TN009 for one who is limited to tenants.
create or replace function platform.suggest_tenant_id(
  name text
)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Decomposed, an accented letter is the letter and its accent, which then goes with all that is no ASCII.
  v_stem text := btrim(regexp_replace(regexp_replace(
    replace(lower(normalize(coalesce(name, ''), nfkd)), 'ß', 'ss'), '[\u0300-\u036f''’]', '', 'g'), '[^a-z0-9]+', '_', 'g'), '_');
begin
  perform platform_private.require_unlimited();
  if v_stem !~ '^[a-z]' then
    v_stem := btrim('tenant_' || v_stem, '_');
  end if;
  v_stem := btrim(left(v_stem, 40), '_');
  if length(v_stem) < 2 then
    v_stem := 'tenant_' || v_stem;
  end if;
  return (
    select candidate.id
      from generate_series(1, 100000) as n (n)
     cross join lateral (select v_stem || case n.n when 1 then '' else '_' || n.n end as id) candidate
     where not exists (select from platform.tenants t where t.id = candidate.id)
     order by n.n
     limit 1
  );
end
$$;
comment on function platform.suggest_tenant_id(text) is 'A free id for a tenant of a name.';
revoke all on function platform.suggest_tenant_id(text) from public;
grant execute on function platform.suggest_tenant_id(text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/suggest_tenant_id.sql
--! Included functions/platform/tenant_templates.sql
-- What a new tenant can start from, with what each brings beyond the base rows. May be called by every operator.
create or replace function platform.tenant_templates()
returns table (
  template text,
  title text,
  description text,
  users text[]
)
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  values
    ('standard', 'Standard', 'Every table, role and permission, and no data: for a brand that begins.', '{}'::text[]),
    ('demo', 'Demonstration', 'A portfolio of brands, licensees, agreements and approvals with four users: to show or to try, not for a customer.',
     array['viewer', 'user', 'manager', 'admin'])
$$;
comment on function platform.tenant_templates() is 'What a new tenant can start from.';
revoke all on function platform.tenant_templates() from public;
grant execute on function platform.tenant_templates() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/tenant_templates.sql
--! Included functions/platform/my_rights.sql
-- What the role of this request may do, from the catalog: each function of the operators' API that it may call and each table that it may read,
-- by the names that GraphQL gives them. A console shows by it what it offers; what it hides, grants refuse. May be called by every operator.
create or replace function platform.my_rights()
returns table (
  kind text,
  name text
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select open.kind, left(open.camel, 1) || substr(replace(initcap(replace(open.camel, '_', ' ')), ' ', ''), 2)
    from (
      select 'call' as kind,
             coalesce(substring(obj_description(p.oid, 'pg_proc') from '@name ([a-z_]+)'), p.proname) as camel
        from pg_proc p
       where p.pronamespace = 'platform'::regnamespace
         and has_function_privilege(p.oid, 'execute')
         and coalesce(obj_description(p.oid, 'pg_proc'), '') not like '%@behavior -*%'
      union all
      select 'read', c.relname
        from pg_class c
       where c.relnamespace = 'platform'::regnamespace
         and c.relkind in ('r', 'v')
         and has_any_column_privilege(c.oid, 'select')
    ) open
   order by 1, 2
$$;
comment on function platform.my_rights() is 'What the role of this request may call and read.';
revoke all on function platform.my_rights() from public;
grant execute on function platform.my_rights() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/my_rights.sql
--! Included functions/platform/my_session.sql
-- Who is asking, in which session, and what limits it: the operator of this request. Empty for a session that is not the server's.
-- May be called by every operator.
create or replace function platform.my_session(
  out operator_id uuid,
  out email text,
  out name text,
  out role text,
  out tenants text[],
  out session_id uuid,
  out signed_in_at timestamptz,
  out expires_at timestamptz,
  out second_factor boolean
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select o.id, o.email, o.name, o.role, platform_private.listed_tenants(), s.id, s.created_at, s.expires_at,
         exists (select from platform_private.second_factors f where f.tenant_id is null and f.person_id = o.id and f.confirmed_at is not null)
    from platform.operators o
    left join platform_private.operator_sessions s
      on s.operator_id = o.id and s.id::text = current_setting('tenantry.session_id', true)
   where o.id::text = platform_private.actor()
$$;
comment on function platform.my_session() is 'The operator of this request and their session.';
revoke all on function platform.my_session() from public;
grant execute on function platform.my_session() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/my_session.sql
--! Included functions/platform/accesses.sql
-- What happened in a stretch of time, the newest first, each with a verdict on its tenant context, for a feed that follows the trail. Verdicts
-- come from facts of the event: `refused`, it was kept out; `match`, who acted inside a tenant acted in the tenant of their token: of
-- a changed row the database compared both, of a call the server gave one envelope for both; `mismatch`, the database saw another tenant stated
-- than the one it happened in, which must never be; `operator`, an operator's act on the platform or about a tenant; `system`, no person's.
-- At most `size`, of one tenant or of all that the asking operator reaches. May be called by administrators and security officers.
-- Raises TN002 for a stretch or a size that is none.
create or replace function platform.accesses(
  since timestamptz,
  until timestamptz default null,
  tenant_id text default null,
  size integer default 100
)
returns table (
  id text,
  at timestamptz,
  tenant text,
  action text,
  outcome text,
  actor text,
  actor_role text,
  on_behalf_of text,
  subject text,
  request_id text,
  detail jsonb,
  verdict text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if accesses.since is null or accesses.until < accesses.since then
    raise exception 'a stretch of time has a beginning, and its end behind that'
      using errcode = 'TN002', column = 'since', hint = 'For example the last minute: since now() - interval ''1 minute''.';
  end if;
  if accesses.size is null or accesses.size not between 1 and 500 then
    raise exception 'a page has 1 to 500 entries'
      using errcode = 'TN002', column = 'size', detail = format('Asked for: %s.', accesses.size), hint = 'Ask for a shorter stretch.';
  end if;
  -- Two texts and no `is null or`: of that PostgreSQL expects a hundredth of the rows, and sorts.
  return query execute format(
    $query$
      select e.id, e.at, nullif(e.chain, ''), e.action, e.outcome, e.actor, e.actor_role, e.on_behalf_of, e.subject, e.request_id, e.detail,
             case when e.outcome = 'refused' then 'refused'
                  when e.detail ? 'statedTenant' then 'mismatch'
                  when e.actor ^@ 'user:' or e.actor ^@ 'service:' or e.on_behalf_of ^@ 'visit:' then 'match'
                  when e.actor ^@ 'operator:' then 'operator'
                  else 'system'
             end
        from platform.audit_events e
       where e.at >= $1 and e.at < $2 %s
       order by e.at desc
       limit $4
    $query$, case when accesses.tenant_id is not null then 'and e.chain = $3' end)
    using accesses.since, coalesce(accesses.until, clock_timestamp()), accesses.tenant_id, accesses.size;
end
$$;
comment on function platform.accesses(timestamptz, timestamptz, text, integer) is 'What happened in a stretch of time, with verdicts on tenant contexts.';
revoke all on function platform.accesses(timestamptz, timestamptz, text, integer) from public;
grant execute on function platform.accesses(timestamptz, timestamptz, text, integer) to :ROLE_ADMIN, :ROLE_SECURITY;
--! EndIncluded functions/platform/accesses.sql
drop trigger isolation_runs_announce on platform.isolation_runs;
create trigger isolation_runs_announce after insert or update of status on platform.isolation_runs
  for each row execute function platform_private.announce_run();
--! Included functions/platform/tenant_roles.sql
-- The roles of a tenant, the built-in ones first, with all that each may do: rights are flat, so this is the effective table. Identity tables only.
-- May be called by members of tenantry_operator and tenantry_security. Raises TN003, TN004.
create or replace function platform.tenant_roles(
  tenant_id text
)
returns table (
  name text,
  description text,
  builtin boolean,
  users integer,
  permissions text[]
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute format(
    'select r.name::text, r.description::text, r.builtin,
            (select count(*)::integer from %1$I.users u where u.role = r.name),
            array(select p.permission::text from %1$I.role_permissions p where p.role_name = r.name order by 1)
       from %1$I.roles r
      order by r.builtin desc, array_position(array[''viewer'', ''user'', ''manager'', ''admin'', ''auditor''], r.name::text), r.name',
    platform_private.user_schema(tenant_id));
end
$$;
comment on function platform.tenant_roles(text) is 'The roles of a tenant, with all that each may do.';
revoke all on function platform.tenant_roles(text) from public;
grant execute on function platform.tenant_roles(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/tenant_roles.sql
--! Included functions/platform/tenant_permissions.sql
-- The permissions that roles of a tenant can hold, with what each allows. May be called by members of tenantry_operator and
-- tenantry_security. Raises TN003, TN004.
create or replace function platform.tenant_permissions(
  tenant_id text
)
returns table (
  name text,
  description text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute format(
    'select p.name::text, p.description::text from %I.permissions p order by 1', platform_private.user_schema(tenant_id));
end
$$;
comment on function platform.tenant_permissions(text) is 'The permissions that roles of a tenant can hold.';
revoke all on function platform.tenant_permissions(text) from public;
grant execute on function platform.tenant_permissions(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/tenant_permissions.sql
--! Included functions/platform/set_tenant_role.sql
-- Makes a custom role of a tenant, or says anew what one may do: `permissions` is all that it holds afterwards; a description that is null stays.
-- Built-in roles are the same in every tenant and stay. Each row written is in the trail. May be called by members of tenantry_admin: who
-- has the role may do more or less at once, and an operator below admin gives nobody rights that write.
-- Raises TN002 with the field as `column`, TN003, TN004, TN009.
create or replace function platform.set_tenant_role(
  tenant_id text,
  name text,
  permissions text[],
  description text default null
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_builtin boolean;
  v_unknown text;
begin
  execute format('select r.builtin from %I.roles r where r.name = $1', v_schema) into v_builtin using name;
  if v_builtin then
    raise exception 'built-in roles are the same in every tenant and do not change'
      using errcode = 'TN002', column = 'name', hint = 'Make a role of another name with the permissions you want.';
  end if;
  if name is null or name !~ '^[a-z][a-z0-9_]+$' or length(name) > 48 then
    raise exception 'a role''s name is 2 to 48 characters: lower-case letters, digits and underscores, a letter first'
      using errcode = 'TN002', column = 'name', hint = 'For example: legal.';
  end if;
  if length(description) > 300 then
    raise exception 'a role''s description has 300 characters at most'
      using errcode = 'TN002', column = 'description', hint = 'Say it shorter.';
  end if;
  if permissions is null then
    raise exception 'say which permissions the role holds'
      using errcode = 'TN002', column = 'permissions', hint = 'An empty list for none.';
  end if;
  execute format('select min(g.name) from unnest($1) as g (name) where not exists (select from %I.permissions p where p.name = g.name)', v_schema)
    into v_unknown using permissions;
  if v_unknown is not null or array_position(permissions, null) is not null then
    raise exception 'there is no permission "%"', coalesce(v_unknown, 'null')
      using errcode = 'TN002', column = 'permissions', hint = 'List them: select name from platform.tenant_permissions(tenant).';
  end if;
  execute format(
    'insert into %I.roles as r (name, description) values ($1, coalesce($2, '''')) on conflict (name) do update
        set description = coalesce($2, r.description), updated_at = now() where $2 <> r.description', v_schema)
    using name, btrim(description);
  execute format('delete from %I.role_permissions p where p.role_name = $1 and p.permission <> all ($2)', v_schema) using name, permissions;
  execute format('insert into %I.role_permissions (role_name, permission) select distinct $1, g.name from unnest($2) as g (name) on conflict do nothing', v_schema)
    using name, permissions;
end
$$;
comment on function platform.set_tenant_role(text, text, text[], text) is 'Makes or changes a custom role of a tenant.';
revoke all on function platform.set_tenant_role(text, text, text[], text) from public;
grant execute on function platform.set_tenant_role(text, text, text[], text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/set_tenant_role.sql
--! Included functions/platform/remove_tenant_role.sql
-- Removes a custom role of a tenant that nobody has. May be called by members of tenantry_admin. Raises TN002 for a built-in role, TN003 for a tenant or
-- a role that is not there, TN004, TN016 for one in use.
create or replace function platform.remove_tenant_role(
  tenant_id text,
  name text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_builtin boolean;
begin
  execute format('select r.builtin from %I.roles r where r.name = $1', v_schema) into v_builtin using name;
  if v_builtin is null then
    raise exception 'tenant "%" has no role "%"', tenant_id, name
      using errcode = 'TN003', column = 'name', hint = 'List them: select name from platform.tenant_roles(tenant).';
  elsif v_builtin then
    raise exception 'built-in roles are the same in every tenant and stay'
      using errcode = 'TN002', column = 'name', hint = 'Only custom roles are removed.';
  end if;
  execute format('delete from %I.roles r where r.name = $1', v_schema) using name;
end
$$;
comment on function platform.remove_tenant_role(text, text) is 'Removes a custom role of a tenant that nobody has.';
revoke all on function platform.remove_tenant_role(text, text) from public;
grant execute on function platform.remove_tenant_role(text, text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/remove_tenant_role.sql
--! Included functions/platform/isolation_summary.sql
-- What the newest proof of each tenant comes to, of those that the asking operator reaches: counters that are to be zero, and what stands behind
-- them. `unproven` are active tenants without a proof that is over. May be called by every operator.
create or replace function platform.isolation_summary(
  out tenants integer,
  out passed integer,
  out failed integer,
  out unproven integer,
  out running integer,
  out posture_checks bigint,
  out posture_failures bigint,
  out attempts bigint,
  out attempt_failures bigint,
  out broken integer,
  out open_alerts integer,
  out critical_alerts integer,
  out oldest_proof_at timestamptz,
  out newest_proof_at timestamptz
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select count(*)::integer,
         (count(*) filter (where r.status = 'passed'))::integer,
         (count(*) filter (where r.status = 'failed'))::integer,
         (count(*) filter (where r.status is null))::integer,
         (select count(*)::integer from platform.isolation_runs o where o.status = 'running'),
         coalesce(sum(r.posture_checks), 0),
         coalesce(sum(r.posture_failures), 0),
         coalesce(sum(r.attempts), 0),
         coalesce(sum(r.attempt_failures), 0),
         (count(*) filter (where r.broken is not null))::integer,
         (select count(*)::integer from platform.alerts a where a.acknowledged_at is null),
         (select count(*)::integer from platform.alerts a where a.acknowledged_at is null and a.severity = 'critical'),
         min(r.finished_at),
         max(r.finished_at)
    from platform.tenants t
    left join lateral (
      select i.status, i.posture_checks, i.posture_failures, i.attempts, i.attempt_failures, i.broken, i.finished_at
        from platform.isolation_runs i
       where i.tenant_id = t.id and i.status <> 'running'
       order by i.started_at desc
       limit 1
    ) r on true
   where t.status = 'active'
$$;
comment on function platform.isolation_summary() is 'What the newest proof of each active tenant comes to.';
revoke all on function platform.isolation_summary() from public;
grant execute on function platform.isolation_summary() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/isolation_summary.sql
--! Included functions/platform/isolation_kinds.sql
-- What was tried, kind by kind, in the newest proof of each active tenant that the asking operator reaches: the columns of the isolation matrix with their
-- sums. May be called by every operator.
create or replace function platform.isolation_kinds()
returns table (
  half text,
  kind text,
  tenants integer,
  tried bigint,
  failed bigint
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select c.half, c.kind, count(*)::integer, sum(c.tried)::bigint, sum(c.failed)::bigint
    from platform.tenants t
   cross join lateral (
     select i.checks
       from platform.isolation_runs i
      where i.tenant_id = t.id and i.status <> 'running'
      order by i.started_at desc
      limit 1
   ) r
   cross join lateral jsonb_to_recordset(r.checks) as c (half text, kind text, tried integer, failed integer)
   where t.status = 'active'
   group by c.half, c.kind
   order by c.half desc, c.kind
$$;
comment on function platform.isolation_kinds() is 'What was tried, kind by kind, in the newest proofs.';
revoke all on function platform.isolation_kinds() from public;
grant execute on function platform.isolation_kinds() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/isolation_kinds.sql
--! Included functions/platform/note_export.sql
-- Writes into the trail that somebody takes a part of it out, before the first line of it leaves: which part, in what form. May be called by
-- administrators and security officers.
create or replace function platform.note_export(
  tenant_id text,
  filters jsonb
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tenant_id is null then
    perform platform_private.require_unlimited();
  elsif not exists (select from platform.tenants t where t.id = note_export.tenant_id and platform_private.reaches_tenant(t.id)) then
    raise exception 'there is no tenant "%"', tenant_id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  perform audit.record('audit.export', tenant_id, 'audit_events', 'ok', null, null, filters);
end
$$;
comment on function platform.note_export(text, jsonb) is E'@behavior -*\nWrites into the trail that a part of it is exported.';
revoke all on function platform.note_export(text, jsonb) from public;
grant execute on function platform.note_export(text, jsonb) to :ROLE_ADMIN, :ROLE_SECURITY;
--! EndIncluded functions/platform/note_export.sql
-- Statements that nobody can forge, and sealing that nothing stops.
alter table audit.statement_keys drop constraint if exists statement_keys_kid_is_thumbprint;
-- A handful of rows.
alter table audit.statement_keys
  -- squawk-ignore constraint-missing-not-valid
  add constraint statement_keys_kid_is_thumbprint check (kid ~ '^[A-Za-z0-9_-]{43}$' and public_jwk ->> 'kid' = kid);
--! Included functions/audit/statements_inside.sql
-- What a new copy outside begins with: the public keys, the statements of cuts, and the checkpoints, the first one last. `name` is what its
-- file is called; a key has no statement, a statement no key. Called by the worker, once for each copy.
create or replace function audit.statements_inside()
returns table (
  name text,
  statement text,
  public_jwk jsonb
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.name, s.statement, s.public_jwk
    from (
      select 1 as part, 0::bigint as place, 'key-' || k.kid as name, null as statement, k.public_jwk from audit.statement_keys k
      union all
      select 2, c.id, 'cut-' || c.partition, c.statement, null from audit.cut_statements c
      union all
      select 3, -c.number, 'checkpoint-' || to_char(c.number, 'FM000000000000'), c.statement, null from audit.checkpoints c
    ) s
   order by s.part, s.place
$$;
comment on function audit.statements_inside() is 'What a new copy outside begins with.';
revoke all on function audit.statements_inside() from public;
grant execute on function audit.statements_inside() to :ROLE_WORKER;
--! EndIncluded functions/audit/statements_inside.sql
create table if not exists audit.set_aside (
  id bigint primary key,
  set_aside_at timestamptz not null default now(),
  at timestamptz not null,
  tenant_id text,
  action text not null,
  actor text not null,
  flaw text not null,
  event jsonb
);
comment on table audit.set_aside is 'Events that could not be sealed, as they were: nothing is lost by them and nothing waits for them.';
comment on column audit.set_aside.id is 'Its number in the buffer.';
comment on column audit.set_aside.set_aside_at is 'When it was set aside.';
comment on column audit.set_aside.at is 'When it happened.';
comment on column audit.set_aside.tenant_id is 'The tenant it names, which may be none.';
comment on column audit.set_aside.action is 'What was done.';
comment on column audit.set_aside.actor is 'Who did it, as the buffer had it.';
comment on column audit.set_aside.flaw is 'Why it could not be sealed: in words, or an SQLSTATE.';
comment on column audit.set_aside.event is 'The whole event, for tenantry_owner alone; null once its tenant or person was erased.';
alter table audit.set_aside enable row level security;
drop policy if exists security_reads on audit.set_aside;
create policy security_reads on audit.set_aside for select to :ROLE_SECURITY, :ROLE_ADMIN
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
grant select (id, set_aside_at, at, tenant_id, action, actor, flaw) on audit.set_aside to :ROLE_SECURITY, :ROLE_ADMIN;
-- Checks of the table would be made ready for every audited row; this is the one login that writes what it likes.
drop policy if exists servers_write on audit.buffer;
create policy servers_write on audit.buffer for insert to :ROLE_AUDIT
  with check (source = 'server' and action ~ '^(request|call)(\.[a-z_]+)+$' and outcome in ('ok', 'refused', 'failed')
              and coalesce(jsonb_typeof(detail), 'object') = 'object');
drop function if exists audit.take(integer);
--! Included functions/audit/unsealable.sql
-- Why an event of the buffer can't be sealed as it is; null if it can. Its chain has to be a tenant's or the platform's, and its values are
-- taken apart by their names. Called by audit.take, for each event: no `set`, so that it is inlined.
create or replace function audit.unsealable(
  e audit.buffer
)
returns text
language sql
stable
as $$
  select case when jsonb_typeof(e.before) <> 'object' or jsonb_typeof(e.after) <> 'object' or jsonb_typeof(e.detail) <> 'object'
                then 'before, after or detail is no JSON object'
              when e.tenant_id is not null and not exists (select from platform.tenants t where t.id = e.tenant_id)
                then 'there is no such tenant' end
$$;
comment on function audit.unsealable(audit.buffer) is 'Why an event can''t be sealed.';
revoke all on function audit.unsealable(audit.buffer) from public;
--! EndIncluded functions/audit/unsealable.sql
--! Included functions/audit/put_aside.sql
-- Moves one event that can't be sealed out of the way of all others, whole, to audit.set_aside; without an id the first that waits. That it
-- happened is an event of the platform's and an alert. Returns whether there was one. Called by audit.take and by the worker, when sealing an event failed
-- by what is in it.
create or replace function audit.put_aside(
  id bigint,
  flaw text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_event audit.buffer;
begin
  delete from audit.buffer b
   where b.id = coalesce(put_aside.id, (select min(f.id) from audit.buffer f))
  returning * into v_event;
  if not found then
    return false;
  end if;
  insert into audit.set_aside (id, at, tenant_id, action, actor, flaw, event)
  values (v_event.id, v_event.at, v_event.tenant_id, v_event.action, v_event.actor, flaw, to_jsonb(v_event));
  perform audit.record('audit.set_aside', null, 'set_aside:' || v_event.id, 'failed', null, null, jsonb_build_object('flaw', flaw));
  perform platform_private.raise_alert(null, 'audit_set_aside', 'critical',
    'An event could not be sealed and was set aside. See audit.set_aside: who wrote it, and why it could not be.');
  return true;
end
$$;
comment on function audit.put_aside(bigint, text) is 'Moves an event that can''t be sealed out of the way of others.';
revoke all on function audit.put_aside(bigint, text) from public;
grant execute on function audit.put_aside(bigint, text) to :ROLE_WORKER;
--! EndIncluded functions/audit/put_aside.sql
--! Included functions/audit/private_part.sql
-- What of an event goes into the sealed values: of a tenant's rows all but what the classification lets stand, so the value of a
-- column nobody has classed is sealed; and who can be told from it. The newest version's class counts, also for tenants that are
-- behind. The rest is facts that whoever reads the trail may read. Null when there is nothing to seal.
create or replace function audit.private_part(
  e audit.buffer
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_open text[] := '{}';
  v_part jsonb := '{}';
  v_before jsonb;
  v_after jsonb;
  v_detail jsonb;
begin
  if e.tenant_id is not null and (e.before is not null or e.after is not null)
     and coalesce(jsonb_typeof(e.before), 'object') = 'object' and coalesce(jsonb_typeof(e.after), 'object') = 'object' then
    v_open := audit.open_columns(split_part(e.action, '.', 1));
    v_before := nullif(e.before - v_open, '{}');
    v_after := nullif(e.after - v_open, '{}');
    if v_before is not null then
      v_part := jsonb_build_object('before', v_before);
    end if;
    if v_after is not null then
      v_part := v_part || jsonb_build_object('after', v_after);
    end if;
  end if;
  if e.subject ^@ 'email:' then
    v_part := v_part || jsonb_build_object('subject', e.subject);
  end if;
  if jsonb_typeof(e.detail) = 'object' and e.detail ?| array['address', 'email', 'name', 'userAgent'] then
    select jsonb_object_agg(d.key, d.value) into v_detail
      from jsonb_each(e.detail) d where d.key in ('address', 'email', 'name', 'userAgent');
    v_part := v_part || jsonb_build_object('detail', v_detail);
  end if;
  return nullif(v_part, '{}');
end
$$;
comment on function audit.private_part(audit.buffer) is 'What of an event is to be encrypted.';
revoke all on function audit.private_part(audit.buffer) from public;
--! EndIncluded functions/audit/private_part.sql
--! Included functions/audit/destroy_keys.sql
-- Destroys the keys of a chain's values, or of one person's in it, and with them what they closed; what still waits in the buffer
-- loses those values before it is sealed, and what was set aside its whole content. The chain holds as before, since it is over the stored bytes. Returns how many keys it
-- destroyed. Called by platform.erase_person and platform.purge_tenant.
create or replace function audit.destroy_keys(
  chain text,
  person text default null
)
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_keys integer;
begin
  update audit.data_keys k
     set sealed = null, destroyed_at = now()
   where k.chain = destroy_keys.chain and k.destroyed_at is null and (destroy_keys.person is null or k.person = destroy_keys.person);
  get diagnostics v_keys = row_count;
  update audit.buffer b
     set before = b.before || coalesce((select jsonb_object_agg(n.name, '(erased)') from jsonb_object_keys(p.part -> 'before') n (name)), '{}'),
         after = b.after || coalesce((select jsonb_object_agg(n.name, '(erased)') from jsonb_object_keys(p.part -> 'after') n (name)), '{}'),
         subject = case when p.part ? 'subject' then 'email' else b.subject end,
         detail = case when jsonb_typeof(b.detail) = 'object' then nullif(b.detail - array(select jsonb_object_keys(p.part -> 'detail')), '{}') else b.detail end
    from audit.buffer w
   cross join lateral (select audit.private_part(w) as part) p
   where w.tenant_id = destroy_keys.chain and b.id = w.id and p.part is not null
     and (destroy_keys.person is null or audit.person_of(w) = destroy_keys.person);
  update audit.set_aside s
     set event = null
   where s.tenant_id = destroy_keys.chain
     and (destroy_keys.person is null or s.event ->> 'subject' = destroy_keys.person or s.actor = replace(destroy_keys.person, 'users:', 'user:'));
  return v_keys;
end
$$;
comment on function audit.destroy_keys(text, text) is 'Makes the sealed values of a chain, or of one person in it, unreadable for ever.';
revoke all on function audit.destroy_keys(text, text) from public;
--! EndIncluded functions/audit/destroy_keys.sql
--! Included functions/audit/take.sql
-- The next events to seal, in the order in which they were written as far as they are committed; those of a transaction that is still
-- under way come later, with later numbers. Since sealing takes events out of the buffer, none is missed by that. One sealer at a time: for a second one there is nothing. Holds its lock to the
-- end of the transaction, which ends with audit.seal. `private` is what is to be encrypted, with the key of `person`, or of the chain
-- without one; `key_id` and `key` are that key if there is one. Events of the chains in `skipping` stay, for another time. One that can't be sealed
-- is set aside first. Called by the worker.
create or replace function audit.take(
  most integer,
  skipping text[] default '{}'
)
returns table (
  id bigint,
  chain text,
  person text,
  private text,
  key_id bigint,
  key bytea
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not pg_try_advisory_xact_lock(3, 1) then
    return;
  end if;
  perform audit.put_aside(n.id, n.flaw)
    from (select f.id, audit.unsealable(f.event) as flaw
            from (select b.id, b as event from audit.buffer b where coalesce(b.tenant_id, '') <> all (skipping) order by b.id limit most) f) n
   where n.flaw is not null;
  return query
    select b.id, b.chain, p.person, p.private::text, k.id, k.sealed
      from (
        select e.id, coalesce(e.tenant_id, '') as chain, e as event
          from audit.buffer e
         where coalesce(e.tenant_id, '') <> all (skipping)
         order by e.id
         limit most
      ) b
     cross join lateral (select audit.private_part(b.event) as private) v
     cross join lateral (
       select v.private,
              case when v.private is not null then audit.person_of(b.event) end as person
     ) p
      left join audit.data_keys k
        on p.private is not null and k.chain = b.chain and coalesce(k.person, '') = coalesce(p.person, '') and k.destroyed_at is null
     order by b.id;
end
$$;
comment on function audit.take(integer, text[]) is 'The next events to seal.';
revoke all on function audit.take(integer, text[]) from public;
grant execute on function audit.take(integer, text[]) to :ROLE_WORKER;
--! EndIncluded functions/audit/take.sql
--! Included functions/audit/watch_buffer.sql
-- Raises an alert when an event has waited in the buffer for longer than a minute: what isn't sealed nothing proves. One that was just
-- committed by a long transaction gets five seconds more. Returns whether it did. Called by the worker every minute.
create or replace function audit.watch_buffer()
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id bigint;
begin
  -- By its number: an old one is in front.
  select o.id into v_id from (select b.id, b.at from audit.buffer b order by b.id limit 1) o where o.at < now() - interval '1 minute';
  if not found then
    return false;
  end if;
  perform pg_sleep(5);
  if not exists (select from audit.buffer b where b.id = v_id) then
    return false;
  end if;
  perform platform_private.raise_alert(null, 'audit_not_sealed', 'critical',
    'Events of the audit trail have waited for more than a minute and are not sealed. See the worker''s log.');
  return true;
end
$$;
comment on function audit.watch_buffer() is 'Raises an alert when events are not sealed.';
revoke all on function audit.watch_buffer() from public;
grant execute on function audit.watch_buffer() to :ROLE_WORKER;
--! EndIncluded functions/audit/watch_buffer.sql
-- What is erased is erased everywhere, and nothing of it under a legal hold.
alter table platform.provisioning_runs add column if not exists administrator_named boolean not null default false;
comment on column platform.provisioning_runs.administrator_named is 'Whether it named an administrator, who is a user of the tenant since, or was.';
update platform.provisioning_runs r
   set administrator_named = true, admin_email = null, admin_name = null
 where r.admin_email is not null
   and exists (select from platform.tenants t where t.id = r.tenant_id and t.status not in ('provisioning', 'failed'));
grant select (administrator_named) on platform.provisioning_runs to :ROLE_DEVELOPER;
comment on column platform.provisioning_runs.admin_email is 'The first administrator to be invited; null once the tenant is there.';
comment on column platform.provisioning_runs.admin_name is 'The name of that one; null likewise.';
--! Included functions/platform_private/forget_people.sql
-- Removes what is left of people outside the trail, once they or their whole tenant are erased: the administrator named for provisioning,
-- answers kept for repeated requests that speak of the tenant, and in its schema attempts and locks of addresses that no user of it has. Without
-- their address nothing can be told apart by whose it was, so those of strangers go too: they only count tries. Called by platform.erase_person and
-- platform.purge_tenant.
create or replace function platform_private.forget_people(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_table text;
begin
  update platform.provisioning_runs r
     set administrator_named = true, admin_email = null, admin_name = null
   where r.tenant_id = forget_people.tenant_id and (r.admin_email is not null or r.admin_name is not null);
  delete from platform_private.idempotency_keys k
   where jsonb_path_exists(k.response, '$.** ? (@ == $id)', jsonb_build_object('id', forget_people.tenant_id));
  if platform_private.has_schema(tenant_id) then
    foreach v_table in array array['sign_in_attempts', 'sign_in_locks'] loop
      execute format('delete from %1$I.%2$I a where not exists (select from %1$I.users u where left(lower(u.email), 254) = a.email_key)',
                     platform_private.tenant_schema(tenant_id), v_table);
    end loop;
  end if;
end
$$;
comment on function platform_private.forget_people(text) is 'Removes what is left outside the trail of people who were erased.';
revoke all on function platform_private.forget_people(text) from public;
--! EndIncluded functions/platform_private/forget_people.sql
--! Included functions/platform_private/refuse_under_hold.sql
-- Refuses to destroy anything of a tenant whose trail is under legal hold. Called by platform.erase_person and platform.purge_tenant, under the lock
-- of the tenant's row, which platform.hold_audit takes too. Raises TN004.
create or replace function platform_private.refuse_under_hold(
  tenant_id text
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from audit.retention r where r.tenant_id = refuse_under_hold.tenant_id and r.hold_reason is not null) then
    raise exception 'tenant "%" is under a legal hold', tenant_id
      using errcode = 'TN004', detail = 'What a hold keeps may not be destroyed, keys of values included.',
            hint = 'Once the case allows it, release the hold first: platform.release_audit(tenant_id, reason).';
  end if;
end
$$;
comment on function platform_private.refuse_under_hold(text) is 'Refuses to destroy what is under legal hold.';
revoke all on function platform_private.refuse_under_hold(text) from public;
--! EndIncluded functions/platform_private/refuse_under_hold.sql
--! Included functions/platform_private/finish_provisioning.sql
-- The last step: a tenant whose schema and keys exist becomes ready, and active if its run asked for that and its isolation is
-- proven. Safe to run twice. Called by the worker. `keys_ms` is how long making the keys took, for the record of steps.
create or replace function platform_private.finish_provisioning(
  tenant_id text,
  keys_ms numeric
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_run platform.provisioning_runs;
  v_steps jsonb;
  v_started timestamptz := clock_timestamp();
begin
  select * into v_run
    from platform.provisioning_runs r
   where r.tenant_id = finish_provisioning.tenant_id and r.status in ('queued', 'running')
   for update;
  if v_tenant.status <> 'provisioning' or v_run.id is null then
    return v_tenant.status;
  end if;
  if v_tenant.schema_version is null or not platform_private.has_signing_key(tenant_id) then
    raise exception 'tenant "%" is not complete', tenant_id
      using errcode = 'TN004', detail = 'Its schema or its signing key is missing.',
            hint = 'Call platform.provision_tenant first; the worker then makes the key.';
  end if;
  v_steps := v_run.steps || jsonb_build_object('name', 'keys', 'ms', keys_ms, 'at', v_started);
  v_steps := v_steps || coalesce((
    select jsonb_build_object('name', 'proof', 'ms', i.duration_ms, 'at', i.finished_at)
      from platform.isolation_runs i
     where i.tenant_id = finish_provisioning.tenant_id and i.status = 'passed'
     order by i.started_at desc
     limit 1), '[]');
  update platform.tenants t
     set size_bytes = platform_private.measure_tenant(tenant_id), measured_at = now()
   where t.id = finish_provisioning.tenant_id;
  v_tenant := platform_private.change_status(tenant_id, array['provisioning'], 'ready', null);
  if v_run.activate then
    v_tenant := platform.activate_tenant(tenant_id, 'provisioned');
  end if;
  update platform.provisioning_runs r
     set status = 'succeeded',
         steps = platform_private.record_step(v_steps, v_tenant.status, v_started),
         finished_at = clock_timestamp()
   where r.id = v_run.id;
  -- The administrator is a user now; runs that failed before named the same.
  update platform.provisioning_runs r
     set administrator_named = true, admin_email = null, admin_name = null
   where r.tenant_id = finish_provisioning.tenant_id and r.admin_email is not null;
  return v_tenant.status;
end
$$;
comment on function platform_private.finish_provisioning(text, numeric) is 'Makes a complete tenant ready or active and closes its run.';
revoke all on function platform_private.finish_provisioning(text, numeric) from public;
grant execute on function platform_private.finish_provisioning(text, numeric) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/finish_provisioning.sql
--! Included functions/platform_private/require_grantable_role.sql
-- Refuses an operator below admin who would give a role of a tenant that changes anything there: that would be a way into the tenant without
-- a visit. The first administrator is an exception: a tenant that never had one, in whatever status, gets one. Raises TN009.
create or replace function platform_private.require_grantable_role(
  schema_name text,
  role text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_had_one boolean;
begin
  if platform_private.acts_as_admin() or not platform_private.role_writes(schema_name, role) then
    return;
  end if;
  -- One who was named when the tenant was made counts also when an admin has removed that one since.
  execute format('select exists (select from %I.users u where u.role = ''admin'')', schema_name) into v_had_one;
  if role <> 'admin' or v_had_one
     or exists (select from platform.provisioning_runs r where r.tenant_id = substr(schema_name, 8) and (r.administrator_named or r.admin_email is not null)) then
    raise exception 'a role that changes anything in a tenant is given by the tenant''s own administrators, or by an admin of the platform'
      using errcode = 'TN009', column = 'role', hint = 'Give a role that only reads, or ask an admin.';
  end if;
end
$$;
comment on function platform_private.require_grantable_role(text, text) is 'Refuses roles of a tenant that an operator below admin may not give.';
revoke all on function platform_private.require_grantable_role(text, text) from public;
--! EndIncluded functions/platform_private/require_grantable_role.sql
--! Included functions/platform_private/evidence_content.sql
-- The evidence of a period, of one tenant: attestations, how often what was done by which kind of actor, changes of rights, migrations,
-- visits of operators, keys, lock-downs and incidents as the tenant may see them, keeping of the trail, its chain, and compliance as of now.
-- No value of a row, no address, no name of another tenant; people by their ids. Lists end after 1,000 entries and
-- say how many there are. Called by platform.evidence and, for what is to be signed, by evidence_to_sign.
create or replace function platform_private.evidence_content(
  tenant_id text,
  since timestamptz,
  until timestamptz
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_id constant text := evidence_content.tenant_id;
  v_most constant integer := 1000;
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
--! EndIncluded functions/platform_private/evidence_content.sql
--! Included functions/platform/erase_person.sql
-- Makes what the trail holds of a person who was removed from a tenant unreadable for ever: destroys the keys of their values. The event of
-- it names nobody. What is left of them outside the trail goes too: platform_private.forget_people. Who asked for or decided approvals can't be removed,
-- since those keep the id: disabled, that user is emptied instead of name, address and all that sign-in knew. Values under the tenant's own key stay: an
-- address that was tried and belonged to no user, what they entered as business.
-- Returns how many keys were destroyed; 0 when there was nothing any more, or nothing sealed yet. May be called by members of tenantry_admin. Raises TN002
-- without a reason, TN003 also for whom the tenant never had, TN004 while the user is there, or under a legal hold.
create or replace function platform.erase_person(
  tenant_id text,
  user_id uuid,
  reason text
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_person constant text := 'users:' || user_id;
  v_schema text;
  v_status text;
  v_kept boolean := false;
  v_keys integer;
begin
  if coalesce(btrim(reason), '') = '' then
    raise exception 'an erasure needs a reason'
      using errcode = 'TN002', column = 'reason', hint = 'Say who asked for it and by what right, without naming the person: the reason stays.';
  end if;
  if platform_private.has_schema(v_tenant.id) then
    v_schema := platform_private.tenant_schema(v_tenant.id);
    execute format('select u.status, exists (select from %1$I.approvals a where u.id in (a.requested_by, a.decided_by)) from %1$I.users u where u.id = $1 for update', v_schema)
      into v_status, v_kept using user_id;
  end if;
  if v_status is not null and not v_kept then
    raise exception 'the user is still there: remove the user first'
      using errcode = 'TN004', detail = 'What a user does goes on being recorded under a key of theirs.', hint = 'platform.remove_user(tenant_id, user_id)';
  end if;
  if v_status <> 'disabled' then
    raise exception 'the user is still there, and stands in approvals: disable the user first'
      using errcode = 'TN004', detail = 'What a user does goes on being recorded under a key of theirs.',
            hint = 'platform.change_user(tenant_id, user_id, ''{"status": "disabled"}'')';
  end if;
  if v_status is null
     and not exists (select from audit.data_keys k where k.chain = v_tenant.id and k.person = v_person)
     and not exists (select from audit.buffer b where b.tenant_id = v_tenant.id and audit.person_of(b) = v_person)
     and not exists (select from audit.set_aside s where s.tenant_id = v_tenant.id and (s.event ->> 'subject' = v_person or s.actor = 'user:' || user_id))
     and not exists (select from audit.events e where e.chain = v_tenant.id and e.subject = v_person) then
    raise exception 'the tenant has and had no such user'
      using errcode = 'TN003', detail = 'Neither its users nor its trail have the id.',
            hint = 'Those who were removed: select subject, at from platform.audit_events where chain = tenant_id and action = ''users.delete''.';
  end if;
  perform platform_private.refuse_under_hold(v_tenant.id);
  if v_kept then
    -- With the address the trigger of the table takes password, issuers, second factor and open invitations.
    execute format(
      'update %I.users set email = ''erased-'' || id || ''@erased.invalid'', name = ''Erased person'', last_sign_in_at = null where id = $1', v_schema)
      using user_id;
    execute format('delete from %I.user_sessions where user_id = $1', v_schema) using user_id;
  end if;
  perform platform_private.forget_people(v_tenant.id);
  v_keys := audit.destroy_keys(v_tenant.id, v_person);
  perform audit.record('person.erase', v_tenant.id, null, 'ok', null, null, jsonb_build_object('reason', reason, 'destroyedKeys', v_keys));
  return v_keys;
end
$$;
comment on function platform.erase_person(text, uuid, text) is 'Makes what the trail holds of a removed user unreadable for ever, and empties the row of one who stands in approvals.';
revoke all on function platform.erase_person(text, uuid, text) from public;
grant execute on function platform.erase_person(text, uuid, text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/erase_person.sql
--! Included functions/platform/purge_tenant.sql
-- Removes a deleted tenant for good, once its 30 days are over: schema, role and keys, those of its trail's values too. The registry row stays,
-- for the id, and so does the chain of its events, for as long as its retention says.
-- May be called by members of tenantry_admin. Raises TN003, TN004 also when it is too early, or under a legal hold.
create or replace function platform.purge_tenant(
  id text
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(id);
begin
  if v_tenant.status = 'deleted' and v_tenant.purge_after > now() then
    raise exception 'tenant "%" can be restored until %', id, v_tenant.purge_after
      using errcode = 'TN004', hint = 'Purge it after that.';
  end if;
  perform platform_private.refuse_under_hold(id);
  perform platform_private.change_status(id, array['deleted'], 'purged', 'purged');
  perform platform_private.drop_tenant_schema(id);
  perform platform_private.forget_people(id);
  perform audit.record('schema.drop', id, 'tenants:' || id, 'ok', null, null,
                       jsonb_build_object('version', v_tenant.schema_version, 'destroyedKeys', audit.destroy_keys(id)));
  return platform_private.lock_tenant(id);
end
$$;
comment on function platform.purge_tenant(text) is 'Removes a deleted tenant for good, after its 30 days.';
revoke all on function platform.purge_tenant(text) from public;
grant execute on function platform.purge_tenant(text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/purge_tenant.sql
--! Included functions/platform/hold_audit.sql
-- Puts a tenant's trail under legal hold: no event of it is removed until platform.release_audit. What is there moves out of the reach of
-- retention, what comes goes there. The tenant is told that there is a hold; the reason stays with operators. May be called by members of tenantry_admin and tenantry_security. Raises TN002, TN003, TN004 for a second hold.
create or replace function platform.hold_audit(
  tenant_id text,
  reason text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
begin
  if coalesce(btrim(reason), '') = '' then
    raise exception 'a hold needs a reason'
      using errcode = 'TN002', column = 'reason', hint = 'Say which case or authority asks for it.';
  end if;
  insert into audit.retention as r (tenant_id, hold_reason, held_at) values (v_tenant.id, reason, now())
  on conflict on constraint retention_pkey do update set hold_reason = excluded.hold_reason, held_at = excluded.held_at where r.hold_reason is null;
  if not found then
    raise exception 'the trail of tenant "%" is under hold already', v_tenant.id
      using errcode = 'TN004', hint = 'Release it first: platform.release_audit(tenant_id, reason).';
  end if;
  perform audit.ensure_partitions((select min(e.at) from audit.events e where e.chain = v_tenant.id));
  update audit.events e set retention = 'hold' where e.chain = v_tenant.id and e.retention <> 'hold';
  perform audit.record('audit.hold', v_tenant.id, 'tenants:' || v_tenant.id, 'ok', null, null, jsonb_build_object('hold', true));
  perform audit.record('audit.hold', null, 'tenants:' || v_tenant.id, 'ok', null, null, jsonb_build_object('reason', reason));
end
$$;
comment on function platform.hold_audit(text, text) is 'Puts a tenant''s trail under legal hold.';
revoke all on function platform.hold_audit(text, text) from public;
grant execute on function platform.hold_audit(text, text) to :ROLE_ADMIN, :ROLE_SECURITY;
--! EndIncluded functions/platform/hold_audit.sql
--! Included functions/platform/release_audit.sql
-- Ends a legal hold: the tenant's events go back to its retention class, and those whose time is over go with the next cut. The reason stays with operators.
-- May be called by members of tenantry_admin. Raises TN003, TN004 without a hold.
create or replace function platform.release_audit(
  tenant_id text,
  reason text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_class text;
begin
  update audit.retention r set hold_reason = null, held_at = null
   where r.tenant_id = v_tenant.id and r.hold_reason is not null
  returning r.class into v_class;
  if v_class is null then
    raise exception 'the trail of tenant "%" is under no hold', v_tenant.id
      using errcode = 'TN004', hint = 'Holds begin by platform.hold_audit(tenant_id, reason), and are in the trail as audit.hold.';
  end if;
  perform audit.ensure_partitions((select min(e.at) from audit.events e where e.chain = v_tenant.id));
  update audit.events e set retention = v_class where e.chain = v_tenant.id and e.retention = 'hold';
  perform audit.record('audit.release', v_tenant.id, 'tenants:' || v_tenant.id, 'ok', null, null, jsonb_build_object('hold', false));
  perform audit.record('audit.release', null, 'tenants:' || v_tenant.id, 'ok', null, null, jsonb_build_object('reason', reason));
end
$$;
comment on function platform.release_audit(text, text) is 'Ends a legal hold on a tenant''s trail.';
revoke all on function platform.release_audit(text, text) from public;
grant execute on function platform.release_audit(text, text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/release_audit.sql
-- A session that took a tenant's role before a lock-down ends by it.
--! Included functions/platform_private/lanes_locked_down.sql
-- Lanes that lock-downs in force cover as a whole. Called by the worker, which ends what sessions their logins have.
create or replace function platform_private.lanes_locked_down()
returns integer[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.lanes from identity.locked_scope() s
$$;
comment on function platform_private.lanes_locked_down() is 'Lanes that are locked down.';
revoke all on function platform_private.lanes_locked_down() from public;
grant execute on function platform_private.lanes_locked_down() to :ROLE_WORKER;
--! EndIncluded functions/platform_private/lanes_locked_down.sql
--! Included functions/platform_private/note_lane_sessions.sql
-- Notes among the findings of the lock-downs that cover a lane which sessions of its login would not end, in the place of those noted before. Called by the
-- worker, which has told them to.
create or replace function platform_private.note_lane_sessions(
  lane integer,
  pids integer[]
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_login constant text := platform_private.lane_role(lane);
begin
  update platform.lock_downs l
     set findings = n.findings
    from (
      select d.id,
             (select nullif(jsonb_agg(f.finding order by f.place), '[]')
                from (select e.finding, e.place
                        from jsonb_array_elements(coalesce(d.findings, '[]')) with ordinality e (finding, place)
                       where not (e.finding ? 'session' and e.finding ->> 'member' = v_login)
                      union all
                      select jsonb_build_object('member', v_login, 'session', p.pid), 1000000 + p.pid
                        from unnest(note_lane_sessions.pids) p (pid)) f) as findings
        from platform.lock_downs d
       where d.lifted_at is null and note_lane_sessions.lane = any (platform_private.locked_lanes(d))
    ) n
   where l.id = n.id and l.findings is distinct from n.findings;
end
$$;
comment on function platform_private.note_lane_sessions(integer, integer[]) is 'Notes which sessions of a shut lane would not end.';
revoke all on function platform_private.note_lane_sessions(integer, integer[]) from public;
grant execute on function platform_private.note_lane_sessions(integer, integer[]) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/note_lane_sessions.sql
comment on column platform.lock_downs.findings is 'Ways in that are left: memberships that somebody else granted and that stayed, and sessions of a lane that would not end.';
-- What lifting a lock-down gives back is what was there.
create table if not exists platform_private.withheld_grants (
  subject text primary key,
  usage boolean not null,
  member boolean not null
);
comment on table platform_private.withheld_grants is 'What tenants and lanes held when a lock-down took it away, until it is lifted.';
comment on column platform_private.withheld_grants.subject is 'tenant:<id> or lane:<number>.';
comment on column platform_private.withheld_grants.usage is 'Whether the tenant''s role could use its schema.';
comment on column platform_private.withheld_grants.member is 'Whether the gate could become the tenant''s role, or the lane''s login the gate.';
alter table platform_private.withheld_grants enable row level security;
--! Included functions/platform_private/remember_grants.sql
-- Remembers what a tenant's role and its lane's gate hold at this moment, before a lock-down takes it away: the first of those that cover the tenant. What a
-- DBA had revoked by hand is not there and does not come back by lifting. Called by platform.lock_down.
create or replace function platform_private.remember_grants(
  tenant_id text
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into platform_private.withheld_grants (subject, usage, member)
  select 'tenant:' || t.id,
         exists (select from pg_namespace n, aclexplode(n.nspacl) a
                  where n.nspname = platform_private.tenant_schema(t.id) and a.grantee = r.oid and a.privilege_type = 'USAGE'),
         exists (select from pg_auth_members m join pg_roles g on g.oid = m.member
                  where m.roleid = r.oid and g.rolname = platform_private.gate_role(t.lane))
    from platform.tenants t
    join pg_roles r on r.rolname = platform_private.tenant_role(t.id)
   where t.id = remember_grants.tenant_id
  on conflict on constraint withheld_grants_pkey do nothing
$$;
comment on function platform_private.remember_grants(text) is 'Remembers what a lock-down takes away from a tenant.';
revoke all on function platform_private.remember_grants(text) from public;
--! EndIncluded functions/platform_private/remember_grants.sql
--! Included functions/platform_private/give_back.sql
-- Gives a tenant back what a lock-down took from it, once none names it any more and if its status says that it is open. What was decided
-- meanwhile, by activating it, has been forgotten here and is open whole. Called by platform.lift_lock_down, under the lock of the tenant's row.
create or replace function platform_private.give_back(
  tenant platform.tenants
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_held platform_private.withheld_grants;
begin
  if platform_private.locked_down(tenant.id, null) then
    return;
  end if;
  delete from platform_private.withheld_grants w where w.subject = 'tenant:' || tenant.id returning * into v_held;
  if not platform_private.is_open_by_status(tenant) then
    return;
  end if;
  if coalesce(v_held.usage, true) and coalesce(v_held.member, true) then
    perform platform_private.open_tenant(tenant.id);
    return;
  end if;
  if v_held.usage then
    execute format('grant usage on schema %I to %I', platform_private.tenant_schema(tenant.id), platform_private.tenant_role(tenant.id));
  end if;
  if v_held.member then
    perform platform_private.open_lane(tenant.id);
  end if;
end
$$;
comment on function platform_private.give_back(platform.tenants) is 'Gives a tenant back what a lock-down took.';
revoke all on function platform_private.give_back(platform.tenants) from public;
--! EndIncluded functions/platform_private/give_back.sql
--! Included functions/platform_private/open_tenant.sql
-- Opens a tenant to its lane: membership and USAGE, exactly what close_tenant takes away. Under the lock of its row. Does nothing for a
-- tenant that a lock-down names: lifting that opens it, if its status then says so.
create or replace function platform_private.open_tenant(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Decided anew: what an earlier lock-down found no longer counts.
  delete from platform_private.withheld_grants w where w.subject = 'tenant:' || open_tenant.tenant_id;
  if platform_private.locked_down(tenant_id, null) then
    return;
  end if;
  execute format('grant usage on schema %I to %I',
                 platform_private.tenant_schema(tenant_id), platform_private.tenant_role(tenant_id));
  perform platform_private.open_lane(tenant_id);
end
$$;
comment on function platform_private.open_tenant(text) is 'Grants a tenant its schema and its lane.';
revoke all on function platform_private.open_tenant(text) from public;
--! EndIncluded functions/platform_private/open_tenant.sql
set local role :ROLE_PROVISIONER;
--! Included functions/platform_private/settle_gate.sql
-- Makes a lane's gate what the lock-downs say: open, the lane's login is a member of the gate and so may become its tenants' roles; or
-- shut, and every SET ROLE of that login is refused (42501), for any number of tenants by one REVOKE. No tenant's own grants are touched,
-- so there is nothing to restore but this one membership, unless somebody had revoked it by hand before the lock-down. Creates a gate that is missing. Owned by the provisioner; one at a time.
create or replace function platform_private.settle_gate(
  lane integer
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_login constant text := platform_private.lane_role(lane);
  v_gate constant text := platform_private.gate_role(lane);
  v_member boolean;
  v_made boolean := false;
  v_held boolean;
begin
  -- Class 2 of the project's advisory locks. Whoever comes second reads the lock-downs after the first has committed.
  perform pg_advisory_xact_lock(74110, 2);
  if not exists (select from pg_roles r where r.rolname = v_gate) then
    execute format('create role %I nologin noinherit nocreaterole nocreatedb', v_gate);
    v_made := true;
  end if;
  v_member := exists (
    select from pg_auth_members m
      join pg_roles gate on gate.oid = m.roleid and gate.rolname = v_gate
      join pg_roles login on login.oid = m.member and login.rolname = v_login);
  if platform_private.locked_down(null, lane) then
    insert into platform_private.withheld_grants (subject, usage, member) values ('lane:' || lane, false, v_member or v_made)
    on conflict on constraint withheld_grants_pkey do nothing;
    if v_member then
      execute format('revoke %I from %I', v_gate, v_login);
    end if;
    return;
  end if;
  delete from platform_private.withheld_grants w where w.subject = 'lane:' || lane returning w.member into v_held;
  if not v_member and coalesce(v_held, true) then
    if current_setting('server_version_num')::int >= 160000 then
      execute format('grant %I to %I with inherit false, set true, admin false', v_gate, v_login);
    elsif (select r.rolinherit from pg_roles r where r.rolname = v_login) then
      raise exception 'lane login "%" must be NOINHERIT', v_login
        using errcode = 'TN011', hint = format('Run: alter role %I noinherit', v_login);
    else
      execute format('grant %I to %I', v_gate, v_login);
    end if;
  end if;
end
$$;
comment on function platform_private.settle_gate(integer) is 'Opens or shuts a lane''s gate, as the lock-downs say.';
revoke all on function platform_private.settle_gate(integer) from public;
grant execute on function platform_private.settle_gate(integer) to :ROLE_OWNER;
--! EndIncluded functions/platform_private/settle_gate.sql
set local role :ROLE_OWNER;
--! Included functions/platform/lock_down.sql
-- Stops all access of tenants: scope `all`, `lane` (with `lane`) or `tenants` (with `tenant_ids`). From the commit on the database
-- refuses every new transaction of theirs, and sign-in, renewal and visits besides; servers end what is under way. Operators' own calls
-- go on. Several may overlap: a tenant is open again when the last that covers it is lifted.
-- May be called by members of tenantry_security and tenantry_admin. Raises TN002, TN003 for a tenant that is not there, TN009 for more
-- than the tenants an operator is limited to.
create or replace function platform.lock_down(
  scope text,
  reason text,
  tenant_ids text[] default null,
  lane integer default null
)
returns platform.lock_downs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lanes constant integer := (select i.lanes from platform.installation i);
  v_ids text[];
  v_tenant platform.tenants;
  v_lock_down platform.lock_downs;
  v_left jsonb := '[]';
begin
  if btrim(coalesce(reason, '')) = '' or length(reason) > 2000 then
    raise exception 'say why access is to stop' using errcode = 'TN002', column = 'reason', hint = 'Up to 2,000 characters.';
  end if;
  if scope is null or scope not in ('all', 'lane', 'tenants') then
    raise exception 'there is no such scope' using errcode = 'TN002', column = 'scope', hint = 'all, lane or tenants.';
  end if;
  if (scope = 'lane') <> (lane is not null) or lane not between 0 and v_lanes - 1 then
    raise exception 'lane % cannot be locked down with scope %', coalesce(lane::text, '(none)'), scope
      using errcode = 'TN002', column = 'lane', hint = format('Scope lane takes a lane from 0 to %s, no other scope takes one.', v_lanes - 1);
  end if;
  if (scope = 'tenants') <> (tenant_ids is not null) or cardinality(tenant_ids) not between 1 and 50
     or array_position(tenant_ids, null) is not null then
    raise exception 'the tenants to lock down are not named as scope % wants it', scope
      using errcode = 'TN002', column = 'tenant_ids', hint = 'Scope tenants takes 1 to 50 ids, no other scope takes any. For more use lane or all.';
  end if;
  if scope = 'tenants' then
    select array_agg(distinct named.id order by named.id) into v_ids from unnest(tenant_ids) as named (id);
    perform platform_private.lock_tenant(named.id) from unnest(v_ids) as named (id);
  else
    perform platform_private.require_unlimited();
  end if;
  insert into platform.lock_downs (scope, tenant_ids, lane, reason, locked_by)
  values (lock_down.scope, v_ids, lock_down.lane, btrim(lock_down.reason), audit.actor())
  returning * into v_lock_down;
  for v_tenant in select * from platform.tenants t where t.id = any (v_ids) order by t.id loop
    if platform_private.is_open_by_status(v_tenant) then
      perform platform_private.remember_grants(v_tenant.id);
      v_left := v_left || coalesce(platform_private.close_tenant(v_tenant.id), '[]');
    end if;
  end loop;
  perform platform_private.settle_gate(covered.lane) from unnest(platform_private.locked_lanes(v_lock_down)) as covered (lane);
  v_left := v_left || coalesce(platform_private.ways_past_gates(platform_private.locked_lanes(v_lock_down)), '[]');
  if v_left <> '[]' then
    raise warning 'somebody else''s grants of roles remain; by them a lane''s login may still act for tenants'
      using errcode = 'TN012', detail = v_left::text, hint = 'Let the grantor revoke them, now.';
    update platform.lock_downs l set findings = v_left where l.id = v_lock_down.id returning * into v_lock_down;
  end if;
  perform platform_private.record_lock_down('lock_down.begin', v_lock_down, v_lock_down.reason);
  return v_lock_down;
end
$$;
-- In GraphQL a mutation's input is named after it, and LockDown is the type of the table's rows.
comment on function platform.lock_down(text, text, text[], integer) is E'@name start_lock_down\nStops all access of tenants at once: all, a lane, or those named.';
revoke all on function platform.lock_down(text, text, text[], integer) from public;
grant execute on function platform.lock_down(text, text, text[], integer) to :ROLE_SECURITY, :ROLE_ADMIN;
--! EndIncluded functions/platform/lock_down.sql
--! Included functions/platform/lift_lock_down.sql
-- Lifts one lock-down, or without an id all that are not lifted; returns them. Opens what no other still covers, with the grants it had:
-- a tenant that was closed before, or by an operator meanwhile, stays closed. An operator limited to tenants lifts those that name
-- none but theirs. May be called by members of tenantry_security and tenantry_admin. Raises TN003, TN004 for one that was lifted.
create or replace function platform.lift_lock_down(
  id bigint default null,
  reason text default null
)
returns setof platform.lock_downs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_listed constant text[] := platform_private.listed_tenants();
  v_covering platform.lock_downs[];
  v_lock_down platform.lock_downs;
  v_ids text[] := '{}';
  v_lanes integer[] := '{}';
begin
  if length(reason) > 2000 then
    raise exception 'the reason is too long' using errcode = 'TN002', column = 'reason', hint = 'Up to 2,000 characters.';
  end if;
  select array_agg(l order by l.id) into v_covering
    from platform.lock_downs l
   where (lift_lock_down.id is null and l.lifted_at is null or l.id = lift_lock_down.id)
     and (v_listed is null or l.tenant_ids <@ v_listed);
  if v_covering is null and id is not null then
    raise exception 'there is no lock-down %', id using errcode = 'TN003', hint = 'List them: select * from platform.lock_downs.';
  end if;
  -- Tenants before gates, in the order of their ids: as lock_down takes them.
  perform from platform.tenants t
    where t.id in (select named.id from unnest(v_covering) as l, unnest(l.tenant_ids) as named (id))
    order by t.id
      for update;
  for v_lock_down in
    update platform.lock_downs l
       set lifted_at = now(), lifted_by = audit.actor(), lift_reason = nullif(btrim(lift_lock_down.reason), '')
      from unnest(v_covering) as covering
     where l.id = covering.id and l.lifted_at is null
    returning l.*
  loop
    v_ids := v_ids || v_lock_down.tenant_ids;
    v_lanes := v_lanes || platform_private.locked_lanes(v_lock_down);
    perform platform_private.record_lock_down('lock_down.lift', v_lock_down, v_lock_down.lift_reason);
    return next v_lock_down;
  end loop;
  if not found and id is not null then
    raise exception 'lock-down % was lifted already', id
      using errcode = 'TN004', detail = 'Allowed from: not lifted.', hint = 'Those in force: select id, scope from platform.lock_downs where lifted_at is null.';
  end if;
  -- Once each, however many covered it: what was remembered is given back and forgotten.
  perform platform_private.give_back(t) from platform.tenants t where t.id = any (v_ids);
  perform platform_private.settle_gate(covered.lane) from (select distinct l.lane from unnest(v_lanes) as l (lane) order by 1) as covered;
end
$$;
comment on function platform.lift_lock_down(bigint, text) is 'Lifts a lock-down, or all of them.';
revoke all on function platform.lift_lock_down(bigint, text) from public;
grant execute on function platform.lift_lock_down(bigint, text) to :ROLE_SECURITY, :ROLE_ADMIN;
--! EndIncluded functions/platform/lift_lock_down.sql

-- Direct access that can't be kept out of the trail.
alter table platform.installation add column if not exists statement_log_check text;
comment on column platform.installation.statement_log_check is 'Digest of the key with which the server keeps its own statements out of PostgreSQL''s log.';
alter table audit.log_positions add column if not exists moved_at timestamptz not null default now();
comment on column audit.log_positions.moved_at is 'When there last was something new in it.';
-- What was known of sessions was less than is needed now.
update audit.log_positions set sessions = '{}' where sessions <> '{}';
drop function if exists tenantry_shared.stop_statement_log();
drop function if exists audit.log_position(text);
--! Included functions/tenantry_shared/stop_statement_log.sql
-- Ends the logging of this session's statements, where an administrator has had those of our logins logged (docs/how-to/log-direct-access.md). The
-- server calls it first on each of its connections: what goes through the API is in the trail already, and its values belong in no log. `key` comes
-- from the master key: whoever has a login's password alone can't call this. The call itself is logged before it takes effect, and so is its
-- failure. Called by logins; no role that they take may.
-- Returns whether logging is off.
create or replace function tenantry_shared.stop_statement_log(
  key text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not coalesce(encode(sha256(convert_to(key, 'UTF8')), 'hex') = (select i.statement_log_check from platform.installation i), false) then
    raise insufficient_privilege using message = 'not a session of the server',
      hint = 'What is done past the server stays in the log. A server of ours has another master key than the database was migrated with.';
  end if;
  if current_setting('log_statement') = 'none' then
    return true;
  end if;
  if not has_parameter_privilege('log_statement', 'set') then
    return false;
  end if;
  perform set_config('log_statement', 'none', false);
  return true;
end
$$;
comment on function tenantry_shared.stop_statement_log(text) is 'Ends the logging of this session''s statements; the call itself is logged.';
revoke all on function tenantry_shared.stop_statement_log(text) from public;
grant execute on function tenantry_shared.stop_statement_log(text)
  to :ROLE_AUTH, :ROLE_API, :ROLE_AUDIT, :ROLE_WORKER, :ROLE_MAINTENANCE, :ROLE_MONITOR, :ROLE_BLUEPRINT;
--! EndIncluded functions/tenantry_shared/stop_statement_log.sql
--! Included functions/audit/logged_logins.sql
-- Logins whose statements an administrator has had logged, and those that should have: every login of ours that may connect to this database.
-- Called by functions of the owner.
create or replace function audit.logged_logins()
returns table (
  name text,
  logged boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select r.rolname::text,
         exists (
           select
             from pg_db_role_setting s
            where s.setrole = r.oid and s.setdatabase = 0 and 'log_statement=all' = any (s.setconfig)
         ) or coalesce((select f.reset_val from pg_settings f where f.name = 'log_statement'), '') = 'all'
    from platform.installation i
    join pg_roles r
      on r.rolname ~ ('^' || i.prefix || 'tenantry_lane_[0-9]{2,3}$')
      or r.rolname in (i.prefix || 'tenantry_auth', i.prefix || 'tenantry_api', i.prefix || 'tenantry_audit', i.prefix || 'tenantry_worker',
                       i.prefix || 'tenantry_maintenance', i.prefix || 'tenantry_monitor')
$$;
comment on function audit.logged_logins() is 'Our logins, and whether their statements are logged.';
revoke all on function audit.logged_logins() from public;
--! EndIncluded functions/audit/logged_logins.sql
--! Included functions/audit/log_position.sql
-- How far a server log has been read: the file by its inode, how many bytes of it, and what is known of sessions in it; null when it was never
-- read. `logged` are the logins whose statements are logged. Called by the worker.
create or replace function audit.log_position(
  source text,
  out file text,
  out bytes bigint,
  out sessions jsonb,
  out logged text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select p.file, p.bytes, p.sessions, l.names
    from (select coalesce(array_agg(l.name), '{}') as names from audit.logged_logins() l where l.logged) l
    left join audit.log_positions p on p.source = log_position.source
$$;
comment on function audit.log_position(text) is 'How far a server log has been read.';
revoke all on function audit.log_position(text) from public;
grant execute on function audit.log_position(text) to :ROLE_WORKER;
--! EndIncluded functions/audit/log_position.sql
--! Included functions/audit/store_direct.sql
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
--! EndIncluded functions/audit/store_direct.sql
--! Included functions/audit/actor.sql
-- Who acts, in words that a trail can keep: `operator:<id>`, `user:<id>`, `service:<id>` as the server states it, `worker`, `server`
-- for a process without anybody's claims, `login:<name>` for everybody else's session. Claims count only from the server's own
-- logins: a DBA could set them to anybody's; and only from sessions whose statements aren't logged as sql/roles/00_as_admin.sql says, which the server
-- has ended on its own (tenantry_shared.stop_statement_log): who has no more than a login's password is that login. Called by functions of the owner only, whose rights and path it has. No `set` and one
-- expression, so that it is inlined: as a function with a query for the prefix it cost every audited row 7 µs, with a path of its own 10 more.
create or replace function audit.actor()
returns text
language sql
stable
as $$
  select case
    when session_user = ':ROLE_WORKER' then 'worker'
    when current_setting('log_statement') = 'all' and current_setting('log_parameter_max_length') = '0' then 'login:' || session_user
    when session_user in (':ROLE_API', ':ROLE_AUTH') or session_user ^@ (left(':ROLE_WORKER', -6) || 'lane_') then
      coalesce(
        'operator:' || nullif(current_setting('tenantry.operator_id', true), ''),
        'user:' || nullif(current_setting('tenantry.user_id', true), ''),
        'service:' || nullif(current_setting('tenantry.service_id', true), ''),
        'server')
    else 'login:' || session_user
  end
$$;
comment on function audit.actor() is 'Who acts in this session, as the server states it or by login.';
revoke all on function audit.actor() from public;
--! EndIncluded functions/audit/actor.sql
--! Included functions/platform/direct_access_posture.sql
-- Whether a read past the API would be found in the trail: statements of every login are logged, as JSON, the log is read and grows, and the server can
-- keep its own out of it. Nothing here stops the server from serving. May be called by every operator.
create or replace function platform.direct_access_posture(
  out ok boolean,
  out findings text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with logins as materialized (
    select l.name, l.logged from audit.logged_logins() l
  ), found (finding) as (
    select format('statements of %s of %s logins are not logged: an administrator runs sql/roles/00_as_admin.sql', count(*) filter (where not logged), count(*))
      from logins having bool_or(not logged)
    union all
    select 'statements of the server are logged as well: an administrator runs sql/roles/00_as_admin.sql'
     where exists (select from logins where logged) and not has_parameter_privilege('log_statement', 'set')
    union all
    select 'the log is not JSON, in which alone a client can''t hide: set logging_collector = on and log_destination = ''jsonlog'''
     where not exists (select from pg_settings f where f.name = 'log_destination' and f.setting ~ '\mjsonlog\M')
        or not exists (select from pg_settings f where f.name = 'logging_collector' and f.setting = 'on')
    union all
    select 'the server log is not read: give the worker AUDIT_SERVER_LOG'
     where not exists (select from audit.log_positions p where p.read_at > now() - interval '10 minutes')
    union all
    -- One reader's success says nothing of another's log; one that nobody has read for a week is gone.
    select format('reading of %s has stopped: see the log of the worker there', p.source)
      from audit.log_positions p
     where p.read_at between now() - interval '7 days' and now() - interval '10 minutes'
    union all
    -- PostgreSQL writes of its checkpoints, and the server of its connections, so there is always something.
    select format('%s has not grown for a day: AUDIT_SERVER_LOG is to be where PostgreSQL writes', p.source)
      from audit.log_positions p
     where p.read_at > now() - interval '10 minutes' and p.moved_at < now() - interval '1 day'
  )
  select count(*) = 0, coalesce(array_agg(finding order by finding), '{}') from found
$$;
comment on function platform.direct_access_posture() is E'@behavior -*\nWould a read past the API be found in the trail?';
revoke all on function platform.direct_access_posture() from public;
grant execute on function platform.direct_access_posture() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/direct_access_posture.sql
--! Included functions/platform/database_posture.sql
-- Whether the database is closed as the migrator left it: PUBLIC may neither connect nor make temporary tables, which a clone or
-- a restore allows again, and every login of ours begins with the settings it was given and no others. The migrator mends both. For
-- readiness; may be called by every operator.
create or replace function platform.database_posture(
  out ok boolean,
  out findings text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with logins (id, given) as (
    select r.oid,
           case when r.rolname ~ ('^' || i.prefix || 'tenantry_lane_[0-9]{2,3}$')
                then array['statement_timeout=30s', 'idle_in_transaction_session_timeout=10s', 'search_path=pg_catalog, pg_temp']
                     || case when current_setting('server_version_num')::integer >= 170000 then array['transaction_timeout=60s'] else '{}' end
                else '{}' end
      from platform.installation i
      join pg_roles r on r.rolcanlogin and r.rolname ^@ (i.prefix || 'tenantry_')
       and (r.rolname !~ 'tenantry_lane_[0-9]{2,3}$' or right(r.rolname, -length(i.prefix || 'tenantry_lane_'))::integer < i.lanes)
  ), found (finding) as (
    select 'PUBLIC may ' || acl.privilege_type
      from pg_database d
     cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as acl
     where d.datname = current_database()
       and acl.grantee = 0
    union all
    -- A login may change most settings of its own for good: what its sessions begin with is this list and nothing else.
    select x.finding
      from logins l
     cross join lateral (
       select 'a login has settings of its own making'
         from pg_db_role_setting s
        cross join unnest(s.setconfig) as setting
        where s.setrole = l.id
          -- What a login set for another database means nothing here.
          and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
          and (s.setdatabase <> 0 or setting <> all (l.given || array['log_statement=all', 'log_parameter_max_length=0']))
       union all
       select 'a login lacks limits that it was given'
        where not l.given <@ coalesce((select s.setconfig from pg_db_role_setting s where s.setrole = l.id and s.setdatabase = 0), '{}')
     ) as x (finding)
  )
  select count(*) = 0, coalesce(array_agg(distinct finding order by finding), '{}') from found
$$;
comment on function platform.database_posture() is E'@behavior -*\nIs the database closed to PUBLIC, and are logins as they were made?';
revoke all on function platform.database_posture() from public;
grant execute on function platform.database_posture() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/database_posture.sql
-- A posture that nothing hides from: the control plane as a whole, each tenant's schema as a whole, every role.
create table if not exists platform_private.control_plane (
  object text not null,
  digest text not null,
  primary key (object, digest)
);
comment on table platform_private.control_plane is 'Every object of the control plane with a digest of what it is, as the migrator found them in the blueprint database.';
comment on column platform_private.control_plane.object is 'Kind and name.';
comment on column platform_private.control_plane.digest is 'SHA-256 in hex: see platform_private.describe_control_plane.';
alter table platform_private.control_plane enable row level security;
create table if not exists platform_private.kept_posture (
  singleton boolean primary key default true constraint kept_posture_is_one check (singleton),
  made_at timestamptz not null,
  posture jsonb not null
);
comment on table platform_private.kept_posture is 'The half of the posture that all tenants share, as it was last found sound.';
comment on column platform_private.kept_posture.singleton is 'There is one.';
comment on column platform_private.kept_posture.made_at is 'When it was made.';
comment on column platform_private.kept_posture.posture is 'What platform_private.shared_posture said.';
alter table platform_private.kept_posture enable row level security;
alter table platform.isolation_runs add column if not exists control_plane text;
comment on column platform.isolation_runs.control_plane is E'@behavior -*\nDigest of the control plane that was proven.';
grant select (control_plane) on platform.isolation_runs to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
drop function if exists platform_private.isolation_posture(text);
--! Included functions/platform_private/posture_exceptions.sql
-- Everything that the posture check lets pass although its rule says otherwise, by name, and why. The one place of its kind: what stands
-- here is what an auditor has to look at. Called by the posture functions.
create or replace function platform_private.posture_exceptions()
returns table (
  rule text,
  name text,
  why text
)
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  values
    ('public-schema', 'tenantry_shared', 'Helpers on every tenant''s path; holds no table.'),
    ('public-schema', 'platform_probe', 'The canary of the isolation proof; holds no table.'),
    ('owner-rights', 'audit_trail(timestamp with time zone, integer, text, timestamp with time zone, text, text, text)', 'A tenant''s own part of the trail; the tenant is a literal in it.'),
    ('owner-rights', 'attestations(timestamp with time zone, integer)', 'A tenant''s own attestations; the tenant is a literal in it.'),
    ('owner-rights', 'chain_status()', 'How a tenant''s own trail stands; the tenant is a literal in it.'),
    ('owner-rights', 'key_ages()', 'The ages of a tenant''s own keys; the tenant is a literal in it.'),
    ('owner-rights', 'operator_visits(timestamp with time zone, integer)', 'Operators'' visits to a tenant; the tenant is a literal in it.'),
    ('owner-rights', 'request_evidence(timestamp with time zone, timestamp with time zone)', 'Orders a tenant''s own evidence; the tenant is a literal in it.'),
    ('trigger-function', 'audit.record_change', 'Changes of a tenant''s rows stand in the trail.'),
    ('trigger-function', 'platform_private.follow_user', 'Sessions and tokens follow what becomes of a person.'),
    ('trigger-function', 'platform_private.invite_new_user', 'A new person is invited.'),
    ('trigger-function', 'platform_private.guard_users', 'Guards who changes people.'),
    ('trigger-function', 'platform_private.guard_roles', 'Guards who gives roles.'),
    ('trigger-function', 'platform_private.check_setting', 'Checks a setting against its schema.'),
    ('trigger-function', 'platform_private.record_setting', 'Records what a setting was.'),
    ('trigger-function', 'platform_private.order_webhooks', 'Orders the webhooks of a change.'),
    ('trigger-function', 'platform_private.record_webhook_secret', 'Records that a secret was changed.'),
    ('trigger-function', 'platform_private.keep_earlier_secret', 'Keeps a secret for the day after it was changed.'),
    ('trigger-function', 'platform_private.tell_people', 'Orders notices to the tenant''s people.'),
    ('provisioner', 'platform_private.create_tenant_role', 'Creates roles.'),
    ('provisioner', 'platform_private.drop_tenant_role', 'Drops roles.'),
    ('provisioner', 'platform_private.open_lane', 'Grants a tenant''s role to the gate of its lane.'),
    ('provisioner', 'platform_private.close_lane', 'Revokes it.'),
    ('provisioner', 'platform_private.settle_gate', 'Creates a lane''s gate, and opens or shuts it.'),
    ('lane', 'stop_statement_log', 'Keeps the server''s own statements out of PostgreSQL''s log; it takes a key that only servers have, and the call itself is logged.'),
    ('owner-parameter', 'log_statement', 'With it the owner''s function stop_statement_log does what it says.'),
    ('language', 'internal', 'PostgreSQL''s own; for superusers.'),
    ('language', 'c', 'PostgreSQL''s own; for superusers.')
$$;
comment on function platform_private.posture_exceptions() is 'What the posture check lets pass, by name, and why.';
revoke all on function platform_private.posture_exceptions() from public;
--! EndIncluded functions/platform_private/posture_exceptions.sql
--! Included functions/platform_private/posture_functions.sql
-- Posture of a tenant's functions: owners, rights, paths, languages, and bodies that build SQL or speak of another tenant. One row for
-- each thing looked at, as in posture_role. Called by isolation_posture.
-- A function that a tenant may call and that executes text or sets the role would be a way to every tenant of its lane.
create or replace function platform_private.posture_functions(
  tenant_id text
)
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  v_role constant oid := (select r.oid from pg_roles r where r.rolname = platform_private.tenant_role(posture_functions.tenant_id));
  v_schema_name constant text := platform_private.tenant_schema(posture_functions.tenant_id);
  v_schema constant oid := to_regnamespace(quote_ident(v_schema_name));
  v_owner constant oid := (select r.oid from platform.installation i join pg_roles r on r.rolname = i.prefix || 'tenantry_owner');
begin
  return query
  with own as materialized (
    select p.*, p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '') as source
      from pg_depend d
      join pg_proc p on p.oid = d.objid
     where d.refclassid = 'pg_namespace'::regclass and d.refobjid = v_schema and d.classid = 'pg_proc'::regclass and d.deptype = 'n'
  )
  select a.kind, f.proname::text, a.expected, a.seen
    from own f
    join pg_language l on l.oid = f.prolang
   cross join lateral (values
     ('function-owner', v_owner::regrole::text, f.proowner::regrole::text),
     ('function-language', 'trusted', case when l.lanpltrusted then 'trusted' else l.lanname::text end),
     ('function-rights', 'caller''s rights or listed',
      case when not f.prosecdef or exists (select from platform_private.posture_exceptions() x where x.rule = 'owner-rights' and x.name = f.proname || '(' || oidvectortypes(f.proargtypes) || ')')
           then 'caller''s rights or listed' else 'owner''s rights' end),
     ('function-path', 'pinned',
      case when not f.prosecdef or f.proconfig @> array['search_path=pg_catalog, pg_temp'] then 'pinned'
           else coalesce(array_to_string(f.proconfig, ', '), 'not pinned') end),
     ('function-text', 'plain',
      case when has_function_privilege(v_role, f.oid, 'EXECUTE') then coalesce(substring(lower(f.source) from '\mexecute\M|set_config|\mdblink|\mcopy\M|_to_xml|pg_settings|ts_stat|\mu&'), 'plain')
           else 'plain' end),
     ('function-tenant', 'its own',
      coalesce((select mentioned.names[1] from regexp_matches(f.source, '\mtenant_[a-z][a-z0-9_]*', 'g') as mentioned (names)
                 where mentioned.names[1] <> v_schema_name and to_regnamespace(mentioned.names[1]) is not null limit 1), 'its own'))
   ) as a (kind, expected, seen);

  -- What a body that was bound when it was written leans on.
  return query
  select 'crossing-functions', coalesce(x.target, v_schema_name), 'inside', coalesce(x.what, 'inside')
    from (values (true)) as looked (at)
    left join (
      select f.proname::text as target, pg_describe_object(r.refclassid, r.refobjid, r.refobjsubid) as what
        from pg_depend d
        join pg_proc f on f.oid = d.objid
        join pg_depend r on r.classid = 'pg_proc'::regclass and r.objid = f.oid
        left join pg_class c on r.refclassid = 'pg_class'::regclass and c.oid = r.refobjid
        left join pg_proc p on r.refclassid = 'pg_proc'::regclass and p.oid = r.refobjid
        join pg_namespace n on n.oid = coalesce(c.relnamespace, p.pronamespace)
       where d.refclassid = 'pg_namespace'::regclass and d.refobjid = v_schema and d.classid = 'pg_proc'::regclass and d.deptype = 'n'
         and n.oid <> v_schema
         and n.nspname not in ('pg_catalog', 'information_schema')
         and n.nspname not in (select e.name from platform_private.posture_exceptions() e where e.rule = 'public-schema')
    ) x on true;
end
$$;
comment on function platform_private.posture_functions(text) is 'Owners, rights, paths and bodies of a tenant''s functions.';
revoke all on function platform_private.posture_functions(text) from public;
--! EndIncluded functions/platform_private/posture_functions.sql
--! Included functions/platform_private/posture_tables.sql
-- Posture of a tenant's tables: row security, owners, views, and whatever reaches into another schema or from there into this one. One
-- row for each thing looked at, as in posture_role. Called by isolation_posture.
-- Everything is found through pg_depend, whose indexes lead from a schema to its parts and from a table to what leans on it. No joins by hash or
-- merge: they would read the catalogs of the whole fleet.
create or replace function platform_private.posture_tables(
  tenant_id text
)
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  v_role constant oid := (select r.oid from pg_roles r where r.rolname = platform_private.tenant_role(posture_tables.tenant_id));
  v_schema_name constant text := platform_private.tenant_schema(posture_tables.tenant_id);
  v_schema constant oid := to_regnamespace(quote_ident(v_schema_name));
  v_owner constant oid := (select r.oid from platform.installation i join pg_roles r on r.rolname = i.prefix || 'tenantry_owner');
  v_tables constant oid[] := (
    select coalesce(array_agg(d.objid), '{}')
      from pg_depend d
     where d.refclassid = 'pg_namespace'::regclass and d.refobjid = v_schema and d.classid = 'pg_class'::regclass and d.deptype = 'n');
  v_near constant oid[] := (
    select array_agg(n.oid)
      from pg_namespace n
     where n.oid = v_schema
        or n.nspname in ('pg_catalog', 'information_schema', 'pg_toast')
        or n.nspname in (select x.name from platform_private.posture_exceptions() x where x.rule = 'public-schema'));
  v_trigger_functions constant oid[] := (
    select array_agg(to_regproc(x.name)::oid) from platform_private.posture_exceptions() x where x.rule = 'trigger-function');
begin
  return query
  select a.kind, c.relname::text, a.expected, a.seen
    from unnest(v_tables) as own (id)
    join pg_class c on c.oid = own.id
   cross join lateral (values
     ('row-security', 'on', case when c.relrowsecurity then 'on' else 'off' end),
     -- The owner's functions look past row security by design: they check for themselves.
     ('forced-row-security', 'off', case when c.relforcerowsecurity then 'on' else 'off' end)
   ) as a (kind, expected, seen)
   where c.relkind in ('r', 'p');
  return query
  select a.kind, c.relname::text, a.expected, a.seen
    from unnest(v_tables) as own (id)
    join pg_class c on c.oid = own.id
   cross join lateral (values
     ('table-owner', v_owner::regrole::text, c.relowner::regrole::text),
     ('table-persistence', 'permanent', case c.relpersistence when 'p' then 'permanent' when 'u' then 'unlogged' else 'temporary' end),
     ('foreign-tables', 'none', case c.relkind when 'f' then 'foreign table' else 'none' end),
     ('views', 'caller''s rights',
      case when c.relkind = 'm' or c.relkind = 'v' and coalesce(array_to_string(c.reloptions, ',') !~ 'security_invoker=(true|on|1|yes)', true)
           then 'owner''s rights' else 'caller''s rights' end)
   ) as a (kind, expected, seen);

  -- For each verb that the role was granted there is a policy that says on which rows.
  return query
  select 'policies', c.relname::text || ', ' || verb.name, 'policy',
         case when exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', verb.cmd)) then 'policy' else 'none' end
    from unnest(v_tables) as own (id)
    join pg_class c on c.oid = own.id and c.relkind in ('r', 'p')
   cross join (values ('SELECT', 'r'::"char"), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) as verb (name, cmd)
   where v_role is not null
     and case verb.name when 'DELETE' then has_table_privilege(v_role, c.oid, 'DELETE') else has_any_column_privilege(v_role, c.oid, verb.name) end;

  return query
  select 'rules', coalesce(r.target, v_schema_name), 'none', case when r.target is null then 'none' else 'rule' end
    from (values (true)) as looked (at)
    left join (
      select c.relname || '.' || w.rulename as target
        from unnest(v_tables) as own (id)
        join pg_class c on c.oid = own.id and c.relhasrules
        join pg_rewrite w on w.ev_class = c.oid and w.rulename <> '_RETURN'
    ) r on true;

  return query
  select 'publications', coalesce(p.target, v_schema_name), 'none', coalesce(p.publication, 'none')
    from (values (true)) as looked (at)
    left join (
      select c.relname::text as target, pub.pubname::text as publication
        from unnest(v_tables) as own (id)
        join pg_publication_rel r on r.prrelid = own.id
        join pg_publication pub on pub.oid = r.prpubid
        join pg_class c on c.oid = own.id
      union all
      select v_schema_name, pub.pubname
        from pg_publication_namespace n
        join pg_publication pub on pub.oid = n.pnpubid
       where n.pnnspid = v_schema
    ) p on true;

  -- Children and parents in another schema share rows with it.
  return query
  select 'inheritance', coalesce(h.target, v_schema_name), 'none', coalesce(h.other, 'none')
    from (values (true)) as looked (at)
    left join (
      select own.id::regclass::text as target, other.id::regclass::text as other
        from unnest(v_tables) as own (id)
        join lateral (
          select i.inhparent from pg_inherits i where i.inhrelid = own.id
          union all
          select i.inhrelid from pg_inherits i where i.inhparent = own.id
        ) as other (id) on true
        join pg_class c on c.oid = other.id and c.relnamespace <> v_schema
    ) h on true;

  -- What belongs to a table of the tenant: keys, defaults, policies, triggers, rules. It leans on this schema and the shared ones.
  return query
  with parts (classid, objid, kind, name) as (
    select 'pg_constraint'::regclass::oid, k.oid, case k.contype when 'f' then 'crossing-keys' else 'crossing-constraints' end, k.conname::text
      from unnest(v_tables) as own (id)
      join pg_constraint k on k.conrelid = own.id
    union all
    select 'pg_attrdef'::regclass::oid, a.oid, 'crossing-defaults', own.id::regclass::text
      from unnest(v_tables) as own (id)
      join pg_attrdef a on a.adrelid = own.id
    union all
    select 'pg_policy'::regclass::oid, p.oid, 'crossing-policies', p.polname::text
      from unnest(v_tables) as own (id)
      join pg_policy p on p.polrelid = own.id
    union all
    select 'pg_trigger'::regclass::oid, t.oid, 'crossing-triggers', t.tgname::text
      from unnest(v_tables) as own (id)
      join pg_trigger t on t.tgrelid = own.id and not t.tgisinternal
    union all
    select 'pg_rewrite'::regclass::oid, w.oid, 'crossing-views', own.id::regclass::text
      from unnest(v_tables) as own (id)
      join pg_rewrite w on w.ev_class = own.id
  ), crossings as (
    select p.classid, p.objid, min(pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)) as to_what
      from parts p
      join pg_depend d on d.classid = p.classid and d.objid = p.objid
      left join pg_class c on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid
      left join pg_proc f on d.refclassid = 'pg_proc'::regclass and f.oid = d.refobjid
     where coalesce(c.relnamespace, f.pronamespace) <> all (v_near)
       and not (p.kind = 'crossing-triggers' and coalesce(f.oid = any (v_trigger_functions), false))
     group by p.classid, p.objid
  )
  select p.kind, p.name, 'inside', coalesce(x.to_what, 'inside')
    from parts p
    left join crossings x on x.classid = p.classid and x.objid = p.objid;

  -- The other way round: what of other schemas leans on a table of the tenant.
  return query
  select 'reached-from-outside', coalesce(o.target, v_schema_name), 'none', coalesce(o.what, 'none')
    from (values (true)) as looked (at)
    left join (
      select own.id::regclass::text as target, pg_describe_object(d.classid, d.objid, d.objsubid) as what
        from unnest(v_tables) as own (id)
        join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = own.id
        left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
        left join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
        left join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
        left join pg_class c on c.oid = coalesce(nullif(k.conrelid, 0), w.ev_class, p.polrelid)
        left join pg_proc f on d.classid = 'pg_proc'::regclass and f.oid = d.objid
       where coalesce(c.relnamespace, f.pronamespace) <> v_schema
    ) o on true;
end
$$;
comment on function platform_private.posture_tables(text) is 'Row security and owners of a tenant''s tables, and what crosses its schema''s border.';
revoke all on function platform_private.posture_tables(text) from public;
--! EndIncluded functions/platform_private/posture_tables.sql
--! Included functions/platform_private/posture_logins.sql
-- Posture of the fixed roles, the lanes and their gates: what they are, whose members they are, who may become them, what they hold and own. The half
-- of the posture that is the same for every tenant. One row for each thing looked at, as in posture_role. Called by shared_posture.
-- The list is that of sql/roles. The database's owner, who migrates, may become each of them; people are members of operators' roles.
create or replace function platform_private.posture_logins()
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_prefix constant text := (select i.prefix from platform.installation i);
  v_migrator constant oid := (select d.datdba from pg_database d where d.datname = current_database());
  v_database constant oid := (select d.oid from pg_database d where d.datname = current_database());
  v_lane constant text := '^' || v_prefix || 'tenantry_lane_[0-9]{2,3}$';
  v_ns constant text := (select i.ns from platform.installation i);
  -- Other databases of the installation have gates on the same lanes: see posture_roles. Who holds a tenant's role is that tenant's posture.
  v_gate constant text := '^' || v_prefix || '([a-z][a-z0-9]*_)?tenantry_gate_[0-9]{2,3}$';
  v_lanes constant oid[] := (
    select coalesce(array_agg(r.oid), '{}') from pg_roles r where r.rolname ^@ (v_prefix || 'tenantry_lane_') and r.rolname ~ v_lane);
  v_gates constant oid[] := (
    select coalesce(array_agg(r.oid), '{}') from pg_roles r where r.rolname ^@ (v_prefix || v_ns || 'tenantry_gate_') and r.rolname ~ v_gate);
begin
  return query
  with fixed as (
    select r.*, coalesce(substr(r.rolname, length(v_prefix) + 1), '') as short
      from pg_roles r
     where r.rolname ^@ (v_prefix || 'tenantry_')
  )
  select 'fixed-role-' || a.name, f.rolname::text, case when a.wanted then 'yes' else 'no' end, case when a.held then 'yes' else 'no' end
    from fixed f
   cross join lateral (values
     ('superuser', false, f.rolsuper), ('bypassrls', false, f.rolbypassrls), ('createdb', false, f.rolcreatedb),
     ('replication', false, f.rolreplication), ('createrole', f.short = 'tenantry_provisioner', f.rolcreaterole),
     ('login', f.short not in ('tenantry_owner', 'tenantry_provisioner', 'tenantry_admin', 'tenantry_operator', 'tenantry_security', 'tenantry_developer'),
      f.rolcanlogin),
     ('inherit', f.short in ('tenantry_provisioner', 'tenantry_admin', 'tenantry_operator', 'tenantry_security', 'tenantry_developer'), f.rolinherit)
   ) as a (name, wanted, held)
   where f.rolname ~ v_lane
      or f.short in ('tenantry_owner', 'tenantry_provisioner', 'tenantry_auth', 'tenantry_api', 'tenantry_audit', 'tenantry_worker',
                     'tenantry_maintenance', 'tenantry_monitor', 'tenantry_blueprint', 'tenantry_admin', 'tenantry_operator',
                     'tenantry_security', 'tenantry_developer');

  -- Who may become one of the roles that own, build or serve, and what lanes may become beside tenants. From PostgreSQL 16 on the
  -- creator of a role holds ADMIN alone of it, which lets it neither inherit nor become; but it may grant itself that, so nobody else may hold it.
  return query
  select 'login-members', role.rolname || ' to ' || member.rolname, 'listed',
         case when m.member = v_migrator
                or not m.admin_option and (role.rolname, member.rolname) in (
                     (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_provisioner'),
                     (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_maintenance'))
              then 'listed' else 'member' end
    from pg_auth_members m
    join pg_roles role on role.oid = m.roleid
    join pg_roles member on member.oid = m.member
   where role.oid = any (v_lanes)
      or role.rolname in (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_provisioner', v_prefix || 'tenantry_auth', v_prefix || 'tenantry_api',
                          v_prefix || 'tenantry_audit', v_prefix || 'tenantry_worker', v_prefix || 'tenantry_maintenance',
                          v_prefix || 'tenantry_monitor', v_prefix || 'tenantry_blueprint');
  return query
  select 'login-memberships', coalesce(x.target, 'logins and lanes'), 'listed', case when x.target is null then 'listed' else 'member' end
    from (values (true)) as looked (at)
    left join (
      select member.rolname || ' in ' || role.rolname as target
        from pg_roles member
        join pg_auth_members m on m.member = member.oid
        join pg_roles role on role.oid = m.roleid
       where member.rolname ^@ (v_prefix || 'tenantry_')
         and (member.oid = any (v_lanes) and role.rolname !~ v_gate
              or member.rolname in (v_prefix || 'tenantry_auth', v_prefix || 'tenantry_audit', v_prefix || 'tenantry_worker', v_prefix || 'tenantry_owner',
                                    v_prefix || 'tenantry_blueprint')
              or member.rolname = v_prefix || 'tenantry_maintenance' and role.rolname <> v_prefix || 'tenantry_owner'
              or member.rolname = v_prefix || 'tenantry_monitor' and role.rolname <> 'pg_read_all_stats'
              or member.rolname = v_prefix || 'tenantry_api'
                 and role.rolname not in (v_prefix || 'tenantry_admin', v_prefix || 'tenantry_operator', v_prefix || 'tenantry_security', v_prefix || 'tenantry_developer')
              or member.rolname in (v_prefix || 'tenantry_operator', v_prefix || 'tenantry_security', v_prefix || 'tenantry_developer')
              or member.rolname = v_prefix || 'tenantry_admin' and role.rolname <> v_prefix || 'tenantry_operator')
    ) x on true;

  -- A gate stands between a lane and its tenants' roles: no login, the member of tenants alone, and nobody's but its lane's.
  return query
  select 'gate-role', r.rolname::text, 'none',
         case when r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolcanlogin or r.rolinherit then 'attributes' else 'none' end
    from pg_roles r
   where r.oid = any (v_gates);
  return query
  select 'gate-members', gate.rolname || ' to ' || member.rolname, 'its lane',
         case when substring(member.rolname from v_lane) is not null and substring(member.rolname from '[0-9]+$') = substring(gate.rolname from '[0-9]+$')
                   and not m.admin_option and not coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, member.rolinherit)
                -- It made the gate.
                or member.rolname = v_prefix || 'tenantry_provisioner'
                   and not coalesce((to_jsonb(m) ->> 'inherit_option')::boolean or (to_jsonb(m) ->> 'set_option')::boolean, true)
              then 'its lane' else 'member' end
    from pg_auth_members m
    join pg_roles gate on gate.oid = m.roleid
    join pg_roles member on member.oid = m.member
   where m.roleid = any (v_gates);
  return query
  select 'gate-memberships', coalesce(x.target, 'gates'), 'tenants', case when x.target is null then 'tenants' else 'member' end
    from (values (true)) as looked (at)
    left join (
      select gate.rolname || ' in ' || role.rolname as target
        from pg_auth_members m
        join pg_roles gate on gate.oid = m.member
        join pg_roles role on role.oid = m.roleid
       where m.member = any (v_gates)
         -- A registered tenant's role, and nothing but that: a closed one has no proof of its own.
         and (role.rolsuper or role.rolbypassrls or role.rolcreaterole or role.rolcreatedb or role.rolreplication or role.rolcanlogin or role.rolinherit
              or not role.rolname ^@ (v_prefix || v_ns || 'tenant_')
              or not exists (select from platform.tenants t
                              where t.id = substr(role.rolname, length(v_prefix || v_ns || 'tenant_') + 1) and t.status not in ('purged', 'cancelled'))
              or exists (select from pg_auth_members x where x.member = role.oid))
    ) x on true;

  -- A lane may connect, and holds and owns nothing else: it becomes a tenant first. Its gate holds nothing either.
  return query
  select 'lane-privileges', lane.id::regrole::text || case when d.objid is null then '' else ': ' || coalesce(pg_describe_object(d.classid, d.objid, d.objsubid), 'gone') end,
         'nothing but CONNECT', case when d.objid is null then 'nothing but CONNECT' when d.deptype = 'o' then 'owner' else 'privilege' end
    from unnest(v_lanes || v_gates) as lane (id)
    left join pg_shdepend d
      on d.refclassid = 'pg_authid'::regclass and d.refobjid = lane.id and d.deptype in ('a', 'i', 'o', 'r')
     and d.dbid in (0, v_database)
     and not (d.classid = 'pg_database'::regclass and d.deptype = 'a')
     and not (d.classid = 'pg_proc'::regclass and d.deptype = 'a' and lane.id = any (v_lanes) and exists (
       select from pg_proc p join platform_private.posture_exceptions() x on x.rule = 'lane' and x.name = p.proname
        where p.oid = d.objid and p.pronamespace = 'tenantry_shared'::regnamespace));

  -- No connection, no temporary table for PUBLIC; no login that starts as somebody, or with a path of its own.
  return query
  select 'database', coalesce(f.finding, current_database()), 'closed', case when f.finding is null then 'closed' else 'open' end
    from (values (true)) as looked (at)
    left join unnest((select p.findings from platform.database_posture() p)) as f (finding) on true;
  return query
  select 'database-settings', coalesce(s.setting, current_database()), 'none', case when s.setting is null then 'none' else 'set' end
    from (values (true)) as looked (at)
    left join (
      select setting
        from pg_db_role_setting s
       cross join unnest(s.setconfig) as setting
       where s.setrole = 0 and s.setdatabase in (0, v_database)
         and setting ~ '^(role|session_authorization|search_path|row_security|session_replication_role|(local|session)_preload_libraries)='
    ) s on true;
end
$$;
comment on function platform_private.posture_logins() is 'What fixed roles and lanes are, may become and hold.';
revoke all on function platform_private.posture_logins() from public;
--! EndIncluded functions/platform_private/posture_logins.sql
--! Included functions/platform_private/posture_server.sql
-- Posture of the database outside the tenants' schemas: what PUBLIC may, the control plane's functions and tables, and what reaches out of the
-- database. The same for every tenant. One row for each thing looked at, as in posture_role. Called by shared_posture.
-- Of pg_catalog only what lets somebody leave the database is looked at; the rest of it is PostgreSQL's and open to read (see security.md).
create or replace function platform_private.posture_server()
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_prefix constant text := (select i.prefix from platform.installation i);
  v_ours constant oid[] := (
    select array_agg(n.oid) from pg_namespace n
     where n.nspname in ('platform', 'platform_private', 'platform_probe', 'identity', 'audit', 'jobs', 'tenantry_shared'));
  v_public constant oid[] := (
    select array_agg(to_regnamespace(x.name)::oid) from platform_private.posture_exceptions() x where x.rule = 'public-schema');
  -- Every schema that is no registered tenant's and not PostgreSQL's own.
  v_others constant oid[] := (
    select array_agg(n.oid) from pg_namespace n
     where not (n.nspname ^@ 'pg_' or n.nspname = 'information_schema')
       and not exists (select from platform.tenants t where n.nspname ^@ 'tenant_' and t.id = substr(n.nspname, 8) and t.status not in ('purged', 'cancelled')));
begin
  return query
  select 'unknown-schemas', coalesce(x.target, current_database()), 'none', case when x.target is null then 'none' else 'nobody''s' end
    from (values (true)) as looked (at)
    left join (select n.nspname::text as target from pg_namespace n where n.oid = any (v_others) and n.nspname ^@ 'tenant_') x on true;

  return query
  select 'public-schemas', n.nspname::text, 'nothing or listed',
         coalesce((select 'PUBLIC may ' || string_agg(a.privilege_type, ', ' order by a.privilege_type)
                     from aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
                    where a.grantee = 0 and not (n.oid = any (v_public) and a.privilege_type = 'USAGE')), 'nothing or listed')
    from pg_namespace n
   where n.oid = any (v_others);

  return query
  with members as materialized (
    select d.classid, d.objid, d.refobjid as schema_id
      from unnest(v_others) as s (id)
      join pg_depend d on d.refclassid = 'pg_namespace'::regclass and d.refobjid = s.id and d.deptype = 'n'
  ), checked as (
    select 'public-tables' as kind, c.oid::regclass::text as target,
           (select string_agg(distinct a.privilege_type, ', ') from aclexplode(c.relacl) as a where a.grantee = 0) as found
      from members m
      join pg_class c on c.oid = m.objid
     where m.classid = 'pg_class'::regclass and m.schema_id = any (v_ours)
    union all
    select 'tables-in-shared-schemas', c.oid::regclass::text, 'a table'
      from members m
      join pg_class c on c.oid = m.objid
     where m.classid = 'pg_class'::regclass and m.schema_id = any (v_public)
    union all
    select 'control-row-security', c.oid::regclass::text, case when not c.relrowsecurity then 'off' end
      from members m
      join pg_class c on c.oid = m.objid and c.relkind in ('r', 'p')
     where m.classid = 'pg_class'::regclass and m.schema_id = any (v_ours)
    union all
    select 'views-over-tenants', c.oid::regclass::text,
           (select 'reads ' || min(t.oid::regclass::text)
              from pg_rewrite w
              join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
              join pg_class t on t.oid = d.refobjid
              join pg_namespace n on n.oid = t.relnamespace and n.nspname ^@ 'tenant_'
             where w.ev_class = c.oid)
      from members m
      join pg_class c on c.oid = m.objid and c.relkind in ('v', 'm')
     where m.classid = 'pg_class'::regclass
    union all
    select 'public-functions', p.oid::regprocedure::text, case when a.grantee = 0 and m.schema_id <> all (v_public) then 'PUBLIC may EXECUTE' end
      from members m
      join pg_proc p on p.oid = m.objid
      left join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a on a.grantee = 0
     where m.classid = 'pg_proc'::regclass and m.schema_id = any (v_ours)
    union all
    select 'shared-functions', p.oid::regprocedure::text,
           coalesce(case when p.prosecdef then 'owner''s rights' end,
                    substring(lower(p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '')) from '\mexecute\M|set_config|\mdblink|\mcopy\M|_to_xml|pg_settings|ts_stat|\mu&'))
      from members m
      join pg_proc p on p.oid = m.objid
     where m.classid = 'pg_proc'::regclass and m.schema_id = any (v_public)
       -- What lanes alone may call is listed, and no longer passes once PUBLIC may.
       and not (p.pronamespace = 'tenantry_shared'::regnamespace
                and exists (select from platform_private.posture_exceptions() x where x.rule = 'lane' and x.name = p.proname)
                and not exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a where a.grantee = 0))
    union all
    select 'definer-path', p.oid::regprocedure::text,
           case when not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false) then coalesce(array_to_string(p.proconfig, ', '), 'not pinned') end
      from members m
      join pg_proc p on p.oid = m.objid and p.prosecdef
     where m.classid = 'pg_proc'::regclass and m.schema_id = any (v_ours)
    union all
    select 'definer-owner', p.oid::regprocedure::text,
           case when r.rolsuper or r.rolname not in (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_provisioner') then 'owned by ' || r.rolname
                when r.rolcreaterole and n.nspname || '.' || p.proname not in (select x.name from platform_private.posture_exceptions() x where x.rule = 'provisioner')
                then 'owned by ' || r.rolname end
      from members m
      join pg_proc p on p.oid = m.objid and p.prosecdef
      join pg_namespace n on n.oid = m.schema_id
      join pg_roles r on r.oid = p.proowner
     where m.classid = 'pg_proc'::regclass and m.schema_id = any (v_ours)
  )
  select c.kind, c.target, 'sound', coalesce(c.found, 'sound') from checked c;

  -- New functions of those who make them are nobody's: PostgreSQL's default gives them to PUBLIC.
  return query
  select 'default-privileges', r.rolname::text, 'nothing to PUBLIC',
         case when exists (select from pg_default_acl d where d.defaclrole = r.oid and d.defaclnamespace = 0 and d.defaclobjtype = 'f')
                   and not exists (select from pg_default_acl d cross join aclexplode(d.defaclacl) as a where d.defaclrole = r.oid and a.grantee = 0)
              then 'nothing to PUBLIC' else 'PUBLIC' end
    from pg_roles r
   where r.rolname in (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_provisioner');

  -- Ways out of the database, and ways around row security.
  return query
  select found.kind, coalesce(found.target, current_database()), 'none', case when found.target is null then 'none' else 'there' end
    from (
      select 'languages' as kind, l.lanname::text as target
        from pg_language l
       where not l.lanpltrusted and l.lanname not in (select x.name from platform_private.posture_exceptions() x where x.rule = 'language')
      union all
      select 'extensions', e.extname from pg_extension e where e.extname in ('dblink', 'file_fdw', 'postgres_fdw', 'adminpack', 'pg_surgery', 'pageinspect', 'pg_read_file')
      union all
      select 'foreign-servers', s.srvname from pg_foreign_server s
      union all
      select 'foreign-data-wrappers', w.fdwname from pg_foreign_data_wrapper w
      union all
      select 'user-mappings', m.srvname || ' for ' || m.usename from pg_user_mappings m
      union all
      -- Whoever made them: the extension need not be there.
      select 'foreign-functions', p.oid::regprocedure::text
        from pg_proc p
       where p.proname in ('dblink', 'dblink_connect', 'dblink_connect_u', 'dblink_exec', 'dblink_open', 'dblink_send_query', 'postgres_fdw_handler', 'file_fdw_handler')
      union all
      select 'event-triggers', t.evtname from pg_event_trigger t
      union all
      select 'publications', p.pubname from pg_publication p
      union all
      select 'subscriptions', s.subname from pg_subscription s where s.subdbid = (select d.oid from pg_database d where d.datname = current_database())
      union all
      select 'large-objects', 'large object ' || o.oid from pg_largeobject_metadata o cross join aclexplode(o.lomacl) as a where a.grantee = 0
      union all
      select 'parameters', p.parname || case a.grantee when 0 then ' to PUBLIC' else ' to ' || a.grantee::regrole end
        from pg_parameter_acl p
       cross join aclexplode(p.paracl) as a
       where (a.grantee = 0 or a.grantee::regrole::text ~ ('^"?' || v_prefix || '([a-z][a-z0-9]*_)?tenant'))
         and not (a.privilege_type = 'SET' and not a.is_grantable and a.grantee <> 0 and a.grantee::regrole::text ~ 'tenantry_owner"?$'
                  and exists (select from platform_private.posture_exceptions() x where x.rule = 'owner-parameter' and x.name = p.parname))
      union all
      select 'tablespaces', t.spcname from pg_tablespace t cross join aclexplode(t.spcacl) as a where a.grantee = 0
      union all
      -- PostgreSQL's own functions have the caller's rights, and everybody may call them: a new one there needs no grant.
      select 'system-functions', p.oid::regprocedure::text
        from pg_proc p
       where p.pronamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
         and (p.prosecdef or p.oid >= 16384 and not exists (
           select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'))
      union all
      select 'server-files', p.oid::regprocedure::text
        from pg_proc p
       cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
       where p.proname in ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'pg_ls_logdir', 'pg_ls_waldir', 'pg_ls_tmpdir',
                           'lo_import', 'lo_export', 'pg_reload_conf', 'pg_rotate_logfile')
         and p.pronamespace = 'pg_catalog'::regnamespace
         and a.grantee = 0
      union all
      select 'catalog-secrets', c.oid::regclass::text
        from pg_class c
       cross join aclexplode(c.relacl) as a
       where c.oid in ('pg_authid'::regclass, 'pg_statistic'::regclass, 'pg_largeobject'::regclass, 'pg_user_mapping'::regclass) and a.grantee = 0
    ) found
  union all
  select looked.kind, current_database()::text, 'none', 'none'
    from unnest(array['languages', 'extensions', 'foreign-servers', 'foreign-data-wrappers', 'user-mappings', 'foreign-functions', 'event-triggers', 'publications', 'subscriptions',
                      'large-objects', 'parameters', 'tablespaces', 'server-files', 'system-functions', 'catalog-secrets']) as looked (kind);
end
$$;
comment on function platform_private.posture_server() is 'What PUBLIC may outside the tenants'' schemas, the control plane, and ways out of the database.';
revoke all on function platform_private.posture_server() from public;
--! EndIncluded functions/platform_private/posture_server.sql
--! Included functions/platform_private/posture_roles.sql
-- Posture of the roles and settings around the fixed ones: who in the cluster looks past row security or reads everything, what lanes reach by whatever
-- way, which settings logins start with, and those of the server that switch guards off. The same for every tenant. One row for each thing looked
-- at, as in posture_role. Called by shared_posture. Superusers may do anything and are not looked at, nor are PostgreSQL's own roles.
create or replace function platform_private.posture_roles()
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_prefix constant text := (select i.prefix from platform.installation i);
  v_ns constant text := (select i.ns from platform.installation i);
  v_database constant oid := (select d.oid from pg_database d where d.datname = current_database());
  v_everything constant text[] := array['pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'];
begin
  return query
  select 'roles', coalesce(x.target, 'all roles'), 'rows by grant and policy', coalesce(x.found, 'rows by grant and policy')
    from (values (true)) as looked (at)
    left join (
      select r.rolname::text as target, 'BYPASSRLS' as found
        from pg_roles r
       where r.rolbypassrls and not r.rolsuper
      union all
      select member.rolname, 'in ' || role.rolname
        from pg_roles role
        join pg_auth_members m on m.roleid = role.oid
        join pg_roles member on member.oid = m.member
       where role.rolname = any (v_everything) and not member.rolsuper and not member.rolname ^@ 'pg_'
    ) x on true;

  -- Gates of other databases of the installation hang on the same lanes. They and their tenants are roles without attribute, in that order, and
  -- hold nothing here.
  return query
  with gates as materialized (
    select lane.rolname as lane, gate.oid, gate.rolname, substring(gate.rolname from '^(.*)tenantry_gate_[0-9]+$') as stem,
           gate.rolname ~ ('^' || v_prefix || '([a-z][a-z0-9]*_)?tenantry_gate_[0-9]{2,3}$')
             and substring(gate.rolname from '[0-9]+$') = substring(lane.rolname from '[0-9]+$') as named
      from pg_roles lane
      join pg_auth_members m on m.member = lane.oid
      join pg_roles gate on gate.oid = m.roleid
     where lane.rolname ^@ (v_prefix || 'tenantry_lane_')
       and not gate.rolname ^@ (v_prefix || v_ns || 'tenantry_gate_')
  ), reached as (
    select g.oid, g.lane || ' in ' || g.rolname as target, g.named from gates g
    union all
    select r.oid, g.lane || ' in ' || g.rolname || ' in ' || r.rolname,
           r.rolname ^@ (g.stem || 'tenant_') and not exists (select from pg_auth_members x where x.member = r.oid)
      from gates g
      join pg_auth_members m on m.member = g.oid
      join pg_roles r on r.oid = m.roleid
  )
  select 'lane-reach', coalesce(x.target, 'lanes'), 'tenants', case when x.target is null then 'tenants' else 'more' end
    from (values (true)) as looked (at)
    left join (
      select c.target
        from reached c
        join pg_roles r on r.oid = c.oid
       where not coalesce(c.named, false)
          or r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolcanlogin or r.rolinherit
          or exists (select from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = c.oid and d.dbid = v_database)
    ) x on true;

  -- What is logged is not looked at here: direct_access_posture does.
  return query
  select 'login-settings', r.rolname::text,
         case when not r.rolname ^@ (v_prefix || 'tenantry_lane_') then ''
              else 'idle_in_transaction_session_timeout=10s, search_path=pg_catalog, pg_temp, statement_timeout=30s'
                   || case when platform_private.server_major() >= 17 then ', transaction_timeout=60s' else '' end end,
         coalesce((select string_agg(setting, ', ' order by setting collate "C")
                     from pg_db_role_setting s
                    cross join unnest(s.setconfig) as setting
                    where s.setrole = r.oid and s.setdatabase in (0, v_database) and setting !~ '^log_'), '')
    from pg_roles r
   where r.rolname ^@ (v_prefix || 'tenantry_') and r.rolname !~ 'tenantry_gate_[0-9]+$';
  return query
  select 'login-settings', coalesce(s.target, 'all roles'), 'guards on', coalesce(s.setting, 'guards on')
    from (values (true)) as looked (at)
    left join (
      select r.rolname::text as target, setting
        from pg_db_role_setting s
        join pg_roles r on r.oid = s.setrole and not r.rolsuper
       cross join unnest(s.setconfig) as setting
       where s.setdatabase in (0, v_database)
         and setting ~ '^(session_replication_role|row_security|allow_system_table_mods|(local|session)_preload_libraries)='
    ) s on true;

  return query
  select 'server-settings', w.name, w.wanted, (select s.setting from pg_settings s where s.name = w.name)
    from (values ('session_replication_role', 'origin'), ('row_security', 'on'), ('allow_system_table_mods', 'off'), ('ignore_system_indexes', 'off'),
                 ('lo_compat_privileges', 'off'), ('local_preload_libraries', '')) as w (name, wanted);
end
$$;
comment on function platform_private.posture_roles() is 'Who else reads everything, what lanes reach, and settings that switch guards off.';
revoke all on function platform_private.posture_roles() from public;
--! EndIncluded functions/platform_private/posture_roles.sql
--! Included functions/platform_private/posture_schema.sql
-- Posture of a tenant's schema as a whole: is it what its version says? One row, as in posture_role. Called by isolation_posture. Triggers that were
-- switched off or put there, policies, functions and their bodies, grants: whatever the other checks don't know by name shows here.
create or replace function platform_private.posture_schema(
  tenant_id text
)
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.tenant_schema(posture_schema.tenant_id);
  v_version constant integer := (select t.schema_version from platform.tenants t where t.id = posture_schema.tenant_id);
begin
  return query
  select 'schema-fingerprint', v_schema,
         coalesce(platform_private.expected_fingerprint(v_version),
                  format('a fingerprint of version %s on PostgreSQL %s', v_version, platform_private.server_major())),
         coalesce(platform_private.fingerprint_schema(v_schema, platform_private.tenant_role(posture_schema.tenant_id)), 'no schema');
end
$$;
comment on function platform_private.posture_schema(text) is 'Whether a tenant''s schema is what its version says.';
revoke all on function platform_private.posture_schema(text) from public;
--! EndIncluded functions/platform_private/posture_schema.sql
--! Included functions/platform_private/describe_control_plane.sql
-- One row for each object of the control plane, with a digest of what it is: owner and access list, for functions everything and the body, for tables row
-- security, columns, policies, triggers and whether those fire, for views what they read. Called by posture_control_plane. The migrator and
-- `npm run verify` run the same text as a query of their own ($1 is the prefix), so that it can't be replaced under them.
-- Prefixes are taken out of role names: every installation has the same digests. Lanes are left to `lane-privileges`; partitions come with the months, so
-- those of a table are one object; and the body of audit.secret_columns is written by a trigger, so it is compared by itself.
-- Everything is found through pg_depend: the fleet's catalogs are not read.
create or replace function platform_private.describe_control_plane(
  prefix text
)
returns table (
  object text,
  digest text
)
language sql
stable
set search_path = pg_catalog, pg_temp
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  with schemas as materialized (
    select n.oid, n.nspname, n.nspowner, n.nspacl
      from pg_namespace n
     where n.nspname in ('platform', 'platform_private', 'platform_probe', 'identity', 'audit', 'jobs', 'tenantry_shared')
  ), members as materialized (
    select s.nspname, d.classid, d.objid
      from schemas s
      join pg_depend d on d.refclassid = 'pg_namespace'::regclass and d.refobjid = s.oid and d.deptype = 'n'
  ), relations as materialized (
    select c.oid, c.relowner, c.relacl, c.relkind, m.nspname,
           case when c.relispartition then 'partitions of ' || (select i.inhparent::regclass from pg_inherits i where i.inhrelid = c.oid)
                else c.oid::regclass::text end as name,
           concat_ws('|', c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions) as shape
      from members m
      join pg_class c on c.oid = m.objid and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
     where m.classid = 'pg_class'::regclass
  ), entries (object, owner, acl, line) as (
    select 'schema ' || s.nspname, s.nspowner, coalesce(s.nspacl, acldefault('n', s.nspowner)), 'schema'
      from schemas s
    union all
    select 'relation ' || r.name, r.relowner, coalesce(r.relacl, acldefault(case r.relkind when 'S' then 's' else 'r' end::"char", r.relowner)),
           concat_ws(E'\n', r.shape,
             -- PostgreSQL 15 names the table before each column, 16 only where it has to: what is read stands beside.
             case when r.relkind in ('v', 'm') then regexp_replace(pg_get_viewdef(r.oid), '[a-z_]+\.|[[:space:]()]', '', 'g') || (
                    select string_agg(distinct concat(d.refclassid::regclass, ' ',
                             case d.refclassid when 'pg_class'::regclass then d.refobjid::regclass::text when 'pg_proc'::regclass then d.refobjid::regprocedure::text end), ',')
                      from pg_rewrite w
                      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                     where w.ev_class = r.oid) end,
             (select string_agg(concat_ws('|', 'column', a.attname, a.atttypid::regtype, a.attnotnull, a.attgenerated, (
                       select string_agg(concat_ws(' ', case x.grantee when 0 then 'public' else x.grantee::regrole::text end, x.privilege_type, x.is_grantable), ','
                                         order by x.grantee::regrole::text, x.privilege_type)
                         from aclexplode(a.attacl) as x)), E'\n' order by a.attname)
                from pg_attribute a
               where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and r.relkind <> 'S'),
             (select string_agg(concat_ws('|', 'policy', p.polname, p.polcmd, p.polpermissive, (
                       select string_agg(case o when 0 then 'public' else o::regrole::text end, ',' order by o::regrole::text) from unnest(p.polroles) as o),
                       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), E'\n' order by p.polname)
                from pg_policy p
               where p.polrelid = r.oid),
             (select string_agg(concat_ws('|', 'trigger', t.tgname, t.tgenabled, t.tgtype, t.tgfoid::regproc, t.tgattr, t.tgargs), E'\n' order by t.tgname)
                from pg_trigger t
               where t.tgrelid = r.oid and not t.tgisinternal),
             (select string_agg(concat_ws('|', 'key', t.tgenabled, t.tgfoid::regproc), E'\n' order by t.tgfoid::regproc::text, t.tgenabled)
                from pg_trigger t
               where t.tgrelid = r.oid and t.tgisinternal and t.tgenabled <> 'O'),
             (select string_agg(concat_ws('|', 'rule', w.rulename, w.ev_enabled, pg_get_ruledef(w.oid)), E'\n' order by w.rulename)
                from pg_rewrite w
               where w.ev_class = r.oid and w.rulename <> '_RETURN'))
      from relations r
    union all
    select 'function ' || p.oid::regprocedure, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)),
           concat_ws('|', p.prokind, l.lanname, p.prosecdef, p.proleakproof, p.provolatile, p.proconfig, p.proretset, p.prorettype::regtype, p.proargmodes, p.proargnames,
                     p.probin, case when p.oid::regprocedure::text <> 'audit.secret_columns(text)' then p.prosrc end,
                     case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) end)
      from members m
      join pg_proc p on p.oid = m.objid
      join pg_language l on l.oid = p.prolang
     where m.classid = 'pg_proc'::regclass
    union all
    select 'other ' || m.nspname || ', ' || m.classid::regclass, 0, null, count(*)::text
      from members m
     where m.classid not in ('pg_class'::regclass, 'pg_proc'::regclass)
     group by m.nspname, m.classid
  ), lines (object, line) as (
    select e.object,
           concat_ws('|', case e.owner when 0 then null else e.owner::regrole::text end, (
             -- An owner's own rights are its by being owner; from PostgreSQL 17 on there is one more of them.
             select string_agg(concat_ws(' ', a.who, a.privilege_type, a.is_grantable), ',' order by a.who, a.privilege_type)
               from (select case x.grantee when 0 then 'public' else x.grantee::regrole::text end as who, x.privilege_type, x.is_grantable
                       from aclexplode(e.acl) as x
                      where x.grantee <> e.owner) a
              where a.who !~ ('^' || $1 || 'tenantry_lane_[0-9]{2,3}$')
                -- What GraphQL introspects the blueprint with; elsewhere it becomes an operator, who may use it anyway.
                and not (e.object = 'schema platform' and a.who = $1 || 'tenantry_api' and a.privilege_type = 'USAGE')), e.line)
      from entries e
  )
  select distinct l.object, encode(sha256(convert_to(replace(l.line, $1 || 'tenantry_', 'tenantry_'), 'UTF8')), 'hex') as digest
    from lines l
$$;
comment on function platform_private.describe_control_plane(text) is 'A digest of each object of the control plane.';
revoke all on function platform_private.describe_control_plane(text) from public;
--! EndIncluded functions/platform_private/describe_control_plane.sql
--! Included functions/platform_private/posture_control_plane.sql
-- Posture of the control plane as a whole: is every object what the migrator wrote down when it had migrated? One row for each object, as in
-- posture_role, and one for all of them. Called by shared_posture. Access lists, policies, triggers, owners and bodies are compared by digest: what
-- is new, changed or gone shows by name. That the list itself and these functions are what they were, `npm run verify` asks from outside.
create or replace function platform_private.posture_control_plane()
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  with live as materialized (
    select d.object, d.digest from platform.installation i cross join platform_private.describe_control_plane(i.prefix) d
  )
  select 'control-plane', coalesce(e.object, l.object), case when e.object is null then 'not there' else 'as migrated' end,
         case when l.object is null then 'gone' when e.object is null then 'there' when e.digest = l.digest then 'as migrated' else 'changed' end
    from live l
    full join platform_private.control_plane e on e.object = l.object and (e.digest = l.digest or not l.object ^@ 'relation partitions')
  union all
  select 'control-plane-digest', current_database()::text,
         (select encode(sha256(convert_to(coalesce(string_agg(e.object || ' ' || e.digest, E'\n' order by e.object collate "C", e.digest), ''), 'UTF8')), 'hex')
            from platform_private.control_plane e),
         (select encode(sha256(convert_to(string_agg(l.object || ' ' || l.digest, E'\n' order by l.object collate "C", l.digest), 'UTF8')), 'hex') from live l)
  union all
  -- Written by a trigger, from a table.
  select 'control-plane', 'body of audit.secret_columns(text)', 'as its table says',
         case (select p.prosrc from pg_proc p where p.oid = to_regprocedure('audit.secret_columns(text)'))
           when platform_private.secret_columns_body() then 'as its table says' else 'another' end;
end
$$;
comment on function platform_private.posture_control_plane() is 'Whether the control plane is as it was migrated.';
revoke all on function platform_private.posture_control_plane() from public;
--! EndIncluded functions/platform_private/posture_control_plane.sql
--! Included functions/platform_private/shared_posture.sql
-- The half of the posture that is the same for every tenant: {"checks": [{kind, tried, failed}], "failures": [{kind, target, expected, seen}], "digest": of
-- the control plane, in hex}. Called by isolation_posture.
create or replace function platform_private.shared_posture()
returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with looked as materialized (
    select * from platform_private.posture_logins()
    union all
    select * from platform_private.posture_roles()
    union all
    select * from platform_private.posture_server()
    union all
    select * from platform_private.posture_control_plane()
  )
  select jsonb_build_object(
    'checks', (
      select jsonb_agg(jsonb_build_object('kind', k.kind, 'tried', k.tried, 'failed', k.failed))
        from (select l.kind, count(*) as tried, count(*) filter (where l.seen is distinct from l.expected) as failed from looked l group by l.kind) k),
    'failures', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'target', l.target, 'expected', l.expected, 'seen', l.seen)), '[]')
        from looked l
       where l.seen is distinct from l.expected),
    'digest', (select l.seen from looked l where l.kind = 'control-plane-digest'))
$$;
comment on function platform_private.shared_posture() is 'The posture that all tenants share.';
revoke all on function platform_private.shared_posture() from public;
--! EndIncluded functions/platform_private/shared_posture.sql
--! Included functions/platform_private/recent_posture.sql
-- The shared half of the posture, made a short while ago or now. It costs more than a tenant's own half, and a sweep over the fleet would
-- make it again and again. Only a sound one is kept; a new tenant's proof and one that somebody asks for are never from here. Called by begin_isolation_run.
create or replace function platform_private.recent_posture()
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  c_kept constant interval := '1 minute';
  v_posture jsonb := (select k.posture from platform_private.kept_posture k where k.made_at > clock_timestamp() - c_kept and k.made_at <= clock_timestamp());
begin
  if v_posture is not null then
    return v_posture;
  end if;
  v_posture := platform_private.shared_posture();
  -- Whoever finds the row taken goes on without keeping its own.
  if v_posture -> 'failures' = '[]' and pg_try_advisory_xact_lock(74110, 3) then
    insert into platform_private.kept_posture as k (made_at, posture) values (clock_timestamp(), v_posture)
    on conflict (singleton) do update set made_at = excluded.made_at, posture = excluded.posture;
  elsif v_posture -> 'failures' <> '[]' then
    delete from platform_private.kept_posture;
  end if;
  return v_posture;
end
$$;
comment on function platform_private.recent_posture() is 'The shared posture, at most a minute old.';
revoke all on function platform_private.recent_posture() from public;
--! EndIncluded functions/platform_private/recent_posture.sql
--! Included functions/platform_private/isolation_posture.sql
-- The posture of one tenant and of what it shares with all: for each kind of check how often it was made and how often it failed, and each
-- failure with what was expected and what was seen. Names of objects and roles only, never a row's value. `shared` is that half, made a moment ago;
-- without it it is made now. Called by begin_isolation_run.
create or replace function platform_private.isolation_posture(
  tenant_id text,
  shared jsonb default null,
  out checks jsonb,
  out failures jsonb,
  out tried integer,
  out failed integer,
  out fingerprint text,
  out control_plane text
)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_shared constant jsonb := coalesce(shared, platform_private.shared_posture());
begin
  with looked as materialized (
    select * from platform_private.posture_role(isolation_posture.tenant_id)
    union all
    select * from platform_private.posture_grants(isolation_posture.tenant_id)
    union all
    select * from platform_private.posture_tables(isolation_posture.tenant_id)
    union all
    select * from platform_private.posture_functions(isolation_posture.tenant_id)
    union all
    select * from platform_private.posture_schema(isolation_posture.tenant_id)
  ), kinds as (
    select c.kind, sum(c.tried)::integer as tried, sum(c.failed)::integer as failed
      from (select l.kind, count(*) as tried, count(*) filter (where l.seen is distinct from l.expected) as failed from looked l group by l.kind
            union all
            select s.kind, s.tried, s.failed from jsonb_to_recordset(v_shared -> 'checks') as s (kind text, tried bigint, failed bigint)) c
     group by c.kind
  ), found as (
    select l.kind, l.target, l.expected, l.seen from looked l where l.seen is distinct from l.expected
    union all
    select s.kind, s.target, s.expected, s.seen from jsonb_to_recordset(v_shared -> 'failures') as s (kind text, target text, expected text, seen text)
  )
  select (select jsonb_agg(jsonb_build_object('half', 'posture', 'kind', k.kind, 'tried', k.tried, 'failed', k.failed) order by k.kind) from kinds k),
         (select coalesce(jsonb_agg(jsonb_build_object('kind', f.kind, 'target', f.target, 'expected', f.expected, 'seen', f.seen) order by f.kind, f.target), '[]')
            from found f),
         (select sum(k.tried) from kinds k),
         (select sum(k.failed) from kinds k),
         (select l.seen from looked l where l.kind = 'schema-fingerprint'),
         v_shared ->> 'digest'
    into checks, failures, tried, failed, fingerprint, control_plane;
end
$$;
comment on function platform_private.isolation_posture(text, jsonb) is 'What the catalogs say of a tenant''s isolation: counts by kind, and failures.';
revoke all on function platform_private.isolation_posture(text, jsonb) from public;
--! EndIncluded functions/platform_private/isolation_posture.sql
--! Included functions/platform_private/begin_isolation_run.sql
-- Begins a proof of a tenant's isolation: makes the posture half at once, and leaves the attempts to whoever can log in to the tenant's lane.
-- An open run of the tenant is taken over, whoever began it: its posture is made anew. Returns the run's id, null for a tenant that is not
-- open to attempts (no schema, closed, or locked down), so that jobs pass it by. Called by the worker, and by verify_isolation.
create or replace function platform_private.begin_isolation_run(
  tenant_id text,
  cause text
)
returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_started constant timestamptz := clock_timestamp();
  v_version integer;
  v_run uuid;
  v_posture record;
begin
  -- While a database is being migrated its control plane is neither the old nor the new one: the migrator's lock is waited for.
  perform pg_advisory_xact_lock_shared(74110, 1);
  -- The tenant before its run, as everywhere: two proofs of one tenant would wait for each other.
  select t.schema_version into v_version
    from platform.tenants t
   where t.id = begin_isolation_run.tenant_id and t.status in ('provisioning', 'ready', 'active') and t.schema_version is not null
     and not platform_private.locked_down(t.id, t.lane)
     for key share;
  if not found then
    return null;
  end if;
  select * into v_posture
    from platform_private.isolation_posture(
      begin_isolation_run.tenant_id, case when begin_isolation_run.cause = 'schedule' then platform_private.recent_posture() end);
  insert into platform.isolation_runs (tenant_id, cause, started_at, schema_version, server_version)
  values (begin_isolation_run.tenant_id, begin_isolation_run.cause, v_started, v_version, current_setting('server_version'))
  on conflict (tenant_id) where status = 'running'
  do update set started_at = v_started, schema_version = v_version
  returning id into v_run;
  update platform.isolation_runs r
     set checks = v_posture.checks,
         posture_checks = v_posture.tried,
         posture_failures = v_posture.failed,
         posture_ms = round(extract(epoch from clock_timestamp() - v_started) * 1000, 1),
         fingerprint = v_posture.fingerprint,
         control_plane = v_posture.control_plane
   where r.id = v_run;
  delete from platform.isolation_failures f where f.run_id = v_run;
  insert into platform.isolation_failures (run_id, half, kind, target, expected, seen)
  select v_run, 'posture', f.kind, f.target, f.expected, f.seen
    from jsonb_to_recordset(v_posture.failures) as f (kind text, target text, expected text, seen text);
  return v_run;
end
$$;
comment on function platform_private.begin_isolation_run(text, text) is 'Begins a proof of isolation with its posture half; returns the run.';
revoke all on function platform_private.begin_isolation_run(text, text) from public;
grant execute on function platform_private.begin_isolation_run(text, text) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/begin_isolation_run.sql
--! Included functions/platform_private/attestation_content.sql
-- What is attested of a proof of isolation that is over: tenant and installation, what was tried by kind with counts, what failed, what PostgreSQL
-- can't refuse, versions, and how the trail's chain stands. Of other tenants their number alone: failures are given by half and kind,
-- since their targets name others. Null for a run that is open, is not there, or has its attestation. Called by the worker.
create or replace function platform_private.attestation_content(
  run_id uuid
)
returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'v', 1,
    'tenant', r.tenant_id,
    'installation', i.id,
    'run', r.id,
    'cause', r.cause,
    'startedAt', to_char(r.started_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'finishedAt', to_char(r.finished_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'passed', r.status = 'passed',
    'broken', r.broken,
    'sampledTenants', r.sampled,
    'totals', jsonb_build_object('postureChecks', r.posture_checks, 'postureFailures', r.posture_failures,
                                 'attempts', coalesce(r.attempts, 0), 'attemptFailures', coalesce(r.attempt_failures, 0)),
    'posture', (
      select coalesce(jsonb_object_agg(c.kind, jsonb_build_array(c.tried, c.failed)), '{}')
        from jsonb_to_recordset(r.checks) as c (half text, kind text, tried integer, failed integer)
       where c.half = 'posture'),
    'attempts', (
      select coalesce(jsonb_object_agg(c.kind, jsonb_build_array(c.tried, c.failed)), '{}')
        from jsonb_to_recordset(r.checks) as c (half text, kind text, tried integer, failed integer)
       where c.half = 'attempts'),
    'failures', (
      select coalesce(jsonb_agg(jsonb_build_object('half', f.half, 'kind', f.kind, 'expected', f.expected, 'seen', f.seen, 'count', f.count)
                                order by f.half, f.kind, f.expected, f.seen), '[]')
        from (select f.half, f.kind,
                     -- What posture expects and sees may be a role's or a schema's name; an attempt's are SQLSTATEs.
                     case when f.half = 'attempts' then f.expected else 'as it should be' end as expected,
                     case when f.half = 'attempts' then f.seen else 'otherwise' end as seen,
                     count(*) as count
                from platform.isolation_failures f
               where f.run_id = r.id
               group by 1, 2, 3, 4) f),
    'notRefusable', r.observed,
    'versions', jsonb_build_object('postgresql', r.server_version, 'schema', r.schema_version, 'fingerprint', r.fingerprint,
                                   'controlPlane', r.control_plane),
    'chain', platform_private.chain_state(r.tenant_id),
    'lane', jsonb_build_object('tier', t.tier))
    from platform.isolation_runs r
    join platform.tenants t on t.id = r.tenant_id
   cross join platform.installation i
   where r.id = attestation_content.run_id
     and r.status in ('passed', 'failed')
     and not exists (select from platform.attestations a where a.run_id = r.id)
$$;
comment on function platform_private.attestation_content(uuid) is 'What is attested of a proof of isolation.';
revoke all on function platform_private.attestation_content(uuid) from public;
grant execute on function platform_private.attestation_content(uuid) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/attestation_content.sql
-- The security section of the console.
--! Included functions/platform/foreign_contexts.sql
-- At how many changes of rows in the last 24 hours another tenant was stated than the one whose row it was: what platform.accesses calls a mismatch, counted.
-- Has to be 0. Of the tenants that the asking operator reaches. May be called by administrators and security officers.
create or replace function platform.foreign_contexts()
returns integer
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select count(*)::integer from platform.audit_events e where e.at >= now() - interval '24 hours' and e.detail ? 'statedTenant' and e.outcome <> 'refused'
$$;
comment on function platform.foreign_contexts() is 'At how many changes of rows in the last 24 hours a foreign tenant was stated.';
revoke all on function platform.foreign_contexts() from public;
grant execute on function platform.foreign_contexts() to :ROLE_ADMIN, :ROLE_SECURITY;
--! EndIncluded functions/platform/foreign_contexts.sql
-- The console: what an operator asks for beyond the tenants they are limited to.
--! Included functions/platform/note_boundary.sql
-- Writes into the trail that an operator who is limited to tenants asked for one beyond them, and says whether that was so; of an operator without
-- that limit nothing is written. An id that no tenant has is beyond the limit too, so that nothing is learnt of which there are. For the
-- console, which then shows that access is denied. May be called by every operator. Raises TN002 for what can be no id.
create or replace function platform.note_boundary(
  tenant_id text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tenant_id is null or tenant_id !~ '^[a-z][a-z0-9_]{1,47}$' then
    raise exception 'this is no tenant''s id'
      using errcode = 'TN002', column = 'tenantId', hint = 'For example: aurora, or north_sea_2.';
  end if;
  if platform_private.reaches_tenant(tenant_id) then
    return false;
  end if;
  perform audit.record('tenants.boundary', null, 'tenants:' || tenant_id, 'refused');
  return true;
end
$$;
comment on function platform.note_boundary(text) is 'Writes into the trail that an operator asked for a tenant beyond those they are limited to.';
revoke all on function platform.note_boundary(text) from public;
grant execute on function platform.note_boundary(text) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/note_boundary.sql
--! Included functions/platform_private/fingerprint_schema.sql
-- A digest of everything a tenant's schema is made of: relations with their options, owners and grants, columns,
-- constraints, indexes, triggers, policies, functions, comments but those of functions (sql/tenant/blueprint.sql). Two schemas with one digest are the same but for their
-- name and the name of their role. Not the schema's own grant: that is open or closed with the tenant's status.
-- Owner and tenant's role are written as @owner and @tenant wherever a role's name can stand, and the schema's name as @schema
-- where it is a literal in a function: another tenant's there is a difference.
-- Definitions are printed with the schema on the path, hence without its name. Everything is found through pg_depend,
-- whose index starts with what is depended on: a scan of pg_class would grow with the fleet. NOT NULL constraints are
-- left to attnotnull: PostgreSQL 18 lists them in pg_constraint, 15 does not.
create or replace function platform_private.fingerprint_schema(
  schema_name text,
  role_name text
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant oid := to_regnamespace(quote_ident(schema_name));
  v_owner text;
  v_owner_id oid;
  v_lines text;
begin
  if v_schema is null then
    return null;
  end if;
  select r.rolname, r.oid into v_owner, v_owner_id
    from pg_namespace n
    join pg_roles r on r.oid = n.nspowner
   where n.oid = v_schema;
  perform set_config('search_path', format('%I, tenantry_shared, pg_temp', schema_name), true);
  with members as materialized (
    select d.classid, d.objid
      from pg_depend d
     where d.refclassid = 'pg_namespace'::regclass
       and d.refobjid = v_schema
       and d.deptype = 'n'
  ), relations as materialized (
    select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relpersistence,
           case c.relowner when v_owner_id then '@owner' else c.relowner::regrole::text end as owner,
           -- A right that was granted and revoked again leaves the default written out.
           replace(replace(coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner))::text, role_name || '=', '@tenant='), v_owner, '@owner') as acl
      from members m
      join pg_class c on c.oid = m.objid
     where m.classid = 'pg_class'::regclass
  ), comments as materialized (
    select d.objoid, d.objsubid, d.description
      from relations r
      join pg_description d on d.objoid = r.oid and d.classoid = 'pg_class'::regclass
  ), lines (line) as (
    select concat_ws('|', 'relation', relname, relkind, relpersistence, owner, relrowsecurity,
                     relforcerowsecurity, reloptions, acl, c.description)
      from relations
      left join comments c on c.objoid = oid and c.objsubid = 0
    union all
    select concat_ws('|', 'column', r.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                     a.attidentity, a.attgenerated, replace(replace(a.attacl::text, role_name || '=', '@tenant='), v_owner, '@owner'),
                     pg_get_expr(d.adbin, d.adrelid), c.description)
      from relations r
      join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      left join comments c on c.objoid = r.oid and c.objsubid = a.attnum
     where r.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select concat_ws('|', 'constraint', r.relname, c.conname, c.convalidated, pg_get_constraintdef(c.oid, true))
      from relations r
      join pg_constraint c on c.conrelid = r.oid and c.contype <> 'n'
    union all
    select concat_ws('|', 'index', r.relname, i.indisvalid, pg_get_indexdef(i.indexrelid, 0, true))
      from relations r
      join pg_index i on i.indrelid = r.oid
    union all
    select concat_ws('|', 'trigger', r.relname, t.tgenabled, pg_get_triggerdef(t.oid, true))
      from relations r
      join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
    union all
    select concat_ws('|', 'policy', r.relname, p.polname, p.polcmd, p.polpermissive,
                     (select string_agg(case o when 0 then 'public' else o::regrole::text end, ',' order by o)
                        from unnest(p.polroles) as o),
                     pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from relations r
      join pg_policy p on p.polrelid = r.oid
    union all
    select concat_ws('|', 'view', r.relname, pg_get_viewdef(r.oid, true))
      from relations r
     where r.relkind in ('v', 'm')
    union all
    select concat_ws('|', 'function', f.proname,
                     case f.proowner when v_owner_id then '@owner' else f.proowner::regrole::text end,
                     replace(replace(coalesce(f.proacl, acldefault('f', f.proowner))::text, role_name || '=', '@tenant='), v_owner, '@owner'), f.prosecdef, f.provolatile, f.proconfig,
                     pg_get_function_arguments(f.oid), pg_get_function_result(f.oid),
                     replace(f.prosrc, quote_literal(schema_name), '''@schema'''),
                     pg_get_function_sqlbody(f.oid))
      from members m
      join pg_proc f on f.oid = m.objid
     where m.classid = 'pg_proc'::regclass
    union all
    select concat_ws('|', 'other', m.classid::regclass, count(*))
      from members m
     where m.classid not in ('pg_class'::regclass, 'pg_proc'::regclass)
     group by m.classid
  )
  select string_agg(line, E'\n' order by line collate "C") into v_lines from lines;
  return encode(sha256(convert_to(coalesce(v_lines, ''), 'UTF8')), 'hex');
end
$$;
comment on function platform_private.fingerprint_schema(text, text) is 'SHA-256 over the definition of a schema, in hex; null if there is none.';
revoke all on function platform_private.fingerprint_schema(text, text) from public;
--! EndIncluded functions/platform_private/fingerprint_schema.sql
-- Evidence of what is over, erasure of whoever stays on record, hints that name the whole call.
--! Included functions/platform_private/check_evidence_period.sql
-- Refuses a period that evidence is not made of: TN002 unless it has both ends, ends after it begins, is over and is at most 366 days long: what is signed
-- of a period has to be all of it. Called by functions only.
create or replace function platform_private.check_evidence_period(
  since timestamptz,
  until timestamptz
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if since is null or until is null or not isfinite(since) or not isfinite(until) or until <= since then
    raise exception 'evidence is of a period that ends after it begins, and has both ends'
      using errcode = 'TN002', column = 'to', detail = format('Asked for: %s to %s.', coalesce(since::text, 'nothing'), coalesce(until::text, 'nothing')),
            hint = 'Give both ends, the earlier first, such as 2026-01-01 and 2026-04-01: the second is the first moment after the period.';
  end if;
  if until - since > interval '366 days' then
    raise exception 'evidence is of at most 366 days: ask for one year at a time'
      using errcode = 'TN002', column = 'to', detail = format('Asked for: %s days.', ceil(extract(epoch from until - since) / 86400)),
            hint = 'Let it begin later, or end earlier.';
  end if;
  if since > clock_timestamp() then
    raise exception 'the period has not begun: evidence is of what has happened'
      using errcode = 'TN002', column = 'from', detail = format('Asked for: %s to %s. It is %s.', since, until, now()), hint = 'Let it begin, and end, before now.';
  end if;
  if until > clock_timestamp() then
    raise exception 'the period is not over: evidence ends now at the latest'
      using errcode = 'TN002', column = 'to', detail = format('Asked for: until %s. It is %s.', until, now()),
            hint = 'Let it end at now(), or at a moment that has passed.';
  end if;
end
$$;
comment on function platform_private.check_evidence_period(timestamptz, timestamptz) is 'Refuses a period that evidence is not made of.';
revoke all on function platform_private.check_evidence_period(timestamptz, timestamptz) from public;
--! EndIncluded functions/platform_private/check_evidence_period.sql
--! Included functions/platform/remove_user.sql
-- Removes a user of a tenant; one whose name stands in approvals can only be disabled. May be called by members of
-- tenantry_operator; an operator below admin removes only those whose role reads. Raises TN003, TN004, TN008, TN009.
create or replace function platform.remove_user(
  tenant_id text,
  user_id uuid
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_user constant platform.tenant_user := platform_private.lock_user(tenant_id, user_id);
  v_schema constant text := platform_private.tenant_schema(tenant_id);
begin
  perform platform_private.require_movable_user(v_schema, v_user.role);
  execute format('delete from %I.users where id = $1', v_schema) using user_id;
  return v_user;
exception when foreign_key_violation then
  raise exception 'this user asked for or decided approvals, which stay on record: disable the user instead'
    using errcode = 'TN008', detail = 'Approvals keep the user''s id.',
          hint = 'platform.change_user(tenant_id, user_id, ''{"status": "disabled"}''). To erase who it was, after that: platform.erase_person(tenant_id, user_id, reason).';
end
$$;
comment on function platform.remove_user(text, uuid) is 'Removes a user of a tenant who left no trace in its business.';
revoke all on function platform.remove_user(text, uuid) from public;
grant execute on function platform.remove_user(text, uuid) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/remove_user.sql
--! Included functions/platform_private/require_proof.sql
-- Refuses to open a tenant that has not passed a proof of isolation at its present schema version. From ready its newest finished run counts. A closed
-- tenant can't be attempted, so there the latest passed run counts, and the posture is looked at anew. Called by activate_tenant, before
-- the tenant is opened. Raises TN040.
create or replace function platform_private.require_proof(
  tenant platform.tenants
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_newest text;
  v_why text;
begin
  select r.status into v_newest
    from platform.isolation_runs r
   where r.tenant_id = tenant.id
     and r.schema_version = tenant.schema_version
     and (r.status = 'passed' or r.status = 'failed' and tenant.status <> 'suspended')
   order by r.started_at desc
   limit 1;
  if v_newest is null then
    v_why := 'No proof has been made at its present schema version.';
  elsif v_newest = 'failed' then
    v_why := 'Its newest proof failed.';
  elsif tenant.status = 'suspended' then
    select format('Its posture fails in %s: %s.', case p.failed when 1 then '1 check' else p.failed || ' checks' end, p.failures -> 0 ->> 'kind') into v_why
      from platform_private.isolation_posture(tenant.id) p
     where p.failed > 0;
  end if;
  if v_why is not null then
    raise exception 'the isolation of tenant "%" is not proven', tenant.id
      using errcode = 'TN040', detail = v_why, hint = 'See platform.isolation_failures and docs/how-to/prove-isolation.md.';
  end if;
end
$$;
comment on function platform_private.require_proof(platform.tenants) is 'Raises TN040 unless a tenant''s isolation is proven.';
revoke all on function platform_private.require_proof(platform.tenants) from public;
--! EndIncluded functions/platform_private/require_proof.sql
--! Included functions/platform/report_incident.sql
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
--! EndIncluded functions/platform/report_incident.sql
--! Included functions/platform/close_incident.sql
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
--! EndIncluded functions/platform/close_incident.sql
--! Included functions/platform/acknowledge_alert.sql
-- Says that somebody has seen to an alert. The first who does so stands on it. May be called by members of tenantry_operator and tenantry_security. Raises
-- TN003.
create or replace function platform.acknowledge_alert(
  id uuid
)
returns platform.alerts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_alert platform.alerts;
begin
  select a.* into v_alert
    from platform.alerts a
   where a.id = acknowledge_alert.id
     and (case when a.tenant_id is null then platform_private.listed_tenants() is null else platform_private.reaches_tenant(a.tenant_id) end)
   for update;
  if not found then
    raise exception 'there is no such alert'
      using errcode = 'TN003', hint = 'List them: select id, message from platform.alerts.';
  end if;
  if v_alert.acknowledged_at is null then
    update platform.alerts a
       set acknowledged_at = now(), acknowledged_by = audit.actor()
     where a.id = v_alert.id
    returning a.* into v_alert;
    perform audit.record('alerts.acknowledge', v_alert.tenant_id, 'alerts:' || v_alert.id, 'ok', null, null, jsonb_build_object('kind', v_alert.kind));
  end if;
  return v_alert;
end
$$;
comment on function platform.acknowledge_alert(uuid) is 'Says that somebody has seen to an alert.';
revoke all on function platform.acknowledge_alert(uuid) from public;
grant execute on function platform.acknowledge_alert(uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/acknowledge_alert.sql
-- Who did it, as the trail names them, wherever it is asked: these held an operator's bare id. Few rows.
update platform.lock_downs
   set locked_by = regexp_replace(locked_by, '^[0-9a-f-]{36}$', 'operator:\&'), lifted_by = regexp_replace(lifted_by, '^[0-9a-f-]{36}$', 'operator:\&')
 where locked_by !~ ':' or lifted_by !~ ':';
update platform.incidents
   set reported_by = regexp_replace(reported_by, '^[0-9a-f-]{36}$', 'operator:\&'), closed_by = regexp_replace(closed_by, '^[0-9a-f-]{36}$', 'operator:\&')
 where reported_by !~ ':' or closed_by !~ ':';
update platform.alerts set acknowledged_by = regexp_replace(acknowledged_by, '^[0-9a-f-]{36}$', 'operator:\&') where acknowledged_by !~ ':';
comment on column platform.lock_downs.locked_by is 'Who, as in the audit trail: operator:<id>, or login:<name> from psql.';
comment on column platform.lock_downs.lifted_by is 'Who, as in the audit trail: operator:<id>, or login:<name> from psql.';
comment on column platform.incidents.reported_by is 'Who, as in the audit trail: operator:<id>, or login:<name> from psql.';
comment on column platform.incidents.closed_by is 'Who, as in the audit trail: operator:<id>, or login:<name> from psql.';
comment on column platform.alerts.acknowledged_by is 'Who has seen to it, as in the audit trail: operator:<id>, or login:<name> from psql.';
-- A trail of which is known what the copy outside says, every night and when asked.
create table if not exists audit.verifications (
  id uuid primary key default gen_random_uuid(),
  chain text,
  requested_at timestamptz not null default now(),
  finished_at timestamptz,
  whole boolean,
  outside boolean,
  statements integer,
  newest bigint,
  events bigint,
  chains integer,
  flaws text[] not null default '{}',
  broken jsonb not null default '{}'
);
comment on table audit.verifications is 'Verifications of the trail by the worker, of the last 90 days.';
comment on column audit.verifications.id is 'Its number.';
comment on column audit.verifications.chain is 'The tenant''s id, empty for the platform; null for all chains.';
comment on column audit.verifications.requested_at is 'When it was asked for, or made.';
comment on column audit.verifications.finished_at is 'When it was over; null until then.';
comment on column audit.verifications.whole is 'Whether all checkpoints outside were compared, or those of the last days.';
comment on column audit.verifications.outside is 'Whether there was a copy of checkpoints outside.';
comment on column audit.verifications.statements is 'How many checkpoints outside were compared.';
comment on column audit.verifications.newest is 'The newest of them.';
comment on column audit.verifications.events is 'How many events were.';
comment on column audit.verifications.chains is 'In how many chains.';
comment on column audit.verifications.flaws is 'What is wrong with the evidence itself.';
comment on column audit.verifications.broken is 'By chain, the first bad event and why.';
alter table audit.verifications enable row level security;
alter table jobs.outbox drop constraint outbox_task_known;
-- squawk-ignore constraint-missing-not-valid
alter table jobs.outbox add constraint outbox_task_known
  check (task in ('tenant__provision', 'worker__test', 'invitation__send', 'webhook__deliver', 'agreements__expire',
                  'keys__rotate', 'keys__reseal', 'notice__send', 'isolation__prove', 'evidence__sign', 'audit__verify'));
drop function if exists audit.note_verdicts();
drop function if exists platform.chain_status(text);
drop function if exists platform.system_status();
--! Included functions/audit/note_verdicts.sql
-- Keeps what a verification of the trail came to, for whoever asks how a chain is. `verdict` is {"whole": all checkpoints outside were compared,
-- "outside": there is a copy outside, "statements": checkpoints compared, "newest": the newest of them, "flaws": [what is wrong with the evidence],
-- "chains": [{chain, events, lastSeq, firstBad, flaw}]}. The verdict stands beside each head, and beside the verification for a chain whose head
-- is gone. A flaw goes by a verification that compared everything, not by one of the last days. A flaw raises a critical alert, and a new one is an
-- event. Returns the chains with a flaw. Without an id nobody asked for it: the worker did by itself. Called by the worker.
create or replace function audit.note_verdicts(
  verification_id uuid,
  chain_asked text,
  verdict jsonb
)
returns table (
  chain text,
  first_bad bigint,
  flaw text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_whole constant boolean := coalesce((verdict ->> 'whole')::boolean, false);
  v_flaws constant text[] := array(select f.flaw from jsonb_array_elements_text(coalesce(verdict -> 'flaws', '[]')) with ordinality as f (flaw, place) order by f.place);
  v_bad record;
  v_broken jsonb := '{}';
  v_places text[] := '{}';
  v_known text;
begin
  for v_bad in
    select c.chain, c."firstBad" as first_bad, c.flaw, format('event %s: %s', c."firstBad", c.flaw) as words, t.id as tenant_id
      from jsonb_to_recordset(verdict -> 'chains') as c (chain text, "firstBad" bigint, flaw text)
      left join platform.tenants t on t.id = c.chain
     where c."firstBad" is not null
     order by c.chain
  loop
    select h.flaw into v_known from audit.heads h where h.chain = v_bad.chain;
    if v_known is distinct from v_bad.words then
      perform audit.record('audit.verify', v_bad.tenant_id, 'events:' || v_bad.first_bad, 'failed', null, null, jsonb_build_object('flaw', v_bad.flaw));
    end if;
    v_broken := v_broken || jsonb_build_object(v_bad.chain, v_bad.words);
    v_places := v_places || format('%s, %s', case v_bad.chain when '' then 'the platform''s own' else v_bad.chain end, v_bad.words);
    -- The tenant's own alert, so that others are not judged by it; many at once are one finding.
    if v_bad.tenant_id is not null and cardinality(v_places) <= 20 then
      perform platform_private.raise_alert(v_bad.tenant_id, 'audit_broken', 'critical',
        format('The audit trail of tenant "%s" does not hold. %s.', v_bad.tenant_id, initcap(left(v_bad.words, 1)) || substr(v_bad.words, 2)));
    end if;
    chain := v_bad.chain;
    first_bad := v_bad.first_bad;
    flaw := v_bad.flaw;
    return next;
  end loop;
  if v_flaws <> '{}' or v_broken ? '' or cardinality(v_places) > 20 then
    perform platform_private.raise_alert(null, 'audit_broken', 'critical', format('The audit trail does not hold: %s%s. Run npm run audit:verify.',
      array_to_string((v_flaws || v_places)[1:5], '; '),
      case when cardinality(v_flaws || v_places) > 5 then format('; and %s more', cardinality(v_flaws || v_places) - 5) else '' end));
  end if;
  update audit.heads h
     set verified_seq = c."lastSeq", verified_at = now(),
         flaw = coalesce(v_broken ->> h.chain, case when not v_whole then h.flaw end)
    from jsonb_to_recordset(verdict -> 'chains') as c (chain text, "lastSeq" bigint)
   where h.chain = c.chain;
  insert into audit.verifications as v (id, chain, finished_at, whole, outside, statements, newest, events, chains, flaws, broken)
  select coalesce(note_verdicts.verification_id, gen_random_uuid()), note_verdicts.chain_asked, now(), v_whole, (verdict ->> 'outside')::boolean,
         (verdict ->> 'statements')::integer, (verdict ->> 'newest')::bigint, sum(c.events), count(*), v_flaws, v_broken
    from jsonb_to_recordset(verdict -> 'chains') as c (events bigint)
  on conflict (id) do update
    set finished_at = excluded.finished_at, whole = excluded.whole, outside = excluded.outside, statements = excluded.statements,
        newest = excluded.newest, events = excluded.events, chains = excluded.chains, flaws = excluded.flaws, broken = excluded.broken;
  delete from audit.verifications v where v.requested_at < now() - interval '90 days';
end
$$;
comment on function audit.note_verdicts(uuid, text, jsonb) is 'Keeps what a verification of the trail came to.';
revoke all on function audit.note_verdicts(uuid, text, jsonb) from public;
grant execute on function audit.note_verdicts(uuid, text, jsonb) to :ROLE_WORKER;
--! EndIncluded functions/audit/note_verdicts.sql
--! Included functions/audit/order_verification.sql
-- Orders a verification by the worker of one chain, of the platform's own (empty id), or of all (null), and returns its id; while one
-- of the same is not over, for an hour at most, that one: each may take minutes. Called by platform.verify_chain, by audit.order_first_verification
-- and by audit.report_rollback.
create or replace function audit.order_verification(
  chain text
)
returns uuid
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_id uuid;
begin
  select v.id into v_id
    from audit.verifications v
   where v.chain is not distinct from order_verification.chain and v.finished_at is null and v.requested_at > now() - interval '1 hour'
   limit 1;
  if not found then
    insert into audit.verifications (chain) values (order_verification.chain) returning id into v_id;
    perform jobs.enqueue('audit__verify', jsonb_build_object('verificationId', v_id), 'audit:' || coalesce(order_verification.chain, '*'));
  end if;
  return v_id;
end
$$;
comment on function audit.order_verification(text) is 'Orders a verification of the trail.';
revoke all on function audit.order_verification(text) from public;
--! EndIncluded functions/audit/order_verification.sql
--! Included functions/audit/order_first_verification.sql
-- Orders a verification of the whole trail when there has never been one, so that a new installation need not wait for the night to know how its
-- trail stands. Returns its id, null when there has been one. Called by the worker, after each checkpoint.
create or replace function audit.order_first_verification()
returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from audit.verifications v where v.chain is null) then
    return null;
  end if;
  return audit.order_verification(null);
end
$$;
comment on function audit.order_first_verification() is 'Orders the first verification of the trail.';
revoke all on function audit.order_first_verification() from public;
grant execute on function audit.order_first_verification() to :ROLE_WORKER;
--! EndIncluded functions/audit/order_first_verification.sql
--! Included functions/audit/verification_asked.sql
-- Which chain a verification is to look at: null for all. No row for one that is over, or was cleared. Called by the worker.
create or replace function audit.verification_asked(
  verification_id uuid
)
returns table (
  chain text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select v.chain from audit.verifications v where v.id = verification_asked.verification_id and v.finished_at is null
$$;
comment on function audit.verification_asked(uuid) is 'Which chain a verification is to look at.';
revoke all on function audit.verification_asked(uuid) from public;
grant execute on function audit.verification_asked(uuid) to :ROLE_WORKER;
--! EndIncluded functions/audit/verification_asked.sql
--! Included functions/audit/report_rollback.sql
-- Raises a critical alert because the copy outside holds checkpoints that the database does not know, so it was set back behind them; the worker
-- writes none until that is settled. Orders a verification when the last one found nothing, so that every status says so. `number` is the newest
-- outside, `why` what does not fit. Called by the worker.
create or replace function audit.report_rollback(
  number bigint,
  why text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.raise_alert(null, 'audit_rolled_back', 'critical', format(
    'The database was set back behind its checkpoints outside, the newest number %s: %s. No checkpoint is written until this is settled: see docs/how-to/read-the-audit-trail.md.',
    number, why));
  if not exists (
    select
      from (select v.finished_at, v.flaws, v.broken, v.requested_at from audit.verifications v where v.chain is null order by v.requested_at desc limit 1) v
     where v.flaws <> '{}' or v.broken <> '{}' or (v.finished_at is null and v.requested_at > now() - interval '1 hour')) then
    perform audit.order_verification(null);
  end if;
end
$$;
comment on function audit.report_rollback(bigint, text) is 'Says that the database was set back behind its checkpoints outside.';
revoke all on function audit.report_rollback(bigint, text) from public;
grant execute on function audit.report_rollback(bigint, text) to :ROLE_WORKER;
--! EndIncluded functions/audit/report_rollback.sql
--! Included functions/audit/watch_checkpoints.sql
-- Raises an alert when sealed events have waited for ten minutes and no checkpoint was written: what none names can be rewritten unnoticed, and whoever
-- may connect can hold the lock that the writer of checkpoints takes. What was read from a server log is as old as the log. Returns whether it did.
-- Called by the worker every minute.
create or replace function audit.watch_checkpoints()
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from audit.checkpoints c where c.at > now() - interval '10 minutes')
     or not exists (
       select
         from audit.heads h
         join audit.events e on e.chain = h.chain and e.seq = coalesce(h.checkpoint_seq, 0) + 1
        where h.checkpoint_seq is distinct from h.seq and e.at < now() - interval '10 minutes' and not e.action ^@ 'access.') then
    return false;
  end if;
  perform platform_private.raise_alert(null, 'audit_not_checkpointed', 'critical',
    'Sealed events have waited for ten minutes and no checkpoint names them. See the worker''s log, and who holds an advisory lock in pg_locks.');
  return true;
end
$$;
comment on function audit.watch_checkpoints() is 'Raises an alert when no checkpoint is written.';
revoke all on function audit.watch_checkpoints() from public;
grant execute on function audit.watch_checkpoints() to :ROLE_WORKER;
--! EndIncluded functions/audit/watch_checkpoints.sql
--! Included functions/jobs/fetch_orders.sql
-- Moves ordered jobs into graphile-worker's queue, in one statement and so whole or not at all. Runs with the worker's rights, and
-- only the worker may. A starting worker's self-test goes before whatever has piled up, proofs come
-- after what somebody waits for. Webhooks and notices wait in queues of their tenant's,
-- which give one at a time: each may wait for somebody's server, and a slow or a full one delays nobody else's. Verifications of the trail, of which one
-- is made at a time, wait in a queue too, and not in the places that all other jobs need. Returns how many there were.
create or replace function jobs.fetch_orders()
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_count integer;
begin
  with taken as (
    delete from jobs.outbox o
     where o.id in (select id from jobs.outbox order by task <> 'worker__test', id limit 5000 for update skip locked)
    returning o.task, o.payload, o.job_key
  )
  select count(graphile_worker.add_job(
           identifier => taken.task, payload => taken.payload::json, job_key => taken.job_key,
           max_attempts => case when taken.task in ('webhook__deliver', 'notice__send') then 10 else 6 end,
           queue_name => case taken.task when 'audit__verify' then 'audit:verify'
                                         when 'webhook__deliver' then 'webhooks:' || (taken.payload ->> 'tenantId')
                                         when 'notice__send' then 'notices:' || (taken.payload ->> 'tenantId') end,
           priority => case taken.task when 'worker__test' then -100 when 'isolation__prove' then 50 when 'webhook__deliver' then 100 else 0 end))
    into v_count
    from taken;
  return v_count;
end
$$;
comment on function jobs.fetch_orders() is 'Moves ordered jobs into the queue; returns how many.';
revoke all on function jobs.fetch_orders() from public;
grant execute on function jobs.fetch_orders() to :ROLE_WORKER;
--! EndIncluded functions/jobs/fetch_orders.sql
--! Included functions/audit/contradicted.sql
-- The first chain, by its name, of which the sealed events are not what a checkpoint's heads say, as [chain, number, hash in hex, marks]; null when all
-- are. Events that were cut go by their cut. Called by the worker, of a checkpoint outside that the database does not know.
create or replace function audit.contradicted(
  heads jsonb
)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select named.head ->> 0
    from jsonb_array_elements(heads) as named (head)
   where not exists (
           select from audit.events e
            where e.chain = named.head ->> 0 and e.seq = (named.head ->> 1)::bigint and encode(e.hash, 'hex') = named.head ->> 2)
     and not exists (
           select from audit.cuts c
            where c.chain = named.head ->> 0 and (named.head ->> 1)::bigint between c.first_seq and c.last_seq
              and ((named.head ->> 1)::bigint <> c.last_seq or encode(c.last_hash, 'hex') = named.head ->> 2))
   order by 1
   limit 1
$$;
comment on function audit.contradicted(jsonb) is 'The first chain whose events are not what a checkpoint says.';
revoke all on function audit.contradicted(jsonb) from public;
grant execute on function audit.contradicted(jsonb) to :ROLE_WORKER;
--! EndIncluded functions/audit/contradicted.sql
--! Included functions/platform_private/chain_state.sql
-- How the chain of a tenant's sealed events stands: its head, when it was last verified and with what result, and the newest checkpoint that
-- names it. `state` is unverified while nobody has looked, else holds or broken: no flaw alone says nothing. A flaw of the evidence itself, such as
-- checkpoints that are missing outside, is every chain's. Called by functions only.
create or replace function platform_private.chain_state(
  tenant_id text
)
returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'head', coalesce(h.seq, 0), 'hash', encode(h.hash, 'hex'), 'sealedAt', h.sealed_at, 'verifiedUpTo', h.verified_seq,
    'verifiedAt', f.verified_at, 'flaw', f.flaw,
    'state', case when f.flaw is not null then 'broken' when f.verified_at is null then 'unverified' else 'holds' end,
    'checkpointed', h.checkpoint_seq, 'checkpoint', c.number, 'checkpointAt', c.at, 'outside', coalesce(c.outside, false))
    from (select chain_state.tenant_id as id) t
    left join audit.heads h on h.chain = t.id
    left join lateral (
      select k.number, k.at, k.outside from audit.checkpoints k where h.checkpoint_seq is not null order by k.number desc limit 1
    ) c on true
    left join lateral (
      select v.finished_at, v.broken, v.flaws
        from audit.verifications v
       where v.finished_at is not null and (v.chain is null or v.chain = t.id)
       order by v.finished_at desc
       limit 1
    ) v on true
   cross join lateral (
     -- A chain that was removed with its head has its verdict beside the verification alone.
     select coalesce(h.flaw, v.broken ->> t.id, v.flaws[1]) as flaw,
            coalesce(h.verified_at, case when v.broken ? t.id or v.flaws <> '{}' then v.finished_at end) as verified_at
   ) f
$$;
comment on function platform_private.chain_state(text) is 'How the chain of a tenant''s events stands.';
revoke all on function platform_private.chain_state(text) from public;
--! EndIncluded functions/platform_private/chain_state.sql
--! Included functions/platform_private/compliance_facts.sql
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
--! EndIncluded functions/platform_private/compliance_facts.sql
--! Included functions/platform/chain_status.sql
-- How the chain of a tenant's trail stands, or without an id that of the platform's own: its head, when it was last verified and with what result, and
-- the newest checkpoint that names it; how long its events are kept, and who holds them since when. `state` is unverified, holds or broken;
-- `requested` since when a verification of it is under way, for an hour at most. May be called by members of
-- tenantry_operator and tenantry_security. Raises TN003, and TN009 for the platform's to one who is limited to tenants.
create or replace function platform.chain_status(
  id text default null,
  out head bigint,
  out digest text,
  out sealed_at timestamptz,
  out verified_up_to bigint,
  out verified_at timestamptz,
  out flaw text,
  out checkpoint bigint,
  out checkpoint_at timestamptz,
  out checkpointed bigint,
  out outside boolean,
  out retention text,
  out held_at timestamptz,
  out hold_reason text,
  out state text,
  out requested timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if id is null then
    perform platform_private.require_unlimited();
  elsif not exists (select from platform.tenants t where t.id = chain_status.id and platform_private.reaches_tenant(t.id)) then
    raise exception 'there is no tenant "%"', id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  select s.head, s.hash, s."sealedAt", s."verifiedUpTo", s."verifiedAt", s.flaw, s.checkpoint, s."checkpointAt", s.checkpointed, s.outside, s.state
    into head, digest, sealed_at, verified_up_to, verified_at, flaw, checkpoint, checkpoint_at, checkpointed, outside, state
    from jsonb_to_record(platform_private.chain_state(coalesce(id, ''))) as s (
      head bigint, hash text, "sealedAt" timestamptz, "verifiedUpTo" bigint, "verifiedAt" timestamptz, flaw text,
      checkpoint bigint, "checkpointAt" timestamptz, checkpointed bigint, outside boolean, state text);
  select r.class, r.held_at, r.hold_reason into retention, held_at, hold_reason from audit.retention r where r.tenant_id = chain_status.id;
  retention := coalesce(retention, '1y');
  select v.requested_at into requested
    from audit.verifications v
   where v.finished_at is null and v.requested_at > now() - interval '1 hour' and (v.chain is null or v.chain = coalesce(chain_status.id, ''))
   order by v.requested_at desc
   limit 1;
end
$$;
comment on function platform.chain_status(text) is 'How the chain of a tenant''s trail stands, or the platform''s own.';
revoke all on function platform.chain_status(text) from public;
grant execute on function platform.chain_status(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/chain_status.sql
--! Included functions/platform/system_status.sql
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
--! EndIncluded functions/platform/system_status.sql
--! Included functions/platform/verify_chain.sql
-- Has the worker verify the chain of a tenant's trail now, or without an id all of them, against the copy of checkpoints outside: what
-- `npm run audit:verify` does. Returns when it was ordered; platform.chain_status says what came of it: `verified_at` is later then, and nothing is
-- `requested` any more. Asked again before it is over, within an hour, it is the same verification. May be called by members of tenantry_operator and
-- tenantry_security. Raises TN003, and TN009 for all chains to one who is limited to tenants.
create or replace function platform.verify_chain(
  id text default null
)
returns timestamptz
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  v_id uuid;
begin
  if id is null then
    perform platform_private.require_unlimited();
  elsif not exists (select from platform.tenants t where t.id = verify_chain.id and platform_private.reaches_tenant(t.id)) then
    raise exception 'there is no tenant "%"', id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  v_id := audit.order_verification(verify_chain.id);
  perform audit.record('audit.verify', verify_chain.id, 'verifications:' || v_id);
  return (select v.requested_at from audit.verifications v where v.id = v_id);
end
$$;
comment on function platform.verify_chain(text) is 'Has the chain of a tenant''s trail, or all of them, verified now.';
revoke all on function platform.verify_chain(text) from public;
grant execute on function platform.verify_chain(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/verify_chain.sql
--! Included functions/platform/migration_status.sql
-- Which control-plane migration the database has, and whether that is older than the newest one that the caller's code
-- brings along ('' when it brings none). For readiness, and for the worker's prover; may be called by every operator.
create or replace function platform.migration_status(
  newest text,
  out current text,
  out behind boolean
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select max(m.filename), coalesce(max(m.filename), '') < newest
    from graphile_migrate.migrations m
$$;
comment on function platform.migration_status(text) is E'@behavior -*\nIs the database behind the code?';
revoke all on function platform.migration_status(text) from public;
grant execute on function platform.migration_status(text) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER, :ROLE_WORKER;
--! EndIncluded functions/platform/migration_status.sql
--! Included functions/platform_private/isolation_subject.sql
-- What the attempts of a run need to know: where the tenant lives, its tables with what it may there, and the rivals to reach for: two other
-- tenants at random, at least one of them on the same lane and one on another where there are such, full ones before empty ones. The sample is written on the
-- run. Null for a run that is not open. Called by the worker.
create or replace function platform_private.isolation_subject(
  run_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
  v_rivals text[];
begin
  select t.* into v_tenant
    from platform.isolation_runs r
    join platform.tenants t on t.id = r.tenant_id
   where r.id = isolation_subject.run_id and r.status = 'running' and t.schema_version is not null;
  if not found then
    return null;
  end if;
  -- One that is being built in another transaction has no schema that anybody sees yet.
  select coalesce(array_agg(picked.id), '{}') into v_rivals
    from (select ranked.id
            from (select t.id, t.last_activity_at is null as empty,
                         row_number() over (partition by t.lane = v_tenant.lane order by t.last_activity_at is null, random()) as place
                    from platform.tenants t
                   where t.id <> v_tenant.id
                     and t.status in ('ready', 'active', 'suspended', 'archived')
                     and to_regnamespace(quote_ident(platform_private.tenant_schema(t.id))) is not null) as ranked
           where ranked.place <= 2
           order by ranked.place, ranked.empty
           limit 2) as picked;
  update platform.isolation_runs r set rivals = v_rivals, sampled = cardinality(v_rivals) where r.id = isolation_subject.run_id;
  return jsonb_build_object(
    'tenant', jsonb_build_object(
      'id', v_tenant.id, 'lane', v_tenant.lane, 'status', v_tenant.status, 'schemaVersion', v_tenant.schema_version,
      'schema', platform_private.tenant_schema(v_tenant.id), 'role', platform_private.tenant_role(v_tenant.id),
      'tables', platform_private.isolation_tables(v_tenant.id)),
    'rivals', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', t.id, 'lane', t.lane, 'schema', platform_private.tenant_schema(t.id), 'role', platform_private.tenant_role(t.id),
               'tables', platform_private.isolation_tables(t.id)) order by t.id), '[]')
        from platform.tenants t
       where t.id = any (v_rivals)),
    'extension', (select min(e.name) from pg_available_extensions e where e.installed_version is null),
    'sequence', (select s.oid from pg_class s where s.oid = pg_get_serial_sequence('platform.tenant_transitions', 'id')::regclass));
end
$$;
comment on function platform_private.isolation_subject(uuid) is 'The tenant of a run, its tables, and a sample of rivals.';
revoke all on function platform_private.isolation_subject(uuid) from public;
grant execute on function platform_private.isolation_subject(uuid) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/isolation_subject.sql
--! Included functions/platform_private/end_isolation_run.sql
-- Ends a proof with what the attempts came to: `result` is {"checks": [{kind, tried, failed}], "failures": [{kind, target, expected, seen}],
-- "observed": [{kind, open, count}], "broken": why the prover could not have seen anything, or null,
-- "ms": milliseconds that the attempts took, "posture": {"checks", "failures"} of what the prover compared beside them}. A failed run raises an alert and stands in
-- the audit trail; a breach, not a broken prover, suspends the tenant where its settings say so. A passed run replaces the tenant's earlier
-- passed ones. Quiet, with the run as it is, when it is over already; a tenant that was closed or
-- locked down meanwhile leaves no run. Called by the worker.
create or replace function platform_private.end_isolation_run(
  run_id uuid,
  result jsonb
)
returns platform.isolation_runs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_run platform.isolation_runs;
  v_tenant platform.tenants;
  v_breaches integer;
begin
  select * into v_run from platform.isolation_runs r where r.id = end_isolation_run.run_id;
  if v_run.status is distinct from 'running' then
    return v_run;
  end if;
  v_tenant := platform_private.lock_tenant(v_run.tenant_id);
  if v_tenant.status not in ('provisioning', 'ready', 'active') or platform_private.locked_down(v_tenant.id, v_tenant.lane) then
    delete from platform.isolation_runs r where r.id = v_run.id;
    return null;
  end if;
  insert into platform.isolation_failures (run_id, half, kind, target, expected, seen)
  select v_run.id, h.half, f.kind, f.target, f.expected, f.seen
    from (values ('posture', result #> '{posture,failures}'), ('attempts', result -> 'failures')) as h (half, failures)
   cross join jsonb_to_recordset(h.failures) as f (kind text, target text, expected text, seen text);
  update platform.isolation_runs r
     set attempts = summed.tried,
         attempt_failures = summed.failed,
         posture_checks = r.posture_checks + summed.looked,
         posture_failures = r.posture_failures + summed.found,
         checks = r.checks || summed.checks,
         observed = coalesce(result -> 'observed', '[]'),
         broken = result ->> 'broken',
         attempts_ms = (result ->> 'ms')::numeric,
         status = case when r.posture_failures + summed.found = 0 and summed.failed = 0 and result ->> 'broken' is null and summed.tried > 0
                       then 'passed' else 'failed' end,
         finished_at = clock_timestamp(),
         duration_ms = round(extract(epoch from clock_timestamp() - r.started_at) * 1000, 1)
    from (select coalesce(sum(c.tried) filter (where h.half = 'attempts'), 0)::integer as tried,
                 coalesce(sum(c.failed) filter (where h.half = 'attempts'), 0)::integer as failed,
                 coalesce(sum(c.tried) filter (where h.half = 'posture'), 0)::integer as looked,
                 coalesce(sum(c.failed) filter (where h.half = 'posture'), 0)::integer as found,
                 coalesce(jsonb_agg(jsonb_build_object('half', h.half, 'kind', c.kind, 'tried', c.tried, 'failed', c.failed) order by h.half, c.kind), '[]') as checks
            from (values ('posture', result #> '{posture,checks}'), ('attempts', result -> 'checks')) as h (half, checks)
           cross join jsonb_to_recordset(h.checks) as c (kind text, tried integer, failed integer)) as summed
   where r.id = v_run.id and r.status = 'running'
  returning r.* into v_run;
  if v_run.status = 'passed' then
    delete from platform.isolation_runs r where r.tenant_id = v_run.tenant_id and r.status = 'passed' and r.id <> v_run.id;
    return v_run;
  end if;
  v_breaches := v_run.posture_failures + v_run.attempt_failures;
  perform audit.record('isolation.fail', v_run.tenant_id, 'isolation_runs:' || v_run.id, 'failed', null, null, jsonb_build_object(
    'cause', v_run.cause, 'posture_failures', v_run.posture_failures, 'attempt_failures', v_run.attempt_failures, 'broken', v_run.broken));
  perform platform_private.raise_alert(
    v_run.tenant_id, case when v_breaches > 0 then 'isolation.breach' else 'isolation.broken_prover' end,
    case when v_breaches > 0 then 'critical' else 'warning' end,
    case when v_breaches > 0 then format('The isolation of tenant "%s" failed in %s of %s checks and attempts.', v_run.tenant_id, v_breaches, v_run.posture_checks + v_run.attempts)
         else format('The isolation of tenant "%s" could not be proven: %s.', v_run.tenant_id, coalesce(v_run.broken, 'nothing was attempted')) end);
  if v_breaches > 0 and v_tenant.status = 'active' and v_tenant.settings #>> '{security,suspendOnBreach}' = 'true' then
    perform platform.suspend_tenant(v_run.tenant_id, format('isolation run %s failed', v_run.id));
  end if;
  return v_run;
end
$$;
comment on function platform_private.end_isolation_run(uuid, jsonb) is 'Ends a proof of isolation with what its attempts came to.';
revoke all on function platform_private.end_isolation_run(uuid, jsonb) from public;
grant execute on function platform_private.end_isolation_run(uuid, jsonb) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/end_isolation_run.sql
-- What the console's rooms show: who has a second factor, whom a lock-down would stop, what a role does not show.
alter type platform.tenant_user add attribute second_factor boolean;
comment on column platform.tenant_user.second_factor is 'Whether signing in asks for a code too.';
--! Included functions/platform/tenant_users.sql
-- The users of a tenant, by name: identity tables only. May be called by members of tenantry_operator and tenantry_security.
-- Raises TN003, TN004.
create or replace function platform.tenant_users(
  tenant_id text
)
returns setof platform.tenant_user
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute format(
    'select u.id, u.email::text, u.name::text, u.role::text, u.status::text, u.last_sign_in_at,
            (select max(l.locked_until) from %1$I.sign_in_locks l where l.email_key = lower(u.email) and l.locked_until > now()),
            (select count(*)::integer from %1$I.user_sessions s where s.user_id = u.id and s.ended_at is null and s.expires_at > now()),
            u.created_at, u.updated_at,
            exists (select from platform_private.second_factors f where f.tenant_id = $1 and f.person_id = u.id and f.confirmed_at is not null)
       from %1$I.users u
      order by u.name, u.id', platform_private.user_schema(tenant_id)) using tenant_id;
end
$$;
comment on function platform.tenant_users(text) is 'The users of a tenant.';
revoke all on function platform.tenant_users(text) from public;
grant execute on function platform.tenant_users(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/tenant_users.sql
--! Included functions/platform/lock_down_reach.sql
-- Whom a lock-down would stop, before it is ordered: arguments as lock_down's. `tenants` are those that it covers and that still exist, `open`
-- those of them that are active and under no lock-down yet, `visits` the visits of operators that would be stopped with them: lifted within its
-- 15 minutes, a visit goes on. 10,000 tenants take 5 ms.
-- May be called by members of tenantry_security and tenantry_admin. Raises TN002 for a scope that there isn't, TN003 for a tenant
-- that is not there, TN009 for more than the tenants an operator is limited to.
create or replace function platform.lock_down_reach(
  scope text,
  tenant_ids text[] default null,
  lane integer default null,
  out tenants integer,
  out open integer,
  out visits integer
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if scope is null or scope not in ('all', 'lane', 'tenants') then
    raise exception 'there is no such scope' using errcode = 'TN002', column = 'scope', hint = 'all, lane or tenants.';
  end if;
  if scope <> 'tenants' then
    perform platform_private.require_unlimited();
  elsif exists (select from unnest(tenant_ids) as named (id)
                 where not platform_private.reaches_tenant(named.id) or not exists (select from platform.tenants t where t.id = named.id)) then
    raise exception 'there is no such tenant' using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  with covered as (
    select t.id, t.lane, t.status
      from platform.tenants t
     where t.status not in ('purged', 'cancelled')
       and case lock_down_reach.scope
             when 'all' then true
             when 'lane' then t.lane = lock_down_reach.lane
             else t.id = any (lock_down_reach.tenant_ids)
           end
  )
  select count(*)::integer,
         (count(*) filter (where c.status = 'active' and not exists (
           select from platform.lock_downs l
            where l.lifted_at is null
              and (l.scope = 'all' or l.scope = 'lane' and l.lane = c.lane or l.scope = 'tenants' and c.id = any (l.tenant_ids)))))::integer,
         (select count(*)::integer from platform.tenant_visits v
           where v.ended_at is null and v.expires_at > now() and v.tenant_id in (select i.id from covered i))
    into tenants, open, visits
    from covered c;
end
$$;
comment on function platform.lock_down_reach(text, text[], integer) is 'Whom a lock-down would stop.';
revoke all on function platform.lock_down_reach(text, text[], integer) from public;
grant execute on function platform.lock_down_reach(text, text[], integer) to :ROLE_SECURITY, :ROLE_ADMIN;
--! EndIncluded functions/platform/lock_down_reach.sql
--! Included functions/platform/note_page.sql
-- Writes into the trail that an operator opened an address of the console that their role does not show. For the console, which then says that
-- access is denied; what the page would have asked for is refused anyway. May be called by every operator. Raises TN002 for what is no such address.
create or replace function platform.note_page(
  address text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if address is null or address !~ '^/[A-Za-z0-9_/-]{0,200}$' then
    raise exception 'this is no address of the console'
      using errcode = 'TN002', column = 'address', hint = 'A path of letters, digits, _, - and /, such as /security/audit.';
  end if;
  perform audit.record('pages.refused', null, 'pages:' || address, 'refused');
  return true;
end
$$;
comment on function platform.note_page(text) is 'Writes into the trail that an operator opened an address that their role does not show.';
revoke all on function platform.note_page(text) from public;
grant execute on function platform.note_page(text) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/note_page.sql
