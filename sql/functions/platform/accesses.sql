-- What happened in a stretch of time, the newest first, each with a verdict on its tenant context, for a feed that follows the trail. Verdicts
-- come from facts of the event: `refused`, it was kept out; `match`, who acted inside a tenant acted in the tenant of their token: of
-- a changed row the database compared both, of a call the server gave one envelope for both; `mismatch`, the database saw another tenant stated
-- than the one it happened in, which must never be; `operator`, an operator's act on the platform or about a tenant; `system`, no person's.
-- At most `size`, of one tenant or of all that the asking operator reaches. May be called by administrators and security officers.
-- Raises TN002 for a stretch or a size that is none.
create or replace function platform.accesses(
  since timestamptz,
  until timestamptz default null,
  tenant_id text default null,
  size integer default 100
)
returns table (
  id text,
  at timestamptz,
  tenant text,
  action text,
  outcome text,
  actor text,
  actor_role text,
  on_behalf_of text,
  subject text,
  request_id text,
  detail jsonb,
  verdict text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if accesses.since is null or accesses.until < accesses.since then
    raise exception 'a stretch of time has a beginning, and its end behind that'
      using errcode = 'TN002', column = 'since', hint = 'For example the last minute: since now() - interval ''1 minute''.';
  end if;
  if accesses.size is null or accesses.size not between 1 and 500 then
    raise exception 'a page has 1 to 500 entries'
      using errcode = 'TN002', column = 'size', detail = format('Asked for: %s.', accesses.size), hint = 'Ask for a shorter stretch.';
  end if;
  -- Two texts and no `is null or`: of that PostgreSQL expects a hundredth of the rows, and sorts.
  return query execute format(
    $query$
      select e.id, e.at, nullif(e.chain, ''), e.action, e.outcome, e.actor, e.actor_role, e.on_behalf_of, e.subject, e.request_id, e.detail,
             case when e.outcome = 'refused' then 'refused'
                  when e.detail ? 'statedTenant' then 'mismatch'
                  when e.actor ^@ 'user:' or e.actor ^@ 'service:' or e.on_behalf_of ^@ 'visit:' then 'match'
                  when e.actor ^@ 'operator:' then 'operator'
                  else 'system'
             end
        from platform.audit_events e
       where e.at >= $1 and e.at < $2 %s
       order by e.at desc
       limit $4
    $query$, case when accesses.tenant_id is not null then 'and e.chain = $3' end)
    using accesses.since, coalesce(accesses.until, clock_timestamp()), accesses.tenant_id, accesses.size;
end
$$;
comment on function platform.accesses(timestamptz, timestamptz, text, integer) is 'What happened in a stretch of time, with verdicts on tenant contexts.';
revoke all on function platform.accesses(timestamptz, timestamptz, text, integer) from public;
grant execute on function platform.accesses(timestamptz, timestamptz, text, integer) to :ROLE_ADMIN, :ROLE_SECURITY;
