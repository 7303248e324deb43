-- Whom the rules of a tenant name for an event: active users of the roles named, as far as their role may read what a message says of it,
-- so that no rule shows anybody more than the tenant's other rights do. `roles` narrows it to some. Called by functions only.
create or replace function platform_private.people_told(
  tenant_id text,
  event text,
  roles text[] default null
)
returns setof uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute format(
    'select u.id
       from %1$I.users u
      where u.status = ''active'' and ($2 is null or u.role = any ($2))
        and u.role in (select r.role_name from %1$I.notification_rules r where r.event = $1 and r.enabled)
        and not exists (select n.permission from unnest($3) as n (permission)
                        except
                        select p.permission::text from %1$I.role_permissions p where p.role_name = u.role)',
    platform_private.tenant_schema(tenant_id))
    using event, roles, '{agreements.read,brands.read}'::text[] || case when event ^@ 'approval_' then 'approvals.read' else 'agreements.read' end;
end
$$;
comment on function platform_private.people_told(text, text, text[]) is 'Users whom the rules of a tenant name for an event.';
revoke all on function platform_private.people_told(text, text, text[]) from public;
