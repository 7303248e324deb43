-- What only the blueprint needs, since GraphQL is made from it: descriptions of the tenant's functions. In every tenant they
-- would cost a look through all functions of each name.
comment on function submit_agreement(uuid, text) is 'Submits a draft agreement for approval by a colleague.';
comment on function decide_approval(uuid, text, text) is 'Gives or refuses an approval. The decision is approved or rejected; an agreement follows its approval.';
comment on function terminate_agreement(uuid, text) is 'Ends an active agreement before its last day, for a reason that is kept in its notes.';
comment on function audit_trail(timestamptz, integer, text, timestamptz, text, text, text) is E'@behavior -connection +list -filterProc\nThe tenant''s own audit trail, the newest event first, for those who hold audit.read.';
comment on function attestations(timestamptz, integer) is E'@behavior -connection +list -filterProc\nThe signed attestations that the tenant is isolated, the newest first, for those who hold evidence.read.';
comment on function chain_status() is E'@behavior -connection +list -filterProc\nHow the chain of the tenant''s own audit trail stands, for those who hold audit.read.';
comment on function key_ages() is E'@behavior -connection +list -filterProc\nThe ages of the tenant''s signing keys, for those who hold keys.read.';
comment on function operator_visits(timestamptz, integer) is E'@behavior -connection +list -filterProc\nWhen operators acted inside the tenant and why, the newest first, for those who hold visits.read.';
comment on function request_evidence(timestamptz, timestamptz) is 'Orders a signed bundle of the tenant''s evidence of a period, for those who hold evidence.read. Asked again it answers the same, with the statement once it is signed.';
