-- Whether a read past the API would be found in the trail: statements of every login are logged, as JSON, the log is read and grows, and the server can
-- keep its own out of it. Nothing here stops the server from serving. May be called by every operator.
create or replace function platform.direct_access_posture(
  out ok boolean,
  out findings text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with logins as materialized (
    select l.name, l.logged from audit.logged_logins() l
  ), found (finding) as (
    select format('statements of %s of %s logins are not logged: an administrator runs sql/roles/00_as_admin.sql', count(*) filter (where not logged), count(*))
      from logins having bool_or(not logged)
    union all
    select 'statements of the server are logged as well: an administrator runs sql/roles/00_as_admin.sql'
     where exists (select from logins where logged) and not has_parameter_privilege('log_statement', 'set')
    union all
    select 'the log is not JSON, in which alone a client can''t hide: set logging_collector = on and log_destination = ''jsonlog'''
     where not exists (select from pg_settings f where f.name = 'log_destination' and f.setting ~ '\mjsonlog\M')
        or not exists (select from pg_settings f where f.name = 'logging_collector' and f.setting = 'on')
    union all
    select 'the server log is not read: give the worker AUDIT_SERVER_LOG'
     where not exists (select from audit.log_positions p where p.read_at > now() - interval '10 minutes')
    union all
    -- One reader's success says nothing of another's log; one that nobody has read for a week is gone.
    select format('reading of %s has stopped: see the log of the worker there', p.source)
      from audit.log_positions p
     where p.read_at between now() - interval '7 days' and now() - interval '10 minutes'
    union all
    -- PostgreSQL writes of its checkpoints, and the server of its connections, so there is always something.
    select format('%s has not grown for a day: AUDIT_SERVER_LOG is to be where PostgreSQL writes', p.source)
      from audit.log_positions p
     where p.read_at > now() - interval '10 minutes' and p.moved_at < now() - interval '1 day'
  )
  select count(*) = 0, coalesce(array_agg(finding order by finding), '{}') from found
$$;
comment on function platform.direct_access_posture() is E'@behavior -*\nWould a read past the API be found in the trail?';
revoke all on function platform.direct_access_posture() from public;
grant execute on function platform.direct_access_posture() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
