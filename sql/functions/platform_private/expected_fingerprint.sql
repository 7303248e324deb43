-- What the fingerprint of a tenant's schema at a version must be on this server. Null if the migrator never built that
-- version's blueprint on this major.
create or replace function platform_private.expected_fingerprint(
  version integer
)
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select b.fingerprint
    from platform_private.blueprints b
   where b.version = expected_fingerprint.version
     and b.server_major = platform_private.server_major()
$$;
comment on function platform_private.expected_fingerprint(integer) is 'The blueprint''s fingerprint at a version.';
revoke all on function platform_private.expected_fingerprint(integer) from public;
