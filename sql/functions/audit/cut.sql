-- Drops a partition whose time is over, once a signed statement says what was in it: the stretches stay in audit.cuts, and chains go on from
-- them. Raises TN031 unless the partition is expired, holds just what the statement says, and nothing before its time. Called by the worker, which has signed
-- the statement and written it outside. Returns how many events went.
create or replace function audit.cut(
  partition text,
  stretches jsonb,
  statement text
)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_expired record;
  v_statement bigint;
  v_events bigint;
begin
  select * into v_expired from audit.expired_partitions() x where x.partition = cut.partition;
  if not found or v_expired.stretches is distinct from cut.stretches
     or exists (select from jsonb_array_elements(cut.stretches) s where s ->> 4 is null)
     or audit.unordered(cut.partition) is not null then
    raise exception 'the partition is not what the statement says, or its time is not over'
      using errcode = 'TN031', detail = format('Partition %s.', cut.partition), hint = 'Verify the chains: npm run audit:verify.';
  end if;
  insert into audit.cut_statements (partition, statement) values (cut.partition, cut.statement) returning id into v_statement;
  insert into audit.cuts (chain, first_seq, last_seq, events, previous_hash, last_hash, retention, statement_id)
  select s ->> 0, (s ->> 1)::bigint, (s ->> 2)::bigint, (s ->> 3)::bigint, decode(s ->> 4, 'hex'), decode(s ->> 5, 'hex'), v_expired.retention, v_statement
    from jsonb_array_elements(cut.stretches) s;
  select coalesce(sum((s ->> 3)::bigint), 0) into v_events from jsonb_array_elements(cut.stretches) s;
  execute format('drop table audit.%I', cut.partition);
  perform audit.record('audit.cut', null, 'partitions:' || cut.partition, 'ok', null, null, jsonb_build_object('events', v_events));
  return v_events;
end
$$;
comment on function audit.cut(text, jsonb, text) is 'Drops a partition whose time is over.';
revoke all on function audit.cut(text, jsonb, text) from public;
grant execute on function audit.cut(text, jsonb, text) to :ROLE_WORKER;
