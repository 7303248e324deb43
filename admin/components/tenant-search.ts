/** Tenants for selectors: what matches as one types, the newest before. */
import { useEffect, useState } from 'react';
import { useApiQuery } from '../graphql/api.tsx';
import { NewestTenantsDocument, SearchTenantsDocument } from './api/tenant-search.generated.ts';
import type { SearchTenantsQuery } from './api/tenant-search.generated.ts';

export type FoundTenant = NonNullable<NonNullable<SearchTenantsQuery['searchTenants']>['nodes'][number]>;

interface TenantSearch {
  readonly tenants: readonly FoundTenant[];
  /** Whether there is a term that these match; else they are the newest. */
  readonly matching: boolean;
  readonly pending: boolean;
  /** There is no tenant at all. */
  readonly none: boolean;
}

const SIZE = 8;

/** Milliseconds without a key before the server is asked. */
const PAUSE_MS = 120;

/** What a selector shows for a term. */
export function useTenantSearch(term: string): TenantSearch {
  const asked = useSettled(term.trim(), PAUSE_MS);
  const matching = asked !== '';
  const newest = useApiQuery(NewestTenantsDocument, { size: SIZE }, { enabled: !matching });
  const found = useApiQuery(SearchTenantsDocument, { term: asked, size: SIZE }, { enabled: matching, keep: true });
  const nodes = matching ? found.data?.searchTenants?.nodes : newest.data?.tenants?.nodes;
  return {
    tenants: (nodes ?? []).filter((node) => node !== null),
    matching,
    pending: (matching ? found.isFetching : newest.isPending) || asked !== term.trim(),
    none: !matching && newest.data?.tenants?.totalCount === 0,
  };
}

/** A value once it has not changed for a while. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
