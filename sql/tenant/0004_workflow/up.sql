-- The steps of an agreement's life as calls. They run with the caller's rights and add none: the triggers and
-- policies of agreements and approvals hold for every other way too. What they add is one name for a step, an
-- answer that says why it is refused (row security would only find no row), and the row as it stands afterwards.

-- EXECUTE comes with creation and not by a GRANT, and what GraphQL says of them stands in blueprint.sql: naming a function
-- looks through all functions of that name, one in every tenant.
alter default privileges in schema :SCHEMA grant execute on functions to :TENANT;

-- Submits a draft for approval: the request is what moves the agreement.
create function submit_agreement(
  agreement_id uuid,
  comment text default null
)
returns agreements
language plpgsql
volatile
as $$
declare
  v_agreement agreements;
begin
  perform require_permission('agreements.submit');
  select * into v_agreement from agreements where id = agreement_id;
  if not found then
    raise exception 'there is no such agreement'
      using errcode = 'TN003', detail = 'No agreement of this tenant has the id given.', hint = 'List the agreements.';
  end if;
  insert into approvals (agreement_id, kind, comment) values (v_agreement.id, 'agreement', submit_agreement.comment);
  select * into v_agreement from agreements where id = v_agreement.id;
  return v_agreement;
end
$$;

-- Decides an approval of any kind; an agreement follows its approval.
create function decide_approval(
  approval_id uuid,
  decision text,
  comment text default null
)
returns approvals
language plpgsql
volatile
as $$
declare
  v_approval approvals;
begin
  if decision is null or decision not in ('approved', 'rejected') then
    raise exception 'decision must be approved or rejected'
      using errcode = 'TN002', column = 'decision', detail = 'An approval is either given or refused.',
        hint = 'Write approved or rejected.';
  end if;
  perform require_permission('approvals.decide');
  update approvals
  set status = decision, comment = coalesce(decide_approval.comment, approvals.comment)
  where id = approval_id
  returning * into v_approval;
  if not found then
    raise exception 'there is no such approval'
      using errcode = 'TN003', detail = 'No approval of this tenant has the id given.', hint = 'List the approvals.';
  end if;
  return v_approval;
end
$$;

-- Ends an active agreement before its last day; the reason is added to its notes.
create function terminate_agreement(
  agreement_id uuid,
  reason text
)
returns agreements
language plpgsql
volatile
as $$
declare
  v_agreement agreements;
begin
  if reason is null or btrim(reason) = '' then
    raise exception 'a termination needs a reason'
      using errcode = 'TN002', column = 'reason', detail = 'The reason is empty.', hint = 'Say why the agreement ends.';
  end if;
  perform require_permission('agreements.terminate');
  update agreements
  set status = 'terminated', notes = concat_ws(E'\n', agreements.notes, reason)
  where id = agreement_id and status = 'active'
  returning * into v_agreement;
  if not found then
    select * into v_agreement from agreements where id = agreement_id;
    if not found then
      raise exception 'there is no such agreement'
        using errcode = 'TN003', detail = 'No agreement of this tenant has the id given.', hint = 'List the agreements.';
    end if;
    raise exception 'only an active agreement can be terminated'
      using errcode = 'TN004', column = 'status', detail = format('The agreement is %s.', v_agreement.status),
        hint = 'Delete or change a draft; wait for the decision on a submitted agreement.';
  end if;
  return v_agreement;
end
$$;

alter default privileges in schema :SCHEMA revoke execute on functions from :TENANT;
