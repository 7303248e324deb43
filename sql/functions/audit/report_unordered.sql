-- Says that a partition is not cut although its time is over, since no order explains the class of an event in it: an alert and an event. Called by the worker.
create or replace function audit.report_unordered(
  partition text,
  flaw text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.record('audit.keep', null, 'partitions:' || partition, 'failed', null, null, jsonb_build_object('flaw', flaw));
  perform platform_private.raise_alert(null, 'audit_class', 'critical', format(
    'Events of %s would be removed before the time that was ordered for them: %s. They stay. Find out who moved them to that class.', partition, flaw));
end
$$;
comment on function audit.report_unordered(text, text) is 'Raises an alert about a partition that is not cut.';
revoke all on function audit.report_unordered(text, text) from public;
grant execute on function audit.report_unordered(text, text) to :ROLE_WORKER;
