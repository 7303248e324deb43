-- Refuses a period that evidence is not made of: TN002 unless it has both ends, ends after it begins, begins before now and is at most 366 days long.
-- Called by functions only.
create or replace function platform_private.check_evidence_period(
  since timestamptz,
  until timestamptz
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if since is null or until is null or not isfinite(since) or not isfinite(until) or until <= since then
    raise exception 'evidence is of a period that ends after it begins'
      using errcode = 'TN002', column = 'to', detail = format('Asked for: %s to %s.', coalesce(since::text, 'nothing'), coalesce(until::text, 'nothing')),
            hint = 'Give both ends, such as 2026-01-01 and 2026-04-01.';
  end if;
  if until - since > interval '366 days' then
    raise exception 'evidence is of at most 366 days'
      using errcode = 'TN002', column = 'to', detail = format('Asked for: %s days.', ceil(extract(epoch from until - since) / 86400)),
            hint = 'Ask for one year at a time.';
  end if;
  if since > now() then
    raise exception 'the period has not begun'
      using errcode = 'TN002', column = 'from', hint = 'Evidence is of what has happened.';
  end if;
end
$$;
comment on function platform_private.check_evidence_period(timestamptz, timestamptz) is 'Refuses a period that evidence is not made of.';
revoke all on function platform_private.check_evidence_period(timestamptz, timestamptz) from public;
