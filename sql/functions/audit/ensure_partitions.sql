-- Makes the partitions from the month of `since` to the third after this one, in each retention class; what is there stays. Called by the
-- migrator, by what moves events to another class, and every night by the worker: while nobody calls it, events go to the default partition of their class and nothing is lost.
-- Returns how many it made.
create or replace function audit.ensure_partitions(
  since timestamptz default now()
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_made integer := 0;
  v_class text;
  v_month date;
  v_name text;
begin
  foreach v_class in array array['90d', '1y', '7y', 'hold'] loop
    for v_month in
      select m::date
        from generate_series(date_trunc('month', least(since, now()) at time zone 'UTC'), date_trunc('month', now() at time zone 'UTC') + interval '3 months',
                             interval '1 month') m
    loop
      v_name := format('events_%s_%s', v_class, to_char(v_month, 'YYYY_MM'));
      if to_regclass('audit.' || quote_ident(v_name)) is null then
        execute format(
          'create table audit.%I partition of audit.%I for values from (%L) to (%L)', v_name, 'events_' || v_class,
          v_month::timestamp at time zone 'UTC', (v_month + interval '1 month') at time zone 'UTC');
        execute format('alter table audit.%I enable row level security', v_name);
        v_made := v_made + 1;
      end if;
    end loop;
  end loop;
  return v_made;
end
$$;
comment on function audit.ensure_partitions(timestamptz) is 'Makes the partitions of the next months.';
revoke all on function audit.ensure_partitions(timestamptz) from public;
grant execute on function audit.ensure_partitions(timestamptz) to :ROLE_WORKER;
