-- What a message of invitation or reset needs, and the hash of the token that will stand in it. No row when there is nothing to send any
-- more: taken up, expired, the person disabled or gone. Called by the worker. Raises TN003, TN010 for a tenant that is not open.
create or replace function jobs.begin_invitation(
  tenant_id text,
  person_id uuid,
  token_hash text
)
returns table (
  email text,
  name text,
  purpose text,
  realm_name text,
  expires_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
begin
  return query execute format(
    'update %s i set token_hash = $2
       from %s p
      where i.%I = $1 and p.id = $1 and p.status <> ''disabled'' and i.accepted_at is null and i.expires_at > now()
     returning p.email::text, p.name::text, i.purpose::text, coalesce((select t.name from platform.tenants t where t.id = $3), ''Tenantry''),
               i.expires_at', v_realm.invitations, v_realm.people, v_realm.person)
    using person_id, token_hash, tenant_id;
end
$$;
comment on function jobs.begin_invitation(text, uuid, text) is 'Address and words of an invitation; stores its token''s hash.';
revoke all on function jobs.begin_invitation(text, uuid, text) from public;
grant execute on function jobs.begin_invitation(text, uuid, text) to :ROLE_WORKER;
