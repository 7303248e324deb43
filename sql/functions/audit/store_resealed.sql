-- Puts a newly sealed key of the trail in the place of the one that the job opened; quiet when it was destroyed, retired or resealed meanwhile.
-- `kind` and `id` as audit.keys_to_reseal gives them. Called by the worker.
create or replace function audit.store_resealed(
  kind text,
  id text,
  opened bytea,
  sealed bytea
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if kind = 'data' then
    update audit.data_keys k set sealed = store_resealed.sealed where k.id = store_resealed.id::bigint and k.sealed = opened;
  else
    update audit.statement_keys k set sealed = store_resealed.sealed where k.kid = store_resealed.id and k.sealed = opened;
  end if;
end
$$;
comment on function audit.store_resealed(text, text, bytea, bytea) is 'Replaces a key of the trail by the newly sealed one.';
revoke all on function audit.store_resealed(text, text, bytea, bytea) from public;
grant execute on function audit.store_resealed(text, text, bytea, bytea) to :ROLE_WORKER;
