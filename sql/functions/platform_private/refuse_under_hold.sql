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
