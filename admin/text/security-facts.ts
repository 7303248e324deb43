/** Words of the facts that compliance is judged by. */

/** What each fact of compliance is, in words. */
export const facts: Readonly<Record<string, string>> = {
  proof_passed: 'Newest proof passed', proof_fresh: 'Proof of the last 25 hours', posture_clean: 'Catalogs as they have to be', attested: 'Newest proof attested',
  schema_as_expected: 'Schema as the blueprint', chain_holds: 'Chain of the trail holds', chain_verified_lately: 'Chain verified lately', checkpointed: 'Chain in a checkpoint',
  checkpoints_outside: 'Checkpoints outside the database', tables_audited: 'All tables audited', retention_a_year: 'Trail kept a year', key_young: 'Signing key young',
  second_factor_required: 'Second factor required', operators_second_factor: 'Operators have a second factor', database_encrypted: 'Database connections encrypted, or on this machine alone',
  no_open_incident: 'No open incident', no_critical_alert: 'No open critical alert', not_locked_down: 'Not locked down', visits_bounded: 'Visits bounded, with a reason',
  worker_alive: 'Worker alive',
};

/** Who does what when a fact isn't met. */
export const remedies: Readonly<Record<string, string>> = {
  proof_passed: 'an operator looks at what failed, mends it and proves again.',
  proof_fresh: 'every tenant is proven daily by the worker; an operator sees that it runs, or proves now.',
  posture_clean: 'an operator takes away what the proof names, and proves again.',
  attested: 'each proof is signed within a moment by the worker; an operator sees that it runs.',
  schema_as_expected: 'an operator finds out what changed the schema, and takes it back.',
  chain_holds: 'an event was changed, removed or added: a security officer reports an incident and finds out by whom.',
  chain_verified_lately: 'chains are verified every night by the worker; an operator can have it done now.',
  checkpointed: 'checkpoints are made every minute by the worker; an operator sees that it runs.',
  checkpoints_outside: 'whoever runs the installation gives checkpoints a place outside the database.',
  tables_audited: 'an operator finds out what took the recording of a table away, and brings it back.',
  retention_a_year: 'an administrator of the platform has the trail kept for one year or for seven.',
  key_young: 'an operator rotates the signing key.',
  second_factor_required: 'an administrator of the tenant requires a second factor in its settings.',
  operators_second_factor: 'each operator sets a second factor up in the own account.',
  database_encrypted: 'whoever runs PostgreSQL turns TLS on, or lets it listen on its own machine alone.',
  no_open_incident: 'security officers find out what happened, and close the incident.',
  no_critical_alert: 'an operator mends what the alert names, and acknowledges it.',
  not_locked_down: 'a security officer lifts the lock-down once its cause is mended.',
  visits_bounded: 'a security officer finds out how a visit came to be without an end or a reason.',
  worker_alive: 'whoever runs the installation starts the worker.',
};
