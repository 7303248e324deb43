-- The operators who are not there for the one of this request: who is limited to tenants, none of which that one reaches. Without it they would be
-- listed with an empty limit, which says that they reach every tenant, and that they are here for one that nobody may know of. Null for whoever is
-- not limited. Row security asks it once a statement.
create or replace function platform_private.operators_out_of_reach()
returns uuid[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select case
    when l.tenants is not null then
      array(
        select ot.operator_id
          from platform.operator_tenants ot
         group by ot.operator_id
        having not bool_or(ot.tenant_id = any (l.tenants)))
  end
    from (select platform_private.listed_tenants() as tenants) l
$$;
comment on function platform_private.operators_out_of_reach() is 'Operators who are limited to tenants that the asking one does not reach; null: no limit.';
revoke all on function platform_private.operators_out_of_reach() from public;
grant execute on function platform_private.operators_out_of_reach() to :ROLE_ADMIN, :ROLE_SECURITY;
