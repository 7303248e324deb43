import { counted } from './format.ts';

/** What has to be zero, above the isolation matrix. */
export const counters = {
  label: 'Counters that have to be zero',
  breaches: 'Attempts that ended wrong',
  breachesHelp: 'Of everything tried in the newest proof of each active tenant: statements that did not end as they have to: refused, or where the prover shows that it sees, answered. Has to be 0.',
  breachesNote: (attempts: number) => `of ${counted(attempts, 'real attempt')}`,
  posture: 'Posture checks that failed',
  postureHelp: 'What the catalogs say about grants, roles, policies and functions, where it is not as it has to be. Has to be 0.',
  postureNote: (checks: number) => `of ${counted(checks, 'check')}`,
  unproven: 'Tenants without a proof',
  unprovenHelp: 'Active tenants of which no proof is over. None may open without one, so this has to be 0.',
  unprovenNote: (tenants: number) => `of ${counted(tenants, 'active tenant')}`,
  broken: 'Proofs that could not see',
  brokenHelp: 'Before it tries anything, the prover shows that it could see a breach. Proofs in which it could not prove nothing. Has to be 0.',
  alerts: 'Open alerts',
  alertsHelp: 'Alerts that nobody has acknowledged. Has to be 0.',
  alertsNote: (critical: number) => (critical === 0 ? 'none of them critical' : `${critical} critical`),
  flaws: 'Broken chains',
  flawsHelp: 'Audit trails whose chain did not hold when it was last verified: an event was changed, removed or added, or evidence outside is missing. Has to be 0.',
  flawsUnverified: 'Not yet verified',
  flawsNote: 'the worker verifies every night, and when asked',
  foreign: 'Foreign tenant contexts, 24 h',
  foreignHelp: 'Changes of rows in the last 24 hours at which another tenant was stated than the one whose row it was. Has to be 0.',
  foreignNote: 'stated tenant and touched tenant are compared at each change',
} as const;
