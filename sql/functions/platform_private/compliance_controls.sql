-- The points of SOC 2 (Trust Services Criteria, 2017) and of the GDPR that are asked of a platform, each with the control, where it is, and the facts
-- that decide its status: names of platform_private.compliance_facts. Without any, no software can say, or it is not built: not assessable. A fact
-- that is true and shows nothing of the point, such as that no incident is open for whether notices were given, would only cost the others their credit.
-- The same list, in words and with what is missing, is docs/explanation/compliance.md; a test compares. Called by judge_compliance.
create or replace function platform_private.compliance_controls()
returns table (
  place bigint,
  framework text,
  point text,
  title text,
  control text,
  code text,
  facts text[]
)
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  values
    (1, 'SOC 2', 'CC6.1', 'Logical access: who may what',
     'Each tenant has a role and a schema of its own; row security by permission; proven by real attempts', 'sql/tenant, prover', array['proof_passed', 'proof_fresh', 'posture_clean', 'schema_as_expected']::text[]),
    (2, 'SOC 2', 'CC6.2', 'Accounts are opened and closed under control',
     'Invitations by single-use token, disabling ends sessions, every change in the trail', 'sql/functions/platform/invite_user.sql', array['tables_audited']::text[]),
    (3, 'SOC 2', 'CC6.3', 'Rights by role, least privilege',
     'Permissions in the database; nobody grants what they do not hold; operators by grants; visits bounded, with a reason', 'sql/tenant/0008_rights', array['posture_clean', 'visits_bounded']::text[]),
    (4, 'SOC 2', 'CC6.4', 'Physical access',
     'Not software', '', array[]::text[]),
    (5, 'SOC 2', 'CC6.5', 'Disposal of data',
     'Purge drops the schema and the role', 'sql/functions/platform/purge_tenant.sql', array[]::text[]),
    (6, 'SOC 2', 'CC6.6', 'Protection against access from outside',
     'Tokens of one tenant, locks after failures, a second factor', 'server/identity', array['second_factor_required', 'operators_second_factor']::text[]),
    (7, 'SOC 2', 'CC6.7', 'Data in transit',
     'TLS to the database; the signing key turns', 'server/http/listen.ts', array['database_encrypted', 'key_young']::text[]),
    (8, 'SOC 2', 'CC6.8', 'Unauthorised or malicious software',
     'No untrusted language, no extension and no foreign code in the posture; the schema is the one that was built', 'sql/functions/platform_private/posture_server.sql', array['posture_clean', 'schema_as_expected']::text[]),
    (9, 'SOC 2', 'CC7.1', 'Configuration and weaknesses are watched',
     'The posture is looked at daily, drift by fingerprint', 'sql/functions/platform_private/isolation_posture.sql', array['proof_fresh', 'posture_clean', 'schema_as_expected']::text[]),
    (10, 'SOC 2', 'CC7.2', 'Anomalies are watched',
     'Trail, alerts, nightly verification of the chain', 'worker/tasks/audit__tend.ts', array['chain_holds', 'chain_verified_lately', 'checkpointed', 'no_critical_alert', 'worker_alive']::text[]),
    (11, 'SOC 2', 'CC7.3', 'Events are evaluated',
     'Incidents with report and resolution', 'sql/functions/platform/report_incident.sql', array['no_open_incident', 'retention_a_year']::text[]),
    (12, 'SOC 2', 'CC7.4', 'Response to incidents',
     'Lock-down, incidents, notices', 'docs/how-to/breach-response.md', array['no_open_incident', 'not_locked_down']::text[]),
    (13, 'SOC 2', 'CC7.5', 'Recovery from incidents',
     'Lifting a lock-down gives back the same grants; recovery of data by backups is not built', 'docs/how-to/breach-response.md', array[]::text[]),
    (14, 'SOC 2', 'CC8.1', 'Changes are authorised and tracked',
     'Versioned migrations with checksums; the schema against its blueprint; changes in the trail', 'sql/tenant, migrations', array['schema_as_expected', 'tables_audited']::text[]),
    (15, 'SOC 2', 'A1.1', 'Capacity',
     'Not built', '', array[]::text[]),
    (16, 'SOC 2', 'A1.2', 'Backup and recovery',
     'Not built', '', array[]::text[]),
    (17, 'SOC 2', 'A1.3', 'Recovery is tested',
     'Not built', '', array[]::text[]),
    (18, 'SOC 2', 'C1.1', 'Confidential information is protected',
     'Isolation, proven and attested; values of the trail encrypted by tenant', 'prover, worker/sealing.ts', array['proof_passed', 'proof_fresh', 'attested']::text[]),
    (19, 'SOC 2', 'C1.2', 'Confidential information is disposed of',
     'Retention of the trail by class, cuts signed', 'worker/checkpoints.ts', array[]::text[]),
    (20, 'SOC 2', 'P4.2', 'Personal data is kept no longer than needed',
     'What is over is cleared nightly', 'sql/functions/platform_private/clear_past.sql', array[]::text[]),
    (21, 'SOC 2', 'P6.6', 'Notice of breaches to those concerned',
     'Notices of incidents in the tenant''s trail', 'docs/how-to/breach-response.md', array[]::text[]),
    (22, 'SOC 2', 'P8.1', 'Complaints and monitoring of privacy',
     'Not software', '', array[]::text[]),
    (23, 'GDPR', '5', 'Principles: integrity, confidentiality, accountability',
     'Isolation proven, trail chained, statements signed', 'prover, server/audit', array['proof_passed', 'proof_fresh', 'attested', 'chain_holds', 'chain_verified_lately']::text[]),
    (24, 'GDPR', '15', 'Access by the person',
     'By the tenant, from its own data', '', array[]::text[]),
    (25, 'GDPR', '16', 'Rectification',
     'By the tenant, over its API; each change in the trail', 'sql/tenant', array[]::text[]),
    (26, 'GDPR', '17', 'Erasure',
     'A purge removes a tenant whole; erasing a person destroys the key of their values in the trail', 'sql/functions/platform/purge_tenant.sql, sql/functions/platform/erase_person.sql', array[]::text[]),
    (27, 'GDPR', '20', 'Portability',
     'Not built', '', array[]::text[]),
    (28, 'GDPR', '25', 'Protection by design and by default',
     'Own schema and role by default; second factor where required; nothing open to PUBLIC', 'sql/tenant, sql/roles', array['posture_clean', 'second_factor_required']::text[]),
    (29, 'GDPR', '28', 'Processor: on instruction only, demonstrable',
     'Visits with reasons, shown to the tenant; evidence for audits', 'sql/functions/platform/enter_tenant.sql', array['visits_bounded', 'attested']::text[]),
    (30, 'GDPR', '30', 'Records of processing',
     'The trail; the register itself is a document of the controller''s', 'sql/functions/audit', array['tables_audited', 'retention_a_year']::text[]),
    (31, 'GDPR', '32', 'Security of processing',
     'Encryption in transit, isolation, tests of it at regular times', 'prover, server/identity', array['database_encrypted', 'proof_passed', 'proof_fresh', 'key_young', 'chain_holds', 'checkpoints_outside']::text[]),
    (32, 'GDPR', '33', 'Notice of a breach to the authority',
     'Incidents carry when they were known; the notice itself is the controller''s', 'sql/functions/platform/report_incident.sql', array[]::text[]),
    (33, 'GDPR', '34', 'Notice of a breach to the person',
     'Notices in the tenant''s trail; the message is the controller''s', 'docs/how-to/breach-response.md', array[]::text[])
$$;
comment on function platform_private.compliance_controls() is 'Points of SOC 2 and GDPR, their controls, and the facts that decide.';
revoke all on function platform_private.compliance_controls() from public;
