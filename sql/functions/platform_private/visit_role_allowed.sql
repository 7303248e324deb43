-- Whether an operator of this role may be in a tenant in that role and access: to look as viewer operators and admins, anything else
-- admins. Asked when a visit begins and as long as it lasts.
create or replace function platform_private.visit_role_allowed(
  title text,
  role text,
  access text
)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select title = 'admin' or (title = 'operator' and role = 'viewer' and access = 'read')
$$;
comment on function platform_private.visit_role_allowed(text, text, text) is 'May an operator of this role visit in that role and access?';
revoke all on function platform_private.visit_role_allowed(text, text, text) from public;
