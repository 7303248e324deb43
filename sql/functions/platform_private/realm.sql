-- Where the people of a tenant stand, or without tenant the operators, as quoted names for format('%s'): names come from the
-- registry, never from a caller. Called by the functions of schema identity. Raises TN003, and TN010 for a tenant that is not open.
create or replace function platform_private.realm(
  tenant_id text,
  out schema_name text,
  out people text,
  out credentials text,
  out sessions text,
  out tokens text,
  out invitations text,
  out person text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if tenant_id is null then
    schema_name := 'platform_private';
    people := 'platform.operators';
    credentials := 'platform_private.operator_credentials';
    sessions := 'platform_private.operator_sessions';
    tokens := 'platform_private.refresh_tokens';
    invitations := 'platform_private.operator_invitations';
    person := 'operator_id';
  else
    schema_name := platform_private.active_tenant_schema(tenant_id);
    people := format('%I.users', schema_name);
    credentials := format('%I.user_credentials', schema_name);
    sessions := format('%I.user_sessions', schema_name);
    tokens := format('%I.refresh_tokens', schema_name);
    invitations := format('%I.user_invitations', schema_name);
    person := 'user_id';
  end if;
end
$$;
comment on function platform_private.realm(text) is 'Tables in which the people of a tenant, or the operators, stand.';
revoke all on function platform_private.realm(text) from public;
