-- Words for what is wrong with a new tenant, field by field, before a constraint says it in its own. Raises TN002 with the
-- field as `column`, TN001 for an id that is taken, now or ever, TN009 for an operator limited to tenants. Called by create_tenant.
create or replace function platform_private.check_new_tenant(
  id text,
  name text,
  domain text,
  admin_email text
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.require_unlimited();
  if id is null or id !~ '^[a-z][a-z0-9_]{1,47}$' then
    raise exception 'a tenant''s id is 2 to 48 characters: lower-case letters, digits and underscores, a letter first'
      using errcode = 'TN002', column = 'id', hint = 'For example: aurora, or north_sea_2.';
  end if;
  perform platform_private.tenant_role(id);
  if name is null or length(btrim(name)) not between 1 and 120 then
    raise exception 'a tenant''s name is 1 to 120 characters'
      using errcode = 'TN002', column = 'name', hint = 'Give the name its people know it by.';
  end if;
  if name ~ '[[:cntrl:]]' then
    raise exception 'a tenant''s name has no control characters'
      using errcode = 'TN002', column = 'name', hint = 'Type it on one line.';
  end if;
  if length(domain) > 253 or domain !~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$' then
    raise exception 'this is no domain'
      using errcode = 'TN002', column = 'domain', hint = 'For example: aurora.example.';
  end if;
  if admin_email is not null and (length(admin_email) > 320 or admin_email !~ '^[^@\s]+@[^@\s]+$') then
    raise exception 'this is no e-mail address'
      using errcode = 'TN002', column = 'admin.email', hint = 'For example: anna@brand.example.';
  end if;
  if exists (select from platform.tenants t where t.id = check_new_tenant.id) then
    raise exception 'there is a tenant "%" already, or there was one', id
      using errcode = 'TN001', column = 'id', detail = 'An id is never used twice.', hint = 'Choose another id.';
  end if;
  if exists (select from platform.tenants t
              where platform_private.fold_name(t.name) = platform_private.fold_name(check_new_tenant.name)
                and t.status not in ('purged', 'cancelled')) then
    raise exception 'another tenant bears this name'
      using errcode = 'TN001', column = 'name', detail = 'Case and spaces do not count.', hint = 'Choose another name.';
  end if;
  if exists (select from platform.tenants t
              where t.domain = check_new_tenant.domain and t.status not in ('purged', 'cancelled')) then
    raise exception 'another tenant has this domain'
      using errcode = 'TN001', column = 'domain', hint = 'Choose another domain, or none.';
  end if;
end
$$;
comment on function platform_private.check_new_tenant(text, text, text, text) is 'Refuses a new tenant with words by field.';
revoke all on function platform_private.check_new_tenant(text, text, text, text) from public;
