import { describe, expect, test } from 'vitest';
import { mayRole, rights } from '../../admin/session/rights.ts';
import type { Right } from '../../admin/session/rights.ts';
import { everybody, graphqlMatrix, restMatrix } from '../platform/operator-matrix.ts';

/** What of /platform/graphql each right opens. Every row of the matrix is tried on the running server as each role. */
const OPENS: Readonly<Partial<Record<Right, readonly string[]>>> = {
  'tenants.read': ['Query.tenants', 'Query.tenant', 'Query.tenantCounts', 'Query.settingSections', 'Query.tenantDrift', 'Query.columnClasses', 'Subscription.tenantChanges'],
  'tenants.create': ['Mutation.createTenant', 'Mutation.requestProvisioning'],
  'tenants.change': ['Mutation.updateTenant'],
  'tenants.suspend': ['Mutation.suspendTenant', 'Mutation.activateTenant'],
  'tenants.delete': ['Mutation.deleteTenant', 'Mutation.archiveTenant', 'Mutation.cancelProvisioning'],
  'tenants.restore': ['Mutation.restoreTenant'],
  'tenants.purge': ['Mutation.purgeTenant'],
  'tenants.enter': ['Mutation.enterTenant'],
  'tenants.enterAs': ['Mutation.enterTenantAs'],
  'visits.read': ['Query.tenantVisits', 'Mutation.leaveTenant'],
  'history.read': ['Query.tenantTransitions', 'Query.settingChanges'],
  'users.read': ['Query.tenantUsers', 'Query.userSessions', 'Query.tenantRoles', 'Query.tenantPermissions'],
  'users.manage': ['Mutation.inviteUser', 'Mutation.changeUser', 'Mutation.removeUser', 'Mutation.sendUserToken', 'Mutation.removeUserSecondFactor'],
  'users.unlock': ['Mutation.unlockUser', 'Mutation.endUserSessions'],
  'roles.manage': ['Mutation.setTenantRole', 'Mutation.removeTenantRole'],
  'security.read': ['Query.isolationRuns', 'Query.attestations'],
  'security.verify': ['Mutation.verifyIsolation'],
  'security.lockdown': ['Query.lockDownReach', 'Mutation.startLockDown', 'Mutation.liftLockDown'],
  'keys.read': ['Query.signingKeys'],
  'keys.rotate': ['Mutation.rotateKeys'],
  'keys.revoke': ['Mutation.revokeKeys'],
  'audit.read': ['Query.auditEvents'],
  'chains.read': ['Query.chainStatus', 'Mutation.verifyChain'],
  'operators.manage': ['Mutation.inviteOperator', 'Mutation.changeOperator'],
};

describe('what the console shows to a role', () => {
  test('is what the server lets it do, right by right', () => {
    for (const [right, fields] of Object.entries(OPENS) as [Right, readonly string[]][]) {
      for (const field of fields) {
        expect({ right, field, roles: everybody.filter((role) => mayRole(role, right)) }).toEqual({ right, field, roles: graphqlMatrix[field]?.roles });
      }
    }
  });

  test('and over REST, where files are taken', () => {
    expect(everybody.filter((role) => mayRole(role, 'audit.read'))).toEqual(restMatrix['exportAuditEvents']?.roles);
    expect(everybody.filter((role) => mayRole(role, 'security.read'))).toEqual(restMatrix['getAttestation']?.roles);
  });

  test('leaves no role without anything, and gives nobody more than an administrator', () => {
    for (const right of Object.keys(rights) as Right[]) expect(mayRole('admin', right), right).toBe(true);
    for (const role of everybody) expect(mayRole(role, 'tenants.read')).toBe(true);
  });
});
