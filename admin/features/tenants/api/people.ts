/** Users and roles of one tenant. */
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { TableState } from '../../../components/table-state.ts';
import { useApiMutation, useApiQuery } from '../../../graphql/api.tsx';
import type { TypedDocumentString } from '../../../graphql/document.ts';
import type { TenantUserFilter } from '../../../graphql/platform-inputs.generated.ts';
import type { Problem } from '../../../session/problem.ts';
import {
  ChangeUserDocument,
  EndUserSessionsDocument,
  InviteUserDocument,
  PersonSessionsDocument,
  RemoveTenantRoleDocument,
  RemoveUserDocument,
  RemoveUserSecondFactorDocument,
  SendUserTokenDocument,
  SetTenantRoleDocument,
  TenantPeopleDocument,
  TenantRoleTableDocument,
  UnlockUserDocument,
} from './people.generated.ts';
import type { PersonSessionsQuery, TenantPeopleQuery, TenantRoleTableQuery } from './people.generated.ts';

/** A user; every one has an id, an address, a name, a role and a status. */
export type UserRow = NonNullable<NonNullable<TenantPeopleQuery['tenantUsers']>['nodes'][number]>;
export type RoleRow = NonNullable<NonNullable<TenantRoleTableQuery['tenantRoles']>['nodes'][number]>;
export type PermissionRow = NonNullable<NonNullable<TenantRoleTableQuery['tenantPermissions']>['nodes'][number]>;

/** The page of users that the address asks for, by name. */
export function useTenantUsers(id: string, state: TableState): UseQueryResult<TenantPeopleQuery, Problem> {
  return useApiQuery(
    TenantPeopleDocument,
    { id, first: state.pageSize, offset: (state.page - 1) * state.pageSize, ...filterOf(state.search, state.filter('role'), state.filter('status')) },
    { keep: true },
  );
}

function filterOf(search: string, role: string, status: string): { filter?: TenantUserFilter } {
  const parts: TenantUserFilter[] = [];
  if (search !== '') parts.push({ or: [{ name: { includesInsensitive: search } }, { email: { includesInsensitive: search } }] });
  if (role !== '') parts.push({ role: { equalTo: role } });
  if (status !== '') parts.push({ status: { equalTo: status } });
  return parts.length === 0 ? {} : { filter: { and: parts } };
}

export function useUserSessions(id: string, userId: string): UseQueryResult<PersonSessionsQuery, Problem> {
  return useApiQuery(PersonSessionsDocument, { id, userId });
}

/** The roles and all that each may do, and every permission there is. */
export function useRoleTable(id: string): UseQueryResult<TenantRoleTableQuery, Problem> {
  return useApiQuery(TenantRoleTableDocument, { id });
}

/** A change of users or roles; the lists of both are asked for again. */
function usePeopleMutation<Result, Variables>(document: TypedDocumentString<Result, Variables>): UseMutationResult<Result, Problem, Variables> {
  return useApiMutation(document, { changes: [TenantPeopleDocument, TenantRoleTableDocument, PersonSessionsDocument] });
}

export const useInviteUser = () => usePeopleMutation(InviteUserDocument);
export const useChangeUser = () => usePeopleMutation(ChangeUserDocument);
export const useRemoveUser = () => usePeopleMutation(RemoveUserDocument);
export const useSendUserToken = () => usePeopleMutation(SendUserTokenDocument);
export const useUnlockUser = () => usePeopleMutation(UnlockUserDocument);
export const useEndUserSessions = () => usePeopleMutation(EndUserSessionsDocument);
export const useRemoveSecondFactor = () => usePeopleMutation(RemoveUserSecondFactorDocument);
export const useSetRole = () => usePeopleMutation(SetTenantRoleDocument);
export const useRemoveRole = () => usePeopleMutation(RemoveTenantRoleDocument);
