/** Made from incident.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../graphql/document.ts';

export type ReportIncidentMutationVariables = {
  severity: string;
  summary: string;
  tenantIds?: ReadonlyArray<string | null | undefined> | string | null | undefined;
  aboutRequest?: string | null | undefined;
};

export type ReportIncidentMutation = { readonly reportIncident: { readonly result: { readonly rowId: string } | null } | null };

export type NotePageMutationVariables = {
  address: string;
};

export type NotePageMutation = { readonly notePage: { readonly result: boolean | null } | null };

export const ReportIncidentDocument = new TypedDocumentString<ReportIncidentMutation, ReportIncidentMutationVariables>(`mutation ReportIncident($severity: String!, $summary: String!, $tenantIds: [String], $aboutRequest: String) {
  reportIncident(
    input: {severity: $severity, summary: $summary, tenantIds: $tenantIds, aboutRequest: $aboutRequest}
  ) {
    result {
      rowId
    }
  }
}`);

export const NotePageDocument = new TypedDocumentString<NotePageMutation, NotePageMutationVariables>(`mutation NotePage($address: String!) {
  notePage(input: {address: $address}) {
    result
  }
}`);
