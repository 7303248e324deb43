-- Begins an operator's sign-in: counts the attempt, then answers one hash to compare the password with; for an unknown or
-- disabled account one that no password fits. Locked: no hash, and until when. Callable by tenantry_auth.
create or replace function identity.begin_operator_sign_in(
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
begin
  select a.attempt_id, a.locked_until into attempt_id, locked_until
    from platform_private.begin_attempt('platform_private', email) a;
  if attempt_id is not null then
    select coalesce(c.password_hash, d.password_hash) into password_hash
      from platform_private.dummy_password d
      left join platform.operators o
        on lower(o.email) = lower(begin_operator_sign_in.email) and o.status = 'active'
      left join platform_private.operator_credentials c on c.operator_id = o.id;
  end if;
end
$$;
comment on function identity.begin_operator_sign_in(text) is 'Counts an operator''s attempt to sign in and answers a hash.';
revoke all on function identity.begin_operator_sign_in(text) from public;
grant execute on function identity.begin_operator_sign_in(text) to :ROLE_AUTH;
