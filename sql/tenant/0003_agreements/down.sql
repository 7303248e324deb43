-- Agreements and approvals with everything in them, and the permissions that belong to them.
drop table approvals, agreements;
drop function agreements_guard(), approvals_guard(), approvals_move_agreement();
delete from permissions
where name in (
  'agreements.read', 'agreements.write', 'agreements.submit', 'agreements.terminate', 'agreements.delete',
  'approvals.read', 'approvals.request', 'approvals.decide');
