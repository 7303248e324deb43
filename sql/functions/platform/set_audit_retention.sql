-- Says how long a tenant's events are kept: `90d`, `1y` (which every tenant starts with) or `7y`. New events get the class; with `past`, those that are there move
-- to it as well. A legal hold stays above it. May be called by members of tenantry_admin. Raises TN002, TN003.
create or replace function platform.set_audit_retention(
  tenant_id text,
  class text,
  past boolean default false
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_before text;
begin
  if class is null or class not in ('90d', '1y', '7y') then
    raise exception 'events are kept for 90d, 1y or 7y'
      using errcode = 'TN002', column = 'class', detail = format('Asked for: %s.', coalesce(class, 'nothing')), hint = 'Choose one of the three.';
  end if;
  select r.class into v_before from audit.retention r where r.tenant_id = v_tenant.id;
  insert into audit.retention as r (tenant_id, class) values (v_tenant.id, class)
  on conflict on constraint retention_pkey do update set class = excluded.class;
  if past then
    perform audit.ensure_partitions((select min(e.at) from audit.events e where e.chain = v_tenant.id));
    update audit.events e set retention = class where e.chain = v_tenant.id and e.retention not in ('hold', class);
  end if;
  perform audit.record('audit.retention', v_tenant.id, 'tenants:' || v_tenant.id, 'ok', null, null,
    jsonb_build_object('before', coalesce(v_before, '1y'), 'after', class, 'past', past));
end
$$;
comment on function platform.set_audit_retention(text, text, boolean) is 'Says how long a tenant''s events are kept.';
revoke all on function platform.set_audit_retention(text, text, boolean) from public;
grant execute on function platform.set_audit_retention(text, text, boolean) to :ROLE_ADMIN;
