/** Made from people.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';
import type { TenantUserFilter } from '../../../graphql/platform-inputs.generated.ts';

export type TenantPeopleQueryVariables = {
  id: string;
  first: number;
  offset: number;
  filter?: TenantUserFilter | null | undefined;
};

export type TenantPeopleQuery = { readonly tenantUsers: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string | null, readonly email: string | null, readonly name: string | null, readonly role: string | null, readonly status: string | null, readonly lastSignInAt: string | null, readonly lockedUntil: string | null, readonly sessions: number | null, readonly secondFactor: boolean | null, readonly createdAt: string | null } | null> } | null };

export type PersonSessionsQueryVariables = {
  id: string;
  userId: string;
};

export type PersonSessionsQuery = { readonly userSessions: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string | null, readonly createdAt: string | null, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly address: string | null, readonly userAgent: string | null } | null> } | null };

export type TenantRoleTableQueryVariables = {
  id: string;
};

export type TenantRoleTableQuery = { readonly tenantRoles: { readonly nodes: ReadonlyArray<{ readonly name: string | null, readonly description: string | null, readonly builtin: boolean | null, readonly users: number | null, readonly permissions: ReadonlyArray<string | null> | null } | null> } | null, readonly tenantPermissions: { readonly nodes: ReadonlyArray<{ readonly name: string | null, readonly description: string | null } | null> } | null };

export type InviteUserMutationVariables = {
  id: string;
  email: string;
  name: string;
  role: string;
};

export type InviteUserMutation = { readonly inviteUser: { readonly result: { readonly rowId: string | null } | null } | null };

export type ChangeUserMutationVariables = {
  id: string;
  userId: string;
  patch: unknown;
};

export type ChangeUserMutation = { readonly changeUser: { readonly result: { readonly rowId: string | null } | null } | null };

export type RemoveUserMutationVariables = {
  id: string;
  userId: string;
};

export type RemoveUserMutation = { readonly removeUser: { readonly result: { readonly rowId: string | null } | null } | null };

export type SendUserTokenMutationVariables = {
  id: string;
  userId: string;
  purpose: string;
};

export type SendUserTokenMutation = { readonly sendUserToken: { readonly result: { readonly rowId: string | null } | null } | null };

export type UnlockUserMutationVariables = {
  id: string;
  userId: string;
};

export type UnlockUserMutation = { readonly unlockUser: { readonly result: { readonly rowId: string | null } | null } | null };

export type EndUserSessionsMutationVariables = {
  id: string;
  userId: string;
  sessionId?: string | null | undefined;
};

export type EndUserSessionsMutation = { readonly endUserSessions: { readonly result: number | null } | null };

export type RemoveUserSecondFactorMutationVariables = {
  id: string;
  userId: string;
};

export type RemoveUserSecondFactorMutation = { readonly removeUserSecondFactor: { readonly result: { readonly rowId: string | null } | null } | null };

export type SetTenantRoleMutationVariables = {
  id: string;
  name: string;
  permissions: ReadonlyArray<string | null | undefined> | string;
  description?: string | null | undefined;
};

export type SetTenantRoleMutation = { readonly setTenantRole: { readonly clientMutationId: string | null } | null };

export type RemoveTenantRoleMutationVariables = {
  id: string;
  name: string;
};

export type RemoveTenantRoleMutation = { readonly removeTenantRole: { readonly clientMutationId: string | null } | null };

export const TenantPeopleDocument = new TypedDocumentString<TenantPeopleQuery, TenantPeopleQueryVariables>(`query TenantPeople($id: String!, $first: Int!, $offset: Int!, $filter: TenantUserFilter) {
  tenantUsers(tenantId: $id, first: $first, offset: $offset, filter: $filter) {
    totalCount
    nodes {
      rowId
      email
      name
      role
      status
      lastSignInAt
      lockedUntil
      sessions
      secondFactor
      createdAt
    }
  }
}`);

export const PersonSessionsDocument = new TypedDocumentString<PersonSessionsQuery, PersonSessionsQueryVariables>(`query PersonSessions($id: String!, $userId: UUID!) {
  userSessions(tenantId: $id, userId: $userId, first: 100) {
    totalCount
    nodes {
      rowId
      createdAt
      lastUsedAt
      expiresAt
      address
      userAgent
    }
  }
}`);

export const TenantRoleTableDocument = new TypedDocumentString<TenantRoleTableQuery, TenantRoleTableQueryVariables>(`query TenantRoleTable($id: String!) {
  tenantRoles(tenantId: $id) {
    nodes {
      name
      description
      builtin
      users
      permissions
    }
  }
  tenantPermissions(tenantId: $id) {
    nodes {
      name
      description
    }
  }
}`);

export const InviteUserDocument = new TypedDocumentString<InviteUserMutation, InviteUserMutationVariables>(`mutation InviteUser($id: String!, $email: String!, $name: String!, $role: String!) {
  inviteUser(input: {tenantId: $id, email: $email, name: $name, role: $role}) {
    result {
      rowId
    }
  }
}`);

export const ChangeUserDocument = new TypedDocumentString<ChangeUserMutation, ChangeUserMutationVariables>(`mutation ChangeUser($id: String!, $userId: UUID!, $patch: JSON!) {
  changeUser(input: {tenantId: $id, userId: $userId, patch: $patch}) {
    result {
      rowId
    }
  }
}`);

export const RemoveUserDocument = new TypedDocumentString<RemoveUserMutation, RemoveUserMutationVariables>(`mutation RemoveUser($id: String!, $userId: UUID!) {
  removeUser(input: {tenantId: $id, userId: $userId}) {
    result {
      rowId
    }
  }
}`);

export const SendUserTokenDocument = new TypedDocumentString<SendUserTokenMutation, SendUserTokenMutationVariables>(`mutation SendUserToken($id: String!, $userId: UUID!, $purpose: String!) {
  sendUserToken(input: {tenantId: $id, userId: $userId, purpose: $purpose}) {
    result {
      rowId
    }
  }
}`);

export const UnlockUserDocument = new TypedDocumentString<UnlockUserMutation, UnlockUserMutationVariables>(`mutation UnlockUser($id: String!, $userId: UUID!) {
  unlockUser(input: {tenantId: $id, userId: $userId}) {
    result {
      rowId
    }
  }
}`);

export const EndUserSessionsDocument = new TypedDocumentString<EndUserSessionsMutation, EndUserSessionsMutationVariables>(`mutation EndUserSessions($id: String!, $userId: UUID!, $sessionId: UUID) {
  endUserSessions(input: {tenantId: $id, userId: $userId, sessionId: $sessionId}) {
    result
  }
}`);

export const RemoveUserSecondFactorDocument = new TypedDocumentString<RemoveUserSecondFactorMutation, RemoveUserSecondFactorMutationVariables>(`mutation RemoveUserSecondFactor($id: String!, $userId: UUID!) {
  removeUserSecondFactor(input: {tenantId: $id, userId: $userId}) {
    result {
      rowId
    }
  }
}`);

export const SetTenantRoleDocument = new TypedDocumentString<SetTenantRoleMutation, SetTenantRoleMutationVariables>(`mutation SetTenantRole($id: String!, $name: String!, $permissions: [String]!, $description: String) {
  setTenantRole(
    input: {tenantId: $id, name: $name, permissions: $permissions, description: $description}
  ) {
    clientMutationId
  }
}`);

export const RemoveTenantRoleDocument = new TypedDocumentString<RemoveTenantRoleMutation, RemoveTenantRoleMutationVariables>(`mutation RemoveTenantRole($id: String!, $name: String!) {
  removeTenantRole(input: {tenantId: $id, name: $name}) {
    clientMutationId
  }
}`);
