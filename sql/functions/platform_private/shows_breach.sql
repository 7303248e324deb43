-- Whether a proof found something that no lock-down explains: a failure of its posture, or an attempt that ended otherwise than by being kept out
-- (42501, the transaction or the session gone). `result` is what end_isolation_run takes. Called by begin_isolation_run and end_isolation_run.
create or replace function platform_private.shows_breach(
  run platform.isolation_runs,
  result jsonb
)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select run.posture_failures > 0
      or jsonb_array_length(coalesce(result #> '{posture,failures}', '[]')) > 0
      or exists (
           select from jsonb_to_recordset(coalesce(result -> 'failures', '[]')) as f (seen text)
            where f.seen !~ '^(42501|25P02|57P0[1-5]|08...|lost|nothing)$')
$$;
comment on function platform_private.shows_breach(platform.isolation_runs, jsonb) is 'Did a proof find what no lock-down explains?';
revoke all on function platform_private.shows_breach(platform.isolation_runs, jsonb) from public;
