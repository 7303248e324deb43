-- Raises an alert, once: while an equal one of the tenant is open nothing is added. Called by functions that find something an operator has to
-- look at. `kind` is a short name for programs, `message` a sentence for people; neither holds a row's value.
create or replace function platform_private.raise_alert(
  tenant_id text,
  kind text,
  severity text,
  message text
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into platform.alerts (tenant_id, kind, severity, message)
  values (tenant_id, kind, severity, message)
  on conflict (coalesce(tenant_id, ''), kind) where acknowledged_at is null
  do update set message = excluded.message, severity = excluded.severity, last_at = now(), count = alerts.count + 1
$$;
comment on function platform_private.raise_alert(text, text, text, text) is 'Raises an alert, or counts the open one up.';
revoke all on function platform_private.raise_alert(text, text, text, text) from public;
