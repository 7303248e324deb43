-- The server's major version. Fingerprints are kept by it.
create or replace function platform_private.server_major()
returns integer
language sql
stable
parallel safe
return current_setting('server_version_num')::integer / 10000;
comment on function platform_private.server_major() is 'Major version of the server, such as 18.';
revoke all on function platform_private.server_major() from public;
