/** Made from life.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';

export type SuspendTenantMutationVariables = {
  id: string;
  reason?: string | null | undefined;
};

export type SuspendTenantMutation = { readonly suspendTenant: { readonly result: { readonly status: string } | null } | null };

export type ActivateTenantMutationVariables = {
  id: string;
  reason?: string | null | undefined;
};

export type ActivateTenantMutation = { readonly activateTenant: { readonly result: { readonly status: string } | null } | null };

export type ArchiveTenantMutationVariables = {
  id: string;
  reason?: string | null | undefined;
};

export type ArchiveTenantMutation = { readonly archiveTenant: { readonly result: { readonly status: string } | null } | null };

export type DeleteTenantMutationVariables = {
  id: string;
  reason?: string | null | undefined;
};

export type DeleteTenantMutation = { readonly deleteTenant: { readonly result: { readonly status: string } | null } | null };

export type RestoreTenantMutationVariables = {
  id: string;
  reason?: string | null | undefined;
};

export type RestoreTenantMutation = { readonly restoreTenant: { readonly result: { readonly status: string } | null } | null };

export type CancelTenantMutationVariables = {
  id: string;
  reason?: string | null | undefined;
};

export type CancelTenantMutation = { readonly cancelProvisioning: { readonly result: { readonly status: string } | null } | null };

export type PurgeTenantMutationVariables = {
  id: string;
};

export type PurgeTenantMutation = { readonly purgeTenant: { readonly result: { readonly status: string } | null } | null };

export const SuspendTenantDocument = new TypedDocumentString<SuspendTenantMutation, SuspendTenantMutationVariables>(`mutation SuspendTenant($id: String!, $reason: String) {
  suspendTenant(input: {id: $id, reason: $reason}) {
    result {
      status
    }
  }
}`);

export const ActivateTenantDocument = new TypedDocumentString<ActivateTenantMutation, ActivateTenantMutationVariables>(`mutation ActivateTenant($id: String!, $reason: String) {
  activateTenant(input: {id: $id, reason: $reason}) {
    result {
      status
    }
  }
}`);

export const ArchiveTenantDocument = new TypedDocumentString<ArchiveTenantMutation, ArchiveTenantMutationVariables>(`mutation ArchiveTenant($id: String!, $reason: String) {
  archiveTenant(input: {id: $id, reason: $reason}) {
    result {
      status
    }
  }
}`);

export const DeleteTenantDocument = new TypedDocumentString<DeleteTenantMutation, DeleteTenantMutationVariables>(`mutation DeleteTenant($id: String!, $reason: String) {
  deleteTenant(input: {id: $id, reason: $reason}) {
    result {
      status
    }
  }
}`);

export const RestoreTenantDocument = new TypedDocumentString<RestoreTenantMutation, RestoreTenantMutationVariables>(`mutation RestoreTenant($id: String!, $reason: String) {
  restoreTenant(input: {id: $id, reason: $reason}) {
    result {
      status
    }
  }
}`);

export const CancelTenantDocument = new TypedDocumentString<CancelTenantMutation, CancelTenantMutationVariables>(`mutation CancelTenant($id: String!, $reason: String) {
  cancelProvisioning(input: {id: $id, reason: $reason}) {
    result {
      status
    }
  }
}`);

export const PurgeTenantDocument = new TypedDocumentString<PurgeTenantMutation, PurgeTenantMutationVariables>(`mutation PurgeTenant($id: String!) {
  purgeTenant(input: {id: $id}) {
    result {
      status
    }
  }
}`);
