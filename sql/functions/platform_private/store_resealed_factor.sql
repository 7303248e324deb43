-- Puts a newly sealed second factor in the place of the one that the job opened; quiet when it was replaced or removed meanwhile. Returns
-- whether anything was stored. Called by the worker.
create or replace function platform_private.store_resealed_factor(
  id uuid,
  opened bytea,
  sealed bytea
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update platform_private.second_factors f
     set sealed = store_resealed_factor.sealed
   where f.id = store_resealed_factor.id and f.sealed = opened;
  return found;
end
$$;
comment on function platform_private.store_resealed_factor(uuid, bytea, bytea) is 'Replaces a second factor''s secret by the newly sealed one.';
revoke all on function platform_private.store_resealed_factor(uuid, bytea, bytea) from public;
grant execute on function platform_private.store_resealed_factor(uuid, bytea, bytea) to :ROLE_WORKER;
