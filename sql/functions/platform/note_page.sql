-- Writes into the trail that an operator opened an address of the console that their role does not show. For the console, which then says that
-- access is denied; what the page would have asked for is refused anyway. May be called by every operator. Raises TN002 for what is no such address.
create or replace function platform.note_page(
  address text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if address is null or address !~ '^/[A-Za-z0-9_/-]{0,200}$' then
    raise exception 'this is no address of the console'
      using errcode = 'TN002', column = 'address', hint = 'A path of letters, digits, _, - and /, such as /security/audit.';
  end if;
  perform audit.record('pages.refused', null, 'pages:' || address, 'refused');
  return true;
end
$$;
comment on function platform.note_page(text) is 'Writes into the trail that an operator opened an address that their role does not show.';
revoke all on function platform.note_page(text) from public;
grant execute on function platform.note_page(text) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
