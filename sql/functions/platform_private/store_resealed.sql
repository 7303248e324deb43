-- Puts newly sealed values in the place of those that the job opened; quiet when the key was revoked or resealed meanwhile. Returns
-- whether anything was stored. Called by the worker.
create or replace function platform_private.store_resealed(
  kid text,
  opened bytea,
  sealed bytea,
  encryption bytea
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update platform_private.signing_keys k
     set sealed = store_resealed.sealed, encryption = store_resealed.encryption
   where k.kid = store_resealed.kid and k.sealed = opened;
  return found;
end
$$;
comment on function platform_private.store_resealed(text, bytea, bytea, bytea) is 'Replaces sealed values by newly sealed ones.';
revoke all on function platform_private.store_resealed(text, bytea, bytea, bytea) from public;
grant execute on function platform_private.store_resealed(text, bytea, bytea, bytea) to :ROLE_WORKER;
