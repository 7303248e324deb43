-- Scheme, host and port of an https address (RFC 6454, 4); null for anything else. Called by functions only.
create or replace function platform_private.url_origin(
  url text
)
returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select lower(substring(url from '^https://[^/?#]+'))
$$;
comment on function platform_private.url_origin(text) is 'Scheme, host and port of an address.';
revoke all on function platform_private.url_origin(text) from public;
