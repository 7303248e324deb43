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
