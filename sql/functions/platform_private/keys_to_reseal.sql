-- Keys that are sealed under another master key than the installation's, in the order of their ids after a given one. What is sealed
-- under the installation's begins with its seal_header. Called by the worker's job, which can open and seal.
create or replace function platform_private.keys_to_reseal(
  after_kid text,
  most integer
)
returns table (
  kid text,
  tenant_id text,
  sealed bytea,
  encryption bytea
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.tenant_id, k.sealed, k.encryption
    from platform_private.signing_keys k
    join platform.installation i on i.seal_header is not null
   where k.kid > after_kid
     and k.state <> 'revoked'
     and (substr(k.sealed, 1, length(i.seal_header)) <> i.seal_header
          or substr(k.encryption, 1, length(i.seal_header)) <> i.seal_header)
   order by k.kid
   limit most
$$;
comment on function platform_private.keys_to_reseal(text, integer) is 'Keys sealed under an earlier master key.';
revoke all on function platform_private.keys_to_reseal(text, integer) from public;
grant execute on function platform_private.keys_to_reseal(text, integer) to :ROLE_WORKER;
