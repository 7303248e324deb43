-- One more entry for a run's list of steps: its name, its milliseconds since `started`, and when it ended.
create or replace function platform_private.record_step(
  steps jsonb,
  name text,
  started timestamptz
)
returns jsonb
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select steps || jsonb_build_object(
    'name', record_step.name,
    'ms', round(extract(epoch from clock_timestamp() - started) * 1000, 1),
    'at', clock_timestamp()
  )
$$;
comment on function platform_private.record_step(jsonb, text, timestamptz) is 'Appends a timed step to a list of steps.';
revoke all on function platform_private.record_step(jsonb, text, timestamptz) from public;
