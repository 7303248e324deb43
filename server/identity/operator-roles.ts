import type { OperatorRole } from '../../database/envelope.ts';

/** What an operator is, as tokens and answers say it. */
export type OperatorTitle = 'admin' | 'operator' | 'security' | 'developer';

/** The database role under which each operator's requests run; that name stays inside. */
const ROLES: Readonly<Record<OperatorTitle, OperatorRole>> = {
  admin: 'tenantry_admin',
  operator: 'tenantry_operator',
  security: 'tenantry_security',
  developer: 'tenantry_developer',
};

export const OPERATOR_TITLES = Object.keys(ROLES) as OperatorTitle[];

export function isOperatorTitle(value: string): value is OperatorTitle {
  return Object.hasOwn(ROLES, value);
}

export function databaseRole(title: OperatorTitle): OperatorRole {
  return ROLES[title];
}
