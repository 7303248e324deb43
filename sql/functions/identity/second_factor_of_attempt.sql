-- The sealed second factor that an open attempt to sign in must show, for the server to compare a code with; no row if the account has none that
-- is confirmed. The server asks once the password was right. Callable by tenantry_auth. Raises TN003, TN010.
create or replace function identity.second_factor_of_attempt(
  tenant_id text,
  attempt_id uuid
)
returns table (
  person_id uuid,
  sealed bytea
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
begin
  return query execute format(
    'select f.person_id, f.sealed
       from %I.sign_in_attempts a
       join %s p on lower(p.email) = a.email_key and p.status = ''active''
       join platform_private.second_factors f on f.tenant_id is not distinct from $1 and f.person_id = p.id and f.confirmed_at is not null
      where a.id = $2 and a.finished_at is null', v_realm.schema_name, v_realm.people) using tenant_id, attempt_id;
end
$$;
comment on function identity.second_factor_of_attempt(text, uuid) is 'The sealed second factor that an open attempt must show.';
revoke all on function identity.second_factor_of_attempt(text, uuid) from public;
grant execute on function identity.second_factor_of_attempt(text, uuid) to :ROLE_AUTH;
