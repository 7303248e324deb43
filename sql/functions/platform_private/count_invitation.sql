-- Counts a message of invitation or reset that a tenant is about to send to an address of its administrators' choice, and refuses what is too
-- much: whoever holds an administrator's account must not be able to write to strangers without bound. At most `invitationLimit` of the section
-- security, 100 without it, may be open at once, and as many messages go out in a day (UTC): people who are entered and removed again count as
-- well. What people ask for themselves, having lost a password, is limited by account. Called by functions only. Raises TN008.
create or replace function platform_private.count_invitation(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_limit integer;
  v_open integer;
  v_sent integer;
begin
  select coalesce((t.settings -> 'security' ->> 'invitationLimit')::numeric, 100) into v_limit
    from platform.tenants t where t.id = count_invitation.tenant_id;
  -- The row's lock lets one at a time through.
  insert into platform_private.invitation_counts as c (tenant_id, day, sent) values (count_invitation.tenant_id, current_date, 1)
  on conflict on constraint invitation_counts_pkey do update
    set sent = case c.day when excluded.day then c.sent else 0 end + 1, day = excluded.day
  returning c.sent into v_sent;
  execute format(
    'select count(*) from %I.user_invitations where purpose = ''invitation'' and accepted_at is null and expires_at > now()',
    platform_private.tenant_schema(tenant_id))
    into v_open;
  if v_open >= v_limit or v_sent > v_limit then
    raise exception '%', case when v_open >= v_limit then format('%s invitations are open, as many as may be at once', v_open)
                              else format('%s messages of invitation or reset went out today, as many as may in a day', v_limit) end
      using errcode = 'TN008', detail = 'The setting security.invitationLimit says how many; 100 without it.',
            hint = case when v_open >= v_limit then 'Wait until some are taken up, or remove people who were invited.' else 'Go on tomorrow.' end
                   || ' An operator can raise the limit.';
  end if;
end
$$;
comment on function platform_private.count_invitation(text) is 'Counts an invitation, or refuses one too many.';
revoke all on function platform_private.count_invitation(text) from public;
