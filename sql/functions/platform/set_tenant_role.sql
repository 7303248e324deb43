-- Makes a custom role of a tenant, or says anew what one may do: `permissions` is all that it holds afterwards; a description that is null stays.
-- Built-in roles are the same in every tenant and stay. Each row written is in the trail. May be called by members of tenantry_admin: who
-- has the role may do more or less at once, and an operator below admin gives nobody rights that write.
-- Raises TN002 with the field as `column`, TN003, TN004, TN009.
create or replace function platform.set_tenant_role(
  tenant_id text,
  name text,
  permissions text[],
  description text default null
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_builtin boolean;
  v_unknown text;
begin
  execute format('select r.builtin from %I.roles r where r.name = $1', v_schema) into v_builtin using name;
  if v_builtin then
    raise exception 'built-in roles are the same in every tenant and do not change'
      using errcode = 'TN002', column = 'name', hint = 'Make a role of another name with the permissions you want.';
  end if;
  if name is null or name !~ '^[a-z][a-z0-9_]+$' or length(name) > 48 then
    raise exception 'a role''s name is 2 to 48 characters: lower-case letters, digits and underscores, a letter first'
      using errcode = 'TN002', column = 'name', hint = 'For example: legal.';
  end if;
  if length(description) > 300 then
    raise exception 'a role''s description has 300 characters at most'
      using errcode = 'TN002', column = 'description', hint = 'Say it shorter.';
  end if;
  if permissions is null then
    raise exception 'say which permissions the role holds'
      using errcode = 'TN002', column = 'permissions', hint = 'An empty list for none.';
  end if;
  execute format('select min(g.name) from unnest($1) as g (name) where not exists (select from %I.permissions p where p.name = g.name)', v_schema)
    into v_unknown using permissions;
  if v_unknown is not null or array_position(permissions, null) is not null then
    raise exception 'there is no permission "%"', coalesce(v_unknown, 'null')
      using errcode = 'TN002', column = 'permissions', hint = 'List them: select name from platform.tenant_permissions(tenant).';
  end if;
  execute format(
    'insert into %I.roles as r (name, description) values ($1, coalesce($2, '''')) on conflict (name) do update
        set description = coalesce($2, r.description), updated_at = now() where $2 <> r.description', v_schema)
    using name, btrim(description);
  execute format('delete from %I.role_permissions p where p.role_name = $1 and p.permission <> all ($2)', v_schema) using name, permissions;
  execute format('insert into %I.role_permissions (role_name, permission) select distinct $1, g.name from unnest($2) as g (name) on conflict do nothing', v_schema)
    using name, permissions;
end
$$;
comment on function platform.set_tenant_role(text, text, text[], text) is 'Makes or changes a custom role of a tenant.';
revoke all on function platform.set_tenant_role(text, text, text[], text) from public;
grant execute on function platform.set_tenant_role(text, text, text[], text) to :ROLE_ADMIN;
