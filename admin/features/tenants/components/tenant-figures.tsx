import { CardsSkeleton } from '../../../components/ui/skeleton.tsx';
import { Box, SimpleGrid, VisuallyHidden } from '../../../components/ui/layout.tsx';
import { Metric } from '../../../components/ui/metric.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { common } from '../../../text/common.ts';
import { formatBytes, formatDuration, formatNumber } from '../../../text/format.ts';
import { tenants as words } from '../../../text/tenants.ts';
import { useTenantChanges, useTenantFigures } from '../api/tenants.ts';

/** Share of the connections above which there is little room for more. */
const TIGHT = 0.8;

/** Active, provisioning and resources, above the list. */
export function TenantFigures() {
  const query = useTenantFigures();
  useTenantChanges(() => void query.refetch());
  const { figures } = words;
  // The list below is of more use than a failure in its place.
  if (query.data === undefined && query.error !== null) return <Notice tone="attention" title={figures.unavailable} />;
  return (
    <Box as="section" aria-labelledby="tenant-figures">
      <VisuallyHidden as="h2" id="tenant-figures">
        {figures.label}
      </VisuallyHidden>
      <QueryStates query={query} skeleton={<CardsSkeleton count={4} height="28" />}>
        {({ tenantCounts: counts, provisioningEstimate: estimate, systemStatus: system }) => (
          <SimpleGrid columns={{ base: 2, xl: 4 }} gap={{ base: '3', md: '4' }}>
            <Metric
              label={figures.active}
              value={formatNumber(counts?.active ?? 0)}
              help={figures.activeHelp}
              note={figures.activeNote(counts?.total ?? 0, counts?.suspended ?? 0)}
            />
            <Metric
              label={figures.provisioning}
              value={formatNumber(counts?.provisioning ?? 0)}
              help={figures.provisioningHelp}
              note={typeof estimate?.medianMs === 'number' ? figures.provisioningNote(formatDuration(estimate.medianMs)) : figures.noRuns}
              {...((counts?.failed ?? 0) > 0 && { status: { tone: 'critical', word: figures.failed(counts?.failed ?? 0) } as const })}
            />
            <Metric
              label={figures.storage}
              value={typeof system?.storageBytes === 'string' ? formatBytes(system.storageBytes) : common.none}
              help={figures.storageHelp}
              note={typeof system?.measuredAt === 'string' ? <>{figures.storageNote} <RelativeTime at={system.measuredAt} /></> : figures.notMeasured}
            />
            <Metric
              label={figures.connections}
              value={formatNumber(system?.connections ?? 0)}
              help={figures.connectionsHelp}
              note={figures.connectionsNote(system?.mostConnections ?? 0)}
              status={
                // Of old figures nobody knows.
                query.error !== null
                  ? { tone: 'neutral', word: figures.old }
                  : (system?.connections ?? 0) > TIGHT * (system?.mostConnections ?? 0)
                    ? { tone: 'attention', word: figures.tight }
                    : { tone: 'secure', word: figures.roomy }
              }
            />
          </SimpleGrid>
        )}
      </QueryStates>
    </Box>
  );
}
