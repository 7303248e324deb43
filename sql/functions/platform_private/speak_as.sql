-- From here to the end of the transaction the session speaks for one person: their events name them. Called by the functions of schema
-- identity, once they know who it is.
create or replace function platform_private.speak_as(
  tenant_id text,
  person_id uuid
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select set_config(case when tenant_id is null then 'tenantry.operator_id' else 'tenantry.user_id' end, person_id::text, true)
$$;
comment on function platform_private.speak_as(text, uuid) is 'Says on whose behalf the rest of the transaction acts.';
revoke all on function platform_private.speak_as(text, uuid) from public;
