-- What only the blueprint needs, since GraphQL is made from it: descriptions of the tenant's functions. In every tenant they
-- would cost a look through all functions of each name.
comment on function submit_agreement(uuid, text) is 'Submits a draft agreement for approval by a colleague.';
comment on function decide_approval(uuid, text, text) is 'Gives or refuses an approval. The decision is approved or rejected; an agreement follows its approval.';
comment on function terminate_agreement(uuid, text) is 'Ends an active agreement before its last day, for a reason that is kept in its notes.';
comment on function audit_trail(timestamptz, integer, text, timestamptz, text, text, text) is E'@behavior -connection +list -filterProc\nThe tenant''s own audit trail, the newest event first, for those who hold audit.read.';
