-- Before an approval changes: it is decided once, by somebody other than its requester, and signed by the
-- server's claim rather than by what the caller says. Rows that the owner loads are inserts and come as they are.
-- Of the approvals that one submission of an agreement asks for, nobody decides two. The agreement's row is locked first: of
-- two decisions at the same moment the second sees the first.
create or replace function tenantry_shared.approvals_guard()
returns trigger
language plpgsql
volatile
as $$
begin
  if old.status <> 'pending' then
    raise exception 'the approval is already decided'
      using errcode = 'TN004', column = 'status', detail = format('It was %s.', old.status),
        hint = 'Request a new approval.';
  end if;
  if new.status = 'pending' then
    return new;
  end if;
  new.decided_by := request_user_id();
  new.decided_at := now();
  if new.decided_by is null or new.decided_by = new.requested_by then
    raise exception 'an approval is decided by another user than the one who requested it'
      using errcode = 'TN009', column = 'decided_by',
        detail = 'Four eyes: the request and the decision come from two users of the tenant.',
        hint = 'Let a colleague who may decide approvals decide.';
  end if;
  if new.kind = 'agreement' then
    perform from agreements where id = new.agreement_id for update;
    if exists (
      select from approvals
      where agreement_id = new.agreement_id and kind = 'agreement' and created_at = new.created_at and id <> new.id
        and decided_by = new.decided_by and status = 'approved'
    ) then
      raise exception 'this user has approved the agreement already'
        using errcode = 'TN009', column = 'decided_by',
          detail = 'The tenant asks for the approval of several users.', hint = 'Let another colleague decide this one.';
    end if;
  end if;
  return new;
end
$$;

comment on function tenantry_shared.approvals_guard() is
  'Update trigger of approvals: decided once, by somebody else.';

revoke all on function tenantry_shared.approvals_guard() from public;
grant execute on function tenantry_shared.approvals_guard() to public;
