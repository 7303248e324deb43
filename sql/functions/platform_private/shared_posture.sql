-- The half of the posture that is the same for every tenant: {"checks": [{kind, tried, failed}], "failures": [{kind, target, expected, seen}], "digest": of
-- the control plane, in hex}. Called by isolation_posture.
create or replace function platform_private.shared_posture()
returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with looked as materialized (
    select * from platform_private.posture_logins()
    union all
    select * from platform_private.posture_roles()
    union all
    select * from platform_private.posture_server()
    union all
    select * from platform_private.posture_tenants()
    union all
    select * from platform_private.posture_control_plane()
  )
  select jsonb_build_object(
    'checks', (
      select jsonb_agg(jsonb_build_object('kind', k.kind, 'tried', k.tried, 'failed', k.failed))
        from (select l.kind, count(*) as tried, count(*) filter (where l.seen is distinct from l.expected) as failed from looked l group by l.kind) k),
    'failures', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'target', l.target, 'expected', l.expected, 'seen', l.seen)), '[]')
        from looked l
       where l.seen is distinct from l.expected),
    'digest', (select l.seen from looked l where l.kind = 'control-plane-digest'))
$$;
comment on function platform_private.shared_posture() is 'The posture that all tenants share.';
revoke all on function platform_private.shared_posture() from public;
