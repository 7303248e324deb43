import { PointFacts } from '../../../components/point-facts.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { STANDING_TONES, standingOf } from '../../../components/standing.ts';
import { Drawer } from '../../../components/ui/drawer.tsx';
import { Box, Flex, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { useApiQuery } from '../../../graphql/api.tsx';
import { security } from '../../../text/security.ts';
import { ComplianceStatusDocument } from '../api/security.generated.ts';
import type { SecurityTenantRow } from '../api/security.ts';

const words = security.compliance;

/** Every point with the facts that decide it. */
export function ComplianceDetails({ tenant, onClose }: { readonly tenant: SecurityTenantRow; readonly onClose: () => void }) {
  const query = useApiQuery(ComplianceStatusDocument, { id: tenant.rowId });
  return (
    <Drawer open onClose={onClose} title={words.drawer(tenant.name)} width="lg">
      <QueryStates query={query} skeleton={<LinesSkeleton count={8} />}>
        {({ complianceStatus }) => {
          const points = complianceStatus?.nodes.filter((point) => point !== null) ?? [];
          return (
            <Stack gap="6" pb="6">
              <Text color="fg.muted">{words.help}</Text>
              {[...new Set(points.map(({ framework }) => framework ?? ''))].map((framework) => (
                <Stack key={framework} as="section" gap="0">
                  <Heading as="h3" size="md" mb="1">
                    {framework}
                  </Heading>
                  {points.filter((point) => point.framework === framework).map((point) => (
                    <Point key={point.point} point={point.point ?? ''} title={point.title ?? ''} status={point.status ?? ''} facts={point.facts} />
                  ))}
                </Stack>
              ))}
            </Stack>
          );
        }}
      </QueryStates>
    </Drawer>
  );
}

interface PointProps {
  readonly point: string;
  readonly title: string;
  readonly status: string;
  readonly facts: unknown;
}

function Point({ point, title, status, facts }: PointProps) {
  const standing = standingOf({ status, facts });
  return (
    <Box py="3" borderTopWidth="1px" borderColor="border">
      <Flex justify="space-between" gap="3" align="flex-start">
        <Text fontWeight="medium">
          <Text as="span" color="fg.muted" me="2">
            {point}
          </Text>
          {title}
        </Text>
        <StatusBadge tone={STANDING_TONES[standing]} size="sm">
          {words.standings[standing]}
        </StatusBadge>
      </Flex>
      <PointFacts facts={facts} />
    </Box>
  );
}
