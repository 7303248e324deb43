/**
 * What each role of operators may do, for what the console shows: the server and the database refuse the rest whatever is
 * shown, and a test compares this table with what they refuse.
 */

/** The roles, as the server names them. */
export const ROLES = ['admin', 'operator', 'security', 'developer'] as const;
export type Role = (typeof ROLES)[number];

const EVERYBODY = ROLES;

/** Who may. */
export const rights = {
  'tenants.read': EVERYBODY,
  'tenants.create': ['admin', 'operator'],
  'tenants.change': ['admin', 'operator'],
  'tenants.suspend': ['admin', 'operator', 'security'],
  'tenants.delete': ['admin', 'operator'],
  'users.read': ['admin', 'operator', 'security'],
  'users.manage': ['admin', 'operator'],
  'security.read': EVERYBODY,
  'security.verify': ['admin', 'operator', 'security'],
  'security.lockdown': ['admin', 'security'],
  'keys.rotate': ['admin', 'security'],
  'audit.read': ['admin', 'operator', 'security'],
  'operators.manage': ['admin'],
  'developers.read': EVERYBODY,
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof rights;

/** Whether a role has a right. */
export function mayRole(role: Role, right: Right): boolean {
  return (rights[right] as readonly Role[]).includes(role);
}
