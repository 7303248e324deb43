-- What a signed statement says (the payload of a compact JWS, RFC 7515), not whether its signature holds: only whoever has the public key
-- can say that. Called by functions only.
create or replace function platform_private.statement_content(
  statement text
)
returns jsonb
language sql
immutable
strict
set search_path = pg_catalog, pg_temp
as $$
  select convert_from(decode(translate(p.part, '-_', '+/') || repeat('=', (4 - length(p.part) % 4) % 4), 'base64'), 'UTF8')::jsonb
    from (select split_part(statement, '.', 2)) as p (part)
$$;
comment on function platform_private.statement_content(text) is 'What a signed statement says.';
revoke all on function platform_private.statement_content(text) from public;
