-- The detail of an event with what the server's session says of itself and no column holds: from which address it was asked, as at sign-in, and the tenant that
-- it states where that is another than the event's. Called by functions of the owner only, whose rights and path it has.
create or replace function audit.stated(
  tenant_id text,
  detail jsonb
)
returns jsonb
language plpgsql
stable
as $$
declare
  v_address constant text := current_setting('tenantry.address', true);
  v_tenant constant text := current_setting('tenantry.tenant_id', true);
begin
  if v_address <> '' then
    detail := jsonb_build_object('address', left(v_address, 64)) || coalesce(detail, '{}');
  end if;
  if v_tenant <> '' and v_tenant is distinct from tenant_id then
    detail := jsonb_build_object('statedTenant', left(v_tenant, 64)) || coalesce(detail, '{}');
  end if;
  return detail;
end
$$;
comment on function audit.stated(text, jsonb) is 'The detail of an event with what the session says of itself.';
revoke all on function audit.stated(text, jsonb) from public;
