-- Refuses a period that evidence is not made of: TN002 unless it has both ends, ends after it begins, is over and is at most 366 days long: what is signed
-- of a period has to be all of it. Called by functions only.
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
    raise exception 'evidence is of a period that ends after it begins, and has both ends'
      using errcode = 'TN002', column = 'to', detail = format('Asked for: %s to %s.', coalesce(since::text, 'nothing'), coalesce(until::text, 'nothing')),
            hint = 'Give both ends, the earlier first, such as 2026-01-01 and 2026-04-01: the second is the first moment after the period.';
  end if;
  if until - since > interval '366 days' then
    raise exception 'evidence is of at most 366 days: ask for one year at a time'
      using errcode = 'TN002', column = 'to', detail = format('Asked for: %s days.', ceil(extract(epoch from until - since) / 86400)),
            hint = 'Let it begin later, or end earlier.';
  end if;
  if since > clock_timestamp() then
    raise exception 'the period has not begun: evidence is of what has happened'
      using errcode = 'TN002', column = 'from', detail = format('Asked for: %s to %s. It is %s.', since, until, now()), hint = 'Let it begin, and end, before now.';
  end if;
  if until > clock_timestamp() then
    raise exception 'the period is not over: evidence ends now at the latest'
      using errcode = 'TN002', column = 'to', detail = format('Asked for: until %s. It is %s.', until, now()),
            hint = 'Let it end at now(), or at a moment that has passed.';
  end if;
end
$$;
comment on function platform_private.check_evidence_period(timestamptz, timestamptz) is 'Refuses a period that evidence is not made of.';
revoke all on function platform_private.check_evidence_period(timestamptz, timestamptz) from public;
