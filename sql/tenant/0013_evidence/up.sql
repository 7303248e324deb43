-- The tenant's own evidence, for its auditors: attestations, the chain's state, ages of keys, visits of operators, a signed bundle of a period.
-- As audit_trail of 0008_rights: each with the owner's rights, the tenant a literal written when the schema is built, so that no claim and no
-- argument can name another. Who may is asked in the function behind each. EXECUTE by default privileges, descriptions in blueprint.sql.
alter default privileges in schema :SCHEMA grant execute on functions to :TENANT;
create function attestations(
  older_than timestamptz default null,
  size integer default 50
)
returns table (
  at timestamptz,
  run_id uuid,
  passed boolean,
  cause text,
  posture_checks integer,
  posture_failures integer,
  attempts integer,
  attempt_failures integer,
  sampled integer,
  statement text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_attestations(':SCHEMA', older_than, size) $$;
create function chain_status()
returns table (
  head bigint,
  digest text,
  sealed_at timestamptz,
  verified_up_to bigint,
  verified_at timestamptz,
  flaw text,
  checkpoint bigint,
  checkpoint_at timestamptz,
  checkpointed bigint,
  outside boolean
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_chain(':SCHEMA') $$;
create function key_ages()
returns table (
  kid text,
  alg text,
  state text,
  created_at timestamptz,
  state_since timestamptz,
  age_days integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_keys(':SCHEMA') $$;
create function operator_visits(
  older_than timestamptz default null,
  size integer default 50
)
returns table (
  started_at timestamptz,
  ended_at timestamptz,
  operator_id uuid,
  role text,
  access text,
  reason text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_visits(':SCHEMA', older_than, size) $$;
create function request_evidence(
  since timestamptz,
  until timestamptz
)
returns table (
  id uuid,
  status text,
  statement text
)
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from platform_private.own_evidence(':SCHEMA', since, until) $$;
alter default privileges in schema :SCHEMA revoke execute on functions from :TENANT;
