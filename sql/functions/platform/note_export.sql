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
