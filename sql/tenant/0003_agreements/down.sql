-- Agreements and approvals with everything in them.
drop table approvals, agreements;
