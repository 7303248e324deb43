/** Made from configuration.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';
import type { SettingChangeFilter } from '../../../graphql/platform-inputs.generated.ts';

export type SettingSectionsQueryVariables = { [key: string]: never; };

export type SettingSectionsQuery = { readonly settingSections: { readonly nodes: ReadonlyArray<{ readonly section: string, readonly key: string, readonly heldBy: string, readonly schema: unknown } | null> } | null };

export type SettingHistoryQueryVariables = {
  id: string;
  first: number;
  offset: number;
  filter?: SettingChangeFilter | null | undefined;
};

export type SettingHistoryQuery = { readonly settingChanges: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly section: string, readonly version: number, readonly at: string, readonly actor: string, readonly before: unknown, readonly after: unknown } | null> } | null };

export const SettingSectionsDocument = new TypedDocumentString<SettingSectionsQuery, SettingSectionsQueryVariables>(`query SettingSections {
  settingSections {
    nodes {
      section
      key
      heldBy
      schema
    }
  }
}`);

export const SettingHistoryDocument = new TypedDocumentString<SettingHistoryQuery, SettingHistoryQueryVariables>(`query SettingHistory($id: String!, $first: Int!, $offset: Int!, $filter: SettingChangeFilter) {
  settingChanges(
    first: $first
    offset: $offset
    condition: {tenantId: $id}
    filter: $filter
    orderBy: [AT_DESC, PRIMARY_KEY_DESC]
  ) {
    totalCount
    nodes {
      rowId
      section
      version
      at
      actor
      before
      after
    }
  }
}`);
