import { QueryStates } from '../../../components/query-states.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Flex, Stack, Text } from '../../../components/ui/layout.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { useApiQuery } from '../../../graphql/api.tsx';
import { security } from '../../../text/security.ts';
import { ComplianceStatusDocument } from '../api/security.generated.ts';
import type { SecurityTenantRow } from '../api/security.ts';

const words = security.compliance;

/** One tenant: of each framework how many of the points that software can assess are met. */
export function ComplianceCard({ tenant, onOpen }: { readonly tenant: SecurityTenantRow; readonly onOpen: () => void }) {
  const query = useApiQuery(ComplianceStatusDocument, { id: tenant.rowId });
  return (
    <Card title={tenant.name} description={<Code>{tenant.rowId}</Code>}>
      <QueryStates query={query} skeleton={<Skeleton height="20" />}>
        {({ complianceStatus }) => {
          const points = complianceStatus?.nodes.filter((point) => point !== null) ?? [];
          const frameworks = [...new Set(points.map(({ framework }) => framework ?? ''))];
          return (
            <Stack gap="3">
              {frameworks.map((framework) => {
                const of = points.filter((point) => point.framework === framework);
                const met = of.filter(({ status }) => status === 'met').length;
                const failed = of.filter(({ status }) => status === 'not met').length;
                return (
                  <Flex key={framework} justify="space-between" align="flex-start" gap="3">
                    <div>
                      <Text fontWeight="semibold">{framework}</Text>
                      <Text textStyle="xs" color="fg.muted">
                        {words.assessable(of.length - met - failed)}
                      </Text>
                    </div>
                    <StatusBadge tone={failed === 0 ? 'secure' : 'attention'}>{words.met(met, met + failed)}</StatusBadge>
                  </Flex>
                );
              })}
              <Button size="sm" alignSelf="flex-start" aria-label={words.openOf(tenant.name)} onClick={onOpen}>
                {words.open}
              </Button>
            </Stack>
          );
        }}
      </QueryStates>
    </Card>
  );
}
