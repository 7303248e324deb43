/** The calls of REST, as rows.ts says. */
import { each } from './each.ts';
import type { None, OperatorRow } from './rows.ts';

/** By the call's name in the OpenAPI document; its path and body stand in tests/platform/operator-matrix.ts. */
export const restRoutes: Readonly<Record<string, OperatorRow>> = {
  ...each(
    [
      'enterTenant', 'inviteUser', 'changeUser', 'removeUser', 'inviteUserAgain', 'resetUserAgain', 'removeUserSecondFactor', 'updateTenant', 'provisionSchema',
      'deleteSchema', 'activateTenant', 'suspendTenant', 'archiveTenant', 'cancelProvisioning', 'deleteTenant',
    ],
    { foreign: 'refused', wrongRole: 'security' } as const,
  ),
  ...each(['listUsers', 'unlockUserAgain', 'listUserSessions', 'endUserSessions'], { foreign: 'refused', wrongRole: 'developer' } as const),
  verifyIsolation: { foreign: 'refused', wrongRole: 'developer' },
  restoreTenant: { foreign: 'refused', wrongRole: 'operator' },
  getEvidence: { foreign: 'refused', wrongRole: 'developer' },
  ...each(['getTenant', 'getSchemaStatus', 'listIsolationRuns', 'getAttestation'], { foreign: 'refused', wrongRole: 'user' } as const),
  createTenant: { foreign: 'forbidden', wrongRole: 'security' },
  listSettingSchemas: { foreign: { none: 'the same schemas hold for every tenant' }, wrongRole: 'user' },
  portfolio: { foreign: 'refused', wrongRole: 'security' },
  listTenants: { foreign: 'hidden', wrongRole: 'user' },
  listOperators: { foreign: 'hidden', wrongRole: 'user' },
  ...each(['lockDown', 'liftLockDown', 'closeIncident'], { foreign: 'refused', wrongRole: 'operator' } as const),
  ...each(['listLockDowns', 'listIncidents'], { foreign: 'hidden', wrongRole: 'developer' } as const),
  exportAuditEvents: { foreign: 'refused', wrongRole: 'operator' },
  reportIncident: { foreign: 'refused', wrongRole: 'user' },
  ...each(['inviteOperator', 'changeOperator', 'removeOperatorSecondFactor', 'unlockOperator'], { foreign: 'forbidden', wrongRole: 'operator' } as const),
};

/** A request that reaches across; it is refused with a status of 400 to 499. */
export interface PersonAttempt {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Another address to reach across by. */
  readonly also?: string;
  /** Who sends it: `user` is an administrator of aurora, `borealis` one of borealis; nobody if left out. */
  readonly as?: 'user' | 'borealis';
  /** Where a user of aurora whose role holds no permission is refused with FORBIDDEN, for calls that ask for one. */
  readonly wrongRole?: string;
}

const across = { email: 'admin@aurora.example', password: '{password}' };
const byToken = { none: 'takes a secret that only its receiver has, and looks it up in the realm of the address' };

/** Calls that are no operator's: of anybody, of whoever signed in, and of a tenant's users. */
export const personRoutes: Readonly<Record<string, PersonAttempt | None>> = {
  signInOperator: { method: 'POST', path: '/auth/login', body: across },
  signInUser: { method: 'POST', path: '/tenants/borealis/auth/login', body: across },
  sessionsOfOperator: { method: 'GET', path: '/auth/sessions', as: 'user' },
  sessionsOfUser: { method: 'GET', path: '/tenants/borealis/auth/sessions', as: 'user' },
  endSessionOfOperator: { method: 'DELETE', path: '/auth/sessions/00000000-0000-4000-8000-000000000000', as: 'user' },
  endSessionOfUser: { method: 'DELETE', path: '/tenants/borealis/auth/sessions/00000000-0000-4000-8000-000000000000', as: 'user' },
  ...Object.fromEntries(
    (
      [
        ['secondFactorOf', 'GET', '', undefined], ['addSecondFactorOf', 'POST', '', { password: '{password}' }],
        ['confirmSecondFactorOf', 'POST', '/confirm', { code: '123456' }], ['removeSecondFactorOf', 'DELETE', '', { password: '{password}' }],
      ] as const
    ).flatMap(([name, method, more, body]) => [
      [`${name}Operator`, { method, path: `/auth/second-factor${more}`, as: 'user', body }] as const,
      [`${name}User`, { method, path: `/tenants/aurora/auth/second-factor${more}`, as: 'borealis', body }] as const,
    ]),
  ),
  ...each(
    ['refreshOperator', 'refreshUser', 'signOutOperator', 'signOutUser', 'acceptOperator', 'acceptUser', 'issueServiceToken', 'exchangeToken'],
    byToken,
  ),
  // Both ways: to aurora's own address, and to that of borealis with the id of a user of aurora.
  ...Object.fromEntries(
    [['invite', 'invited'], ['reset', 'user'], ['unlock', 'user'], ['end_sessions', 'user'], ['remove_second_factor', 'user']].map(([verb = '', whom]) => [
      `${verb.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())}OfColleague`,
      {
        method: 'POST', path: `/tenants/aurora/auth/users/{${whom}}/${verb}`, as: 'borealis' as const,
        also: `/tenants/borealis/auth/users/{${whom}}/${verb}`, wrongRole: `/tenants/aurora/auth/users/{${whom}}/${verb}`,
      },
    ]),
  ),
  makeWebhookSecret: {
    method: 'POST', path: '/tenants/aurora/webhooks/erp/secret', as: 'borealis', wrongRole: '/tenants/aurora/webhooks/erp/secret',
  },
  getOwnAttestation: { method: 'GET', path: '/tenants/aurora/auth/attestation', as: 'borealis', wrongRole: '/tenants/aurora/auth/attestation' },
  getOwnEvidence: {
    method: 'GET', path: '/tenants/aurora/auth/evidence', as: 'borealis', wrongRole: '/tenants/aurora/auth/evidence?from=2026-01-01&to=2026-02-01',
  },
  ...each(['forgotOperator', 'forgotUser'], { none: 'says the same to everybody, and writes to nobody but the owner of the address' }),
};
