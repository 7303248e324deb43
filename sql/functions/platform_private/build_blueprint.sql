-- Builds schema `blueprint` in the blueprint database: what a tenant is born with, under the role tenantry_blueprint,
-- and returns its fingerprint. An older one is replaced. Called by the migrator, in the blueprint database only.
create or replace function platform_private.build_blueprint(
  role_name text,
  baseline_sql text
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  drop schema if exists blueprint cascade;
  create schema blueprint;
  execute format('grant usage on schema blueprint to %I', role_name);
  perform platform_private.run_in_schema('blueprint', role_name, baseline_sql);
  return platform_private.fingerprint_schema('blueprint', role_name);
end
$$;
comment on function platform_private.build_blueprint(text, text) is 'Builds the blueprint schema; returns its fingerprint.';
revoke all on function platform_private.build_blueprint(text, text) from public;
