/** Made from onboarding.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';

export type SuggestTenantIdQueryVariables = {
  name: string;
};

export type SuggestTenantIdQuery = { readonly suggestTenantId: string | null };

export type CheckTenantQueryVariables = {
  id?: string | null | undefined;
  name?: string | null | undefined;
  domain?: string | null | undefined;
  adminEmail?: string | null | undefined;
};

export type CheckTenantQuery = { readonly checkTenant: { readonly nodes: ReadonlyArray<{ readonly field: string | null, readonly verdict: string | null, readonly message: string | null, readonly hint: string | null } | null> } | null };

export type TenantStartQueryVariables = { [key: string]: never; };

export type TenantStartQuery = { readonly tenantTemplates: { readonly nodes: ReadonlyArray<{ readonly template: string | null, readonly title: string | null, readonly description: string | null, readonly users: ReadonlyArray<string | null> | null } | null> } | null, readonly settingSections: { readonly nodes: ReadonlyArray<{ readonly section: string, readonly key: string, readonly heldBy: string, readonly schema: unknown } | null> } | null };

export type ProvisioningEstimateQueryVariables = { [key: string]: never; };

export type ProvisioningEstimateQuery = { readonly provisioningEstimate: { readonly medianMs: number | null, readonly p95Ms: number | null, readonly runs: number | null, readonly waiting: number | null, readonly lane: number | null, readonly laneTenants: number | null, readonly freeLanes: number | null } | null };

export type SupportContactQueryVariables = { [key: string]: never; };

export type SupportContactQuery = { readonly systemHealth: { readonly supportContact: string | null } | null };

export type CreateTenantMutationVariables = {
  id: string;
  name: string;
  description?: string | null | undefined;
  domain?: string | null | undefined;
  tier?: string | null | undefined;
  template?: string | null | undefined;
  settings?: unknown;
  activate?: boolean | null | undefined;
  adminEmail?: string | null | undefined;
  adminName?: string | null | undefined;
};

export type CreateTenantMutation = { readonly createTenant: { readonly result: { readonly rowId: string } | null } | null };

export type CancelProvisioningMutationVariables = {
  id: string;
  reason?: string | null | undefined;
};

export type CancelProvisioningMutation = { readonly cancelProvisioning: { readonly result: { readonly rowId: string, readonly status: string } | null } | null };

export type RetryProvisioningMutationVariables = {
  id: string;
};

export type RetryProvisioningMutation = { readonly requestProvisioning: { readonly result: { readonly rowId: string, readonly status: string } | null } | null };

export type ProvisioningProgressSubscriptionVariables = {
  tenantId: string;
};

export type ProvisioningProgressSubscription = { readonly provisioningProgress: { readonly tenant: { readonly rowId: string, readonly name: string, readonly status: string, readonly template: string } | null, readonly run: { readonly rowId: string, readonly status: string, readonly activate: boolean, readonly administratorNamed: boolean, readonly steps: unknown, readonly failedStep: string | null, readonly sqlstate: string | null, readonly error: string | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null } | null } | null };

export const SuggestTenantIdDocument = new TypedDocumentString<SuggestTenantIdQuery, SuggestTenantIdQueryVariables>(`query SuggestTenantId($name: String!) {
  suggestTenantId(name: $name)
}`);

export const CheckTenantDocument = new TypedDocumentString<CheckTenantQuery, CheckTenantQueryVariables>(`query CheckTenant($id: String, $name: String, $domain: String, $adminEmail: String) {
  checkTenant(id: $id, name: $name, domain: $domain, adminEmail: $adminEmail) {
    nodes {
      field
      verdict
      message
      hint
    }
  }
}`);

export const TenantStartDocument = new TypedDocumentString<TenantStartQuery, TenantStartQueryVariables>(`query TenantStart {
  tenantTemplates {
    nodes {
      template
      title
      description
      users
    }
  }
  settingSections(orderBy: [PRIMARY_KEY_ASC]) {
    nodes {
      section
      key
      heldBy
      schema
    }
  }
}`);

export const ProvisioningEstimateDocument = new TypedDocumentString<ProvisioningEstimateQuery, ProvisioningEstimateQueryVariables>(`query ProvisioningEstimate {
  provisioningEstimate {
    medianMs
    p95Ms
    runs
    waiting
    lane
    laneTenants
    freeLanes
  }
}`);

export const SupportContactDocument = new TypedDocumentString<SupportContactQuery, SupportContactQueryVariables>(`query SupportContact {
  systemHealth {
    supportContact
  }
}`);

export const CreateTenantDocument = new TypedDocumentString<CreateTenantMutation, CreateTenantMutationVariables>(`mutation CreateTenant($id: String!, $name: String!, $description: String, $domain: String, $tier: String, $template: String, $settings: JSON, $activate: Boolean, $adminEmail: String, $adminName: String) {
  createTenant(
    input: {id: $id, name: $name, description: $description, domain: $domain, tier: $tier, template: $template, settings: $settings, activate: $activate, adminEmail: $adminEmail, adminName: $adminName}
  ) {
    result {
      rowId
    }
  }
}`);

export const CancelProvisioningDocument = new TypedDocumentString<CancelProvisioningMutation, CancelProvisioningMutationVariables>(`mutation CancelProvisioning($id: String!, $reason: String) {
  cancelProvisioning(input: {id: $id, reason: $reason}) {
    result {
      rowId
      status
    }
  }
}`);

export const RetryProvisioningDocument = new TypedDocumentString<RetryProvisioningMutation, RetryProvisioningMutationVariables>(`mutation RetryProvisioning($id: String!) {
  requestProvisioning(input: {id: $id}) {
    result {
      rowId
      status
    }
  }
}`);

export const ProvisioningProgressDocument = new TypedDocumentString<ProvisioningProgressSubscription, ProvisioningProgressSubscriptionVariables>(`subscription ProvisioningProgress($tenantId: String!) {
  provisioningProgress(tenantId: $tenantId) {
    tenant {
      rowId
      name
      status
      template
    }
    run {
      rowId
      status
      activate
      administratorNamed
      steps
      failedStep
      sqlstate
      error
      createdAt
      startedAt
      finishedAt
    }
  }
}`);
