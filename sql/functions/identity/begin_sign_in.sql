-- Begins a sign-in of a tenant's user, or without tenant of an operator: counts the attempt, then answers one hash to compare
-- the password with; for an unknown or disabled account one that no password fits. Locked: no hash, and until when. Callable by
-- tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.begin_sign_in(
  tenant_id text,
  email text,
  out attempt_id uuid,
  out password_hash text,
  out locked_until timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
begin
  select a.attempt_id, a.locked_until into attempt_id, locked_until
    from platform_private.begin_attempt(v_realm.schema_name, email) a;
  if attempt_id is null then
    perform audit.record('sign_in.refuse', tenant_id, 'email:' || left(lower(email), 254), 'refused',
                         detail => jsonb_build_object('code', 'ACCOUNT_LOCKED'));
    return;
  end if;
  execute format(
    'select coalesce(c.password_hash, d.password_hash)
       from platform_private.dummy_password d
       left join %s p on lower(p.email) = lower($1) and p.status = ''active''
       left join %s c on c.%I = p.id', v_realm.people, v_realm.credentials, v_realm.person)
    into password_hash using email;
  execute format('update %I.sign_in_attempts set offered = encode(sha256(convert_to($2, ''UTF8'')), ''hex'') where id = $1', v_realm.schema_name)
    using attempt_id, password_hash;
end
$$;
comment on function identity.begin_sign_in(text, text) is 'Counts an attempt to sign in and answers a hash.';
revoke all on function identity.begin_sign_in(text, text) from public;
grant execute on function identity.begin_sign_in(text, text) to :ROLE_AUTH;
