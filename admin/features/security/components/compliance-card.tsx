import { QueryStates } from '../../../components/query-states.tsx';
import { standingOf } from '../../../components/standing.ts';
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

/** One tenant: of each framework how many of the points that are known are met. */
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
                const { met = [], notMet = [], pending = [], beyond = [] } = Object.groupBy(of, standingOf);
                return (
                  <Flex key={framework} justify="space-between" align="flex-start" gap="3">
                    <div>
                      <Text fontWeight="semibold">{framework}</Text>
                      {pending.length > 0 && (
                        <Text textStyle="xs" color="fg.muted">
                          {words.pending(pending.length)}
                        </Text>
                      )}
                      <Text textStyle="xs" color="fg.muted">
                        {words.beyond(beyond.length)}
                      </Text>
                    </div>
                    <StatusBadge tone={notMet.length === 0 ? 'secure' : 'attention'}>{words.met(met.length, met.length + notMet.length)}</StatusBadge>
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
