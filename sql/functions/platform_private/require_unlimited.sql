-- Refuses an operator limited to tenants what concerns all of them. Called by functions only. Raises TN009.
create or replace function platform_private.require_unlimited()
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if platform_private.listed_tenants() is not null then
    raise exception 'this concerns every tenant, and you are limited to some'
      using errcode = 'TN009', hint = 'Ask an operator without that limit.';
  end if;
end
$$;
comment on function platform_private.require_unlimited() is 'Refuses an operator who is limited to tenants.';
revoke all on function platform_private.require_unlimited() from public;
