/** Made from audit-table.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../graphql/document.ts';
import type { AuditEventFilter } from '../graphql/platform-inputs.generated.ts';

export type AuditEventsQueryVariables = {
  first?: number | null | undefined;
  last?: number | null | undefined;
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: AuditEventFilter | null | undefined;
};

export type AuditEventsQuery = { readonly auditEvents: { readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly at: string | null, readonly chain: string | null, readonly seq: string | null, readonly source: string | null, readonly action: string | null, readonly outcome: string | null, readonly actor: string | null, readonly actorRole: string | null, readonly onBehalfOf: string | null, readonly subject: string | null, readonly sessionId: string | null, readonly requestId: string | null, readonly changed: ReadonlyArray<string | null> | null, readonly before: unknown, readonly after: unknown, readonly detail: unknown } | null>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null } } | null };

export type ColumnClassesQueryVariables = {
  table: string;
};

export type ColumnClassesQuery = { readonly columnClasses: { readonly nodes: ReadonlyArray<{ readonly columnName: string, readonly class: string } | null> } | null };

export type OperatorNamesQueryVariables = { [key: string]: never; };

export type OperatorNamesQuery = { readonly operators: { readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly name: string } | null> } | null };

export const AuditEventsDocument = new TypedDocumentString<AuditEventsQuery, AuditEventsQueryVariables>(`query AuditEvents($first: Int, $last: Int, $after: Cursor, $before: Cursor, $filter: AuditEventFilter) {
  auditEvents(
    first: $first
    last: $last
    after: $after
    before: $before
    filter: $filter
    orderBy: [AT_DESC, PRIMARY_KEY_DESC]
  ) {
    nodes {
      rowId
      at
      chain
      seq
      source
      action
      outcome
      actor
      actorRole
      onBehalfOf
      subject
      sessionId
      requestId
      changed
      before
      after
      detail
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}`);

export const ColumnClassesDocument = new TypedDocumentString<ColumnClassesQuery, ColumnClassesQueryVariables>(`query ColumnClasses($table: String!) {
  columnClasses(
    condition: {tableName: $table}
    orderBy: [SCHEMA_VERSION_DESC]
    first: 100
  ) {
    nodes {
      columnName
      class
    }
  }
}`);

export const OperatorNamesDocument = new TypedDocumentString<OperatorNamesQuery, OperatorNamesQueryVariables>(`query OperatorNames {
  operators(first: 200) {
    nodes {
      rowId
      name
    }
  }
}`);
