-- Everything that the posture check lets pass although its rule says otherwise, by name, and why. The one place of its kind: what stands
-- here is what an auditor has to look at. Called by the posture functions.
create or replace function platform_private.posture_exceptions()
returns table (
  rule text,
  name text,
  why text
)
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  values
    ('public-schema', 'tenantry_shared', 'Helpers on every tenant''s path; holds no table.'),
    ('public-schema', 'platform_probe', 'The canary of the isolation proof; holds no table.'),
    ('owner-rights', 'audit_trail(timestamp with time zone, integer, text, timestamp with time zone, text, text, text)', 'A tenant''s own part of the trail; the tenant is a literal in it.'),
    ('owner-rights', 'attestations(timestamp with time zone, integer)', 'A tenant''s own attestations; the tenant is a literal in it.'),
    ('owner-rights', 'chain_status()', 'How a tenant''s own trail stands; the tenant is a literal in it.'),
    ('owner-rights', 'key_ages()', 'The ages of a tenant''s own keys; the tenant is a literal in it.'),
    ('owner-rights', 'operator_visits(timestamp with time zone, integer)', 'Operators'' visits to a tenant; the tenant is a literal in it.'),
    ('owner-rights', 'request_evidence(timestamp with time zone, timestamp with time zone)', 'Orders a tenant''s own evidence; the tenant is a literal in it.'),
    ('trigger-function', 'audit.record_change', 'Changes of a tenant''s rows stand in the trail.'),
    ('trigger-function', 'platform_private.follow_user', 'Sessions and tokens follow what becomes of a person.'),
    ('trigger-function', 'platform_private.invite_new_user', 'A new person is invited.'),
    ('trigger-function', 'platform_private.guard_users', 'Guards who changes people.'),
    ('trigger-function', 'platform_private.guard_roles', 'Guards who gives roles.'),
    ('trigger-function', 'platform_private.check_setting', 'Checks a setting against its schema.'),
    ('trigger-function', 'platform_private.record_setting', 'Records what a setting was.'),
    ('trigger-function', 'platform_private.order_webhooks', 'Orders the webhooks of a change.'),
    ('trigger-function', 'platform_private.record_webhook_secret', 'Records that a secret was changed.'),
    ('trigger-function', 'platform_private.keep_earlier_secret', 'Keeps a secret for the day after it was changed.'),
    ('trigger-function', 'platform_private.tell_people', 'Orders notices to the tenant''s people.'),
    ('provisioner', 'platform_private.create_tenant_role', 'Creates roles.'),
    ('provisioner', 'platform_private.drop_tenant_role', 'Drops roles.'),
    ('provisioner', 'platform_private.open_lane', 'Grants a tenant''s role to the gate of its lane.'),
    ('provisioner', 'platform_private.close_lane', 'Revokes it.'),
    ('provisioner', 'platform_private.settle_gate', 'Creates a lane''s gate, and opens or shuts it.'),
    ('lane', 'stop_statement_log', 'Keeps the server''s own statements out of PostgreSQL''s log; it takes a key that only servers have, and the call itself is logged.'),
    ('owner-parameter', 'log_statement', 'With it the owner''s function stop_statement_log does what it says.'),
    ('language', 'internal', 'PostgreSQL''s own; for superusers.'),
    ('language', 'c', 'PostgreSQL''s own; for superusers.')
$$;
comment on function platform_private.posture_exceptions() is 'What the posture check lets pass, by name, and why.';
revoke all on function platform_private.posture_exceptions() from public;
