-- After an approval of kind agreement is requested or decided: its agreement follows. The update takes the
-- agreement's row lock, so of two submissions at once one finds no draft. Rows that the owner loads (demo data,
-- restore, import) bring both states with them: row security is not active for the owner.
--
-- One submission asks for as many approvals as the tenant's business rules say: the first row brings the others, and all of
-- one submission have one created_at, that of its transaction. The agreement is active when the last of them is given; one
-- refusal sends it back to draft and closes those still open. How many were asked for stays as it was, whatever the rules
-- say later.
create or replace function tenantry_shared.approvals_move_agreement()
returns trigger
language plpgsql
volatile
as $$
declare
  v_from text := case new.status when 'pending' then 'draft' else 'pending_approval' end;
  v_to text := case new.status when 'pending' then 'pending_approval' when 'approved' then 'active' else 'draft' end;
  v_required integer;
begin
  -- Deeper than one are the rows that this trigger writes itself.
  if not row_security_active(tg_relid) or pg_trigger_depth() > 1 or (tg_op = 'UPDATE' and new.status = 'pending') then
    return null;
  end if;
  if new.status = 'approved' and exists (
    select from approvals where agreement_id = new.agreement_id and kind = 'agreement' and status = 'pending'
  ) then
    return null;
  end if;
  if new.status = 'rejected' then
    update approvals set status = 'rejected', comment = new.comment
    where agreement_id = new.agreement_id and kind = 'agreement' and status = 'pending';
  end if;
  update agreements set status = v_to where id = new.agreement_id and status = v_from;
  if not found then
    raise exception 'the agreement is not %', replace(v_from, '_', ' ')
      using errcode = 'TN004', column = 'status',
        detail = format('An approval of an agreement moves it from %s to %s.', v_from, v_to),
        hint = 'Read the agreement again; somebody else may have moved it.';
  end if;
  if new.status = 'pending' then
    select (value ->> 'approvalsRequired')::integer into v_required from settings where section = 'business_rules';
    insert into approvals (agreement_id, kind, comment)
    select new.agreement_id, 'agreement', new.comment from generate_series(2, v_required);
  end if;
  return null;
end
$$;

comment on function tenantry_shared.approvals_move_agreement() is
  'Trigger of approvals: moves the agreement that an approval is about.';

revoke all on function tenantry_shared.approvals_move_agreement() from public;
grant execute on function tenantry_shared.approvals_move_agreement() to public;
