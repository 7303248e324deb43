import { useState } from 'react';
import { Building2 } from 'lucide-react';
import { frame } from '../text/frame.ts';
import { tenants as words } from '../text/tenants.ts';
import { SearchList } from './search-list.tsx';
import { TenantHint } from './tenant-hint.tsx';
import { useTenantSearch } from './tenant-search.ts';

/** A search among the tenants that the operator reaches, to choose one of them. */
export function TenantPicker({ onSelect }: { readonly onSelect: (id: string) => void }) {
  const [term, setTerm] = useState('');
  const { tenants, matching, pending, none } = useTenantSearch(term);
  return (
    <SearchList
      label={frame.searchTenants}
      placeholder={frame.selectHint}
      term={term}
      onTerm={setTerm}
      pending={pending}
      empty={none ? words.empty : frame.noTenants}
      groups={[
        {
          label: matching ? frame.matchingTenants : frame.newestTenants,
          entries: tenants.map(({ rowId, name, status }) => ({
            key: rowId,
            label: name,
            icon: <Building2 size={18} />,
            detail: <TenantHint id={rowId} status={status} />,
            onChoose: () => onSelect(rowId),
          })),
        },
      ]}
    />
  );
}
