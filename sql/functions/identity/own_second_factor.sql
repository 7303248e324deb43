-- The second factor of the person whose session this is, sealed, confirmed or not; no row if there is none. Callable by tenantry_auth.
-- Raises TN003, TN010.
create or replace function identity.own_second_factor(
  tenant_id text,
  session_id uuid
)
returns table (
  id uuid,
  person_id uuid,
  sealed bytea,
  confirmed_at timestamptz,
  codes_left integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select f.id, f.person_id, f.sealed, f.confirmed_at, cardinality(f.recovery_hashes)
    from identity.session_standing(own_second_factor.tenant_id, session_id) s
    join platform_private.second_factors f
      on f.tenant_id is not distinct from own_second_factor.tenant_id and f.person_id = s.person_id
$$;
comment on function identity.own_second_factor(text, uuid) is 'The second factor of the person who has this session.';
revoke all on function identity.own_second_factor(text, uuid) from public;
grant execute on function identity.own_second_factor(text, uuid) to :ROLE_AUTH;
