-- Before an agreement changes: only legal moves, and fixed terms once it has left draft.
-- The agreements and approvals it speaks of are the tenant's, by the path that every request has. It sees the approvals by the caller's rights:
-- who may not read them would find none, so that a step which hangs on them is refused.
create or replace function tenantry_shared.agreements_guard()
returns trigger
language plpgsql
volatile
as $$
declare
  v_allowed agreements := old;
begin
  if old.status <> 'draft' then
    v_allowed.status := new.status;
    v_allowed.notes := new.notes;
    if new is distinct from v_allowed then
      raise exception 'the terms of an agreement are fixed once it has been submitted'
        using errcode = 'TN004', detail = format('The agreement is %s.', old.status),
          hint = 'Change the terms while the agreement is a draft.';
    end if;
  end if;
  if new.status = old.status then
    return new;
  end if;
  if not (case old.status
    when 'draft' then new.status = 'pending_approval'
    when 'pending_approval' then new.status in ('active', 'draft')
    when 'active' then new.status = 'terminated' or (new.status = 'expired' and new.ends_on < current_date)
    else false
  end) then
    raise exception 'an agreement cannot move from % to %', old.status, new.status
      using errcode = 'TN004', column = 'status',
        detail = 'The order is draft, pending_approval, active, then expired or terminated; a refused agreement is a draft again.',
        hint = 'An agreement expires only after its last day.';
  end if;
  if 'pending_approval' in (old.status, new.status) and row_security_active('approvals') and not has_permission('approvals.read') then
    raise exception 'who submits or decides an agreement may read its approvals'
      using errcode = 'TN009', detail = 'It takes the permission approvals.read.', hint = 'Ask an administrator of the tenant.';
  end if;
  if (new.status = 'pending_approval') <> exists (
    select from approvals where agreement_id = new.id and kind = 'agreement' and status = 'pending'
  ) then
    raise exception 'an agreement is submitted and decided through its approval'
      using errcode = 'TN004', column = 'status', detail = format('The agreement is %s.', old.status),
        hint = 'Use submit_agreement or decide_approval.';
  end if;
  return new;
end
$$;

comment on function tenantry_shared.agreements_guard() is
  'Update trigger of agreements: legal moves and fixed terms.';

revoke all on function tenantry_shared.agreements_guard() from public;
grant execute on function tenantry_shared.agreements_guard() to public;
