import { useState } from 'react';
import { Building2 } from 'lucide-react';
import { ComplianceDetails } from '../components/compliance-details.tsx';
import { ComplianceCard } from '../components/compliance-card.tsx';
import { CardList } from '../components/card-list.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { RoleGate } from '../../../components/role-denied.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Toolbar } from '../../../components/table-toolbar.tsx';
import { Stack, Text } from '../../../components/ui/layout.tsx';
import { security } from '../../../text/security.ts';
import { useSecurityTenants } from '../api/security.ts';
import type { SecurityTenantRow } from '../api/security.ts';

const words = security.compliance;

/** How each tenant stands to SOC 2 and GDPR, a card each. */
export function Compliance() {
  return (
    <RoleGate right="compliance.read">
      <Cards />
    </RoleGate>
  );
}

function Cards() {
  const state = useTableState({ sort: { column: 'name', descending: false } });
  const query = useSecurityTenants(state);
  const [shown, setShown] = useState<SecurityTenantRow | null>(null);
  return (
    <Stack gap="4">
      <Text color="fg.muted" maxW="3xl">
        {words.lead}
      </Text>
      <Toolbar state={state} searchLabel={words.searchLabel} />
      <CardList
        query={query}
        state={state}
        rows={(data) => data.tenants?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.tenants?.totalCount ?? 0}
        empty={<EmptyState title={words.empty} picture={<Building2 size={40} />} />}
      >
        {(row) => <ComplianceCard key={row.rowId} tenant={row} onOpen={() => setShown(row)} />}
      </CardList>
      {shown !== null && <ComplianceDetails tenant={shown} onClose={() => setShown(null)} />}
    </Stack>
  );
}
