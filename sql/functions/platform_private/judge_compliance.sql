-- The status of every control for a tenant: not met if one of its facts is false, else not assessable if one can't be known or there is none, else
-- met. Called by platform.compliance_status and by evidence_content.
create or replace function platform_private.judge_compliance(
  tenant_id text
)
returns table (
  place bigint,
  framework text,
  point text,
  title text,
  status text,
  facts jsonb
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with facts as materialized (
    select f.fact, f.met, f.value from platform_private.compliance_facts(judge_compliance.tenant_id) f
  )
  select c.place, c.framework, c.point, c.title,
         case when bool_or(not f.met) then 'not met'
              when count(*) filter (where f.met is null) > 0 then 'not assessable'
              else 'met' end,
         coalesce(jsonb_object_agg(f.fact, jsonb_build_object('met', f.met, 'value', f.value)) filter (where f.fact is not null), '{}')
    from platform_private.compliance_controls() c
    left join lateral unnest(c.facts) as named (fact) on true
    left join facts f on f.fact = named.fact
   group by c.place, c.framework, c.point, c.title
$$;
comment on function platform_private.judge_compliance(text) is 'The status of every control for a tenant.';
revoke all on function platform_private.judge_compliance(text) from public;
