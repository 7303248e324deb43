-- Whether the database's own access list is closed: PUBLIC may neither connect nor make temporary tables. A clone or a
-- restore opens it again, until the migrator runs. For readiness; may be called by every operator.
create or replace function platform.database_posture(
  out ok boolean,
  out findings text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select count(*) = 0, coalesce(array_agg('PUBLIC may ' || acl.privilege_type order by acl.privilege_type), '{}')
    from pg_database d
   cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as acl
   where d.datname = current_database()
     and acl.grantee = 0
$$;
comment on function platform.database_posture() is E'@behavior -*\nIs the database closed to PUBLIC?';
revoke all on function platform.database_posture() from public;
grant execute on function platform.database_posture() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
