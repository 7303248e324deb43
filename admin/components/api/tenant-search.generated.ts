/** Made from tenant-search.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../graphql/document.ts';

export type SearchTenantsQueryVariables = {
  term: string;
  size: number;
};

export type SearchTenantsQuery = { readonly searchTenants: { readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly name: string, readonly status: string } | null> } | null };

export type NewestTenantsQueryVariables = {
  size: number;
};

export type NewestTenantsQuery = { readonly tenants: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly name: string, readonly status: string } | null> } | null };

export const SearchTenantsDocument = new TypedDocumentString<SearchTenantsQuery, SearchTenantsQueryVariables>(`query SearchTenants($term: String!, $size: Int!) {
  searchTenants(term: $term, size: $size) {
    nodes {
      rowId
      name
      status
    }
  }
}`);

export const NewestTenantsDocument = new TypedDocumentString<NewestTenantsQuery, NewestTenantsQueryVariables>(`query NewestTenants($size: Int!) {
  tenants(first: $size, orderBy: [CREATED_AT_DESC, PRIMARY_KEY_ASC]) {
    totalCount
    nodes {
      rowId
      name
      status
    }
  }
}`);
