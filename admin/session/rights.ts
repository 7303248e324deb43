/**
 * What each role of operators may do, for what the console shows: the server and the database refuse the rest whatever is
 * shown, and a test compares this table with what they refuse.
 */

/** The roles, as the server names them. */
export const ROLES = ['admin', 'operator', 'security', 'developer'] as const;
export type Role = (typeof ROLES)[number];

const EVERYBODY = ROLES;
/** Who runs tenants. */
const OPERATING = ['admin', 'operator'] as const;
/** Who sees people and what was done. */
const WATCHING = ['admin', 'operator', 'security'] as const;

/** Who may. */
export const rights = {
  'tenants.read': EVERYBODY,
  'tenants.create': OPERATING,
  'tenants.change': OPERATING,
  /** Settings that are the tenant's own decision. */
  'tenants.decide': ['admin'],
  'tenants.suspend': OPERATING,
  'tenants.delete': OPERATING,
  'tenants.restore': ['admin'],
  'tenants.purge': ['admin'],
  'tenants.enter': OPERATING,
  /** In another role than viewer, or to write. */
  'tenants.enterAs': ['admin'],
  'visits.read': WATCHING,
  /** Ends visits of others. */
  'visits.end': ['admin', 'security'],
  'history.read': WATCHING,
  'users.read': WATCHING,
  'users.manage': OPERATING,
  'users.unlock': WATCHING,
  'roles.manage': ['admin'],
  'security.read': EVERYBODY,
  'security.verify': WATCHING,
  'security.lockdown': ['admin', 'security'],
  'security.evidence': ['admin', 'operator', 'security'],
  'compliance.read': ['admin', 'operator', 'security'],
  'chains.read': ['admin', 'operator', 'security'],
  'alerts.acknowledge': ['admin', 'operator', 'security'],
  'incidents.read': ['admin', 'operator', 'security'],
  'incidents.report': EVERYBODY,
  'incidents.close': ['admin', 'security'],
  'lockdowns.read': ['admin', 'operator', 'security'],
  'accesses.read': ['admin', 'security'],
  'audit.read': ['admin', 'security'],
  'audit.export': ['admin', 'security'],
  'keys.read': WATCHING,
  'keys.rotate': OPERATING,
  'keys.revoke': WATCHING,
  'operators.manage': ['admin'],
  'developers.read': EVERYBODY,
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof rights;

/** Whether a role has a right. */
export function mayRole(role: Role, right: Right): boolean {
  return (rights[right] as readonly Role[]).includes(role);
}
