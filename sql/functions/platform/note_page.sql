-- Writes into the trail that an operator opened an address of the console that their role does not show. For the console, which then says that
-- access is denied; what the page would have asked for is refused anyway. Whatever a browser calls a path is taken, and letters that were sent as escapes are
-- written as letters: `/%73ecurity` opens the same page, and stands there as `/security`. Thirty a minute by one operator, so that nobody buries other events
-- among these. May be called by every operator. Raises TN002 for what is no such address, TN018 for too many.
create or replace function platform.note_page(
  address text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_address text;
  v_noted integer;
begin
  if length(address) > 200 then
    raise exception 'an address of the console has up to 200 characters'
      using errcode = 'TN002', column = 'address', detail = format('Sent: %s.', length(address)), hint = 'Send its beginning.';
  end if;
  if address is null or address !~ '^/([A-Za-z0-9/_.~!$&''()*+,;=:@-]|%[0-9A-Fa-f]{2})*$' then
    raise exception 'this is no address of the console'
      using errcode = 'TN002', column = 'address', detail = 'It begins with /, and what no path of a URL may hold is sent as %20 and the like.',
            hint = 'The path as the browser shows it, such as /security/audit, without a query.';
  end if;
  select string_agg(case when d.letter ~ '^[A-Za-z0-9_.~-]$' then d.letter when p.part ^@ '%' then upper(p.part) else p.part end, '' order by p.place)
    into v_address
    from (select m.found[1] as part, m.place from regexp_matches(address, '%..|[^%]+', 'g') with ordinality as m (found, place)) p
   -- What is no letter of ASCII is no letter at all: half a character is none.
   cross join lateral (select case when p.part ~ '^%[2-7]' then convert_from(decode(substr(p.part, 2), 'hex'), 'UTF8') end as letter) d;
  -- The row's lock lets one at a time through.
  insert into platform_private.page_notes as n (actor, minute, noted) values (audit.actor(), date_trunc('minute', now()), 1)
  on conflict on constraint page_notes_pkey do update
    set noted = case n.minute when excluded.minute then n.noted else 0 end + 1, minute = excluded.minute
  returning n.noted into v_noted;
  if v_noted > 30 then
    raise exception 'thirty such pages were written down within this minute'
      using errcode = 'TN018', detail = 'Each call is in the trail all the same, without its address.', hint = 'Wait a minute.';
  end if;
  perform audit.record('pages.refused', null, 'pages:' || v_address, 'refused');
  return true;
end
$$;
comment on function platform.note_page(text) is 'Writes into the trail that an operator opened an address that their role does not show.';
revoke all on function platform.note_page(text) from public;
grant execute on function platform.note_page(text) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
