-- What a field of a tenant's user must be like, in words for whoever sent another value; names the roles that the tenant has. Called by functions of the owner.
create or replace function platform_private.user_flaw(schema_name text, field text)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_roles text;
begin
  if field = 'role' then
    execute format('select string_agg(name, '', '' order by name) from %I.roles where name !~ ''^service_[0-9a-f]{32}$''', schema_name) into v_roles;
    return format('a role is one of %s', v_roles);
  end if;
  return case field
    when 'email' then 'an e-mail address has the form name@domain, with up to 254 characters'
    when 'name' then 'a name has 1 to 200 characters, and none that controls'
    else format('the value of %s is not accepted', field)
  end;
end
$$;
comment on function platform_private.user_flaw(text, text) is 'Says what a field of a user must be like.';
revoke all on function platform_private.user_flaw(text, text) from public;
