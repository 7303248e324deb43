-- Notes among the findings of the lock-downs that cover a lane which sessions of its login would not end, in the place of those noted before. Called by the
-- worker, which has told them to.
create or replace function platform_private.note_lane_sessions(
  lane integer,
  pids integer[]
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_login constant text := platform_private.lane_role(lane);
begin
  update platform.lock_downs l
     set findings = n.findings
    from (
      select d.id,
             (select nullif(jsonb_agg(f.finding order by f.place), '[]')
                from (select e.finding, e.place
                        from jsonb_array_elements(coalesce(d.findings, '[]')) with ordinality e (finding, place)
                       where not (e.finding ? 'session' and e.finding ->> 'member' = v_login)
                      union all
                      select jsonb_build_object('member', v_login, 'session', p.pid), 1000000 + p.pid
                        from unnest(note_lane_sessions.pids) p (pid)) f) as findings
        from platform.lock_downs d
       where d.lifted_at is null and note_lane_sessions.lane = any (platform_private.locked_lanes(d))
    ) n
   where l.id = n.id and l.findings is distinct from n.findings;
end
$$;
comment on function platform_private.note_lane_sessions(integer, integer[]) is 'Notes which sessions of a shut lane would not end.';
revoke all on function platform_private.note_lane_sessions(integer, integer[]) from public;
grant execute on function platform_private.note_lane_sessions(integer, integer[]) to :ROLE_WORKER;
