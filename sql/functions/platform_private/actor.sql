-- Who acts: the operator whom the server's claims name, else the login of the database session. Called by functions only.
create or replace function platform_private.actor()
returns text
language sql
stable
parallel safe
return coalesce(nullif(current_setting('tenantry.operator_id', true), ''), 'login:' || session_user);
comment on function platform_private.actor() is 'Operator id as the server states it, or `login:<name>` for a session without claims.';
revoke all on function platform_private.actor() from public;
