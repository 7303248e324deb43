drop function attestations(timestamptz, integer);
drop function chain_status();
drop function key_ages();
drop function operator_visits(timestamptz, integer);
drop function request_evidence(timestamptz, timestamptz);
