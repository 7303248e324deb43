import { AuditTable } from '../../../components/audit-table.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { RoleDenied } from '../../../components/role-denied.tsx';
import { SimpleGrid, Stack, Text, VisuallyHidden } from '../../../components/ui/layout.tsx';
import { Metric } from '../../../components/ui/metric.tsx';
import type { MetricProps } from '../../../components/ui/metric.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { CardsSkeleton } from '../../../components/ui/skeleton.tsx';
import { VerifyChain } from '../../../components/verify-chain.tsx';
import { useRefresh } from '../../../graphql/api.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { formatMoment, formatNumber } from '../../../text/format.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useChain } from '../api/tenant.ts';
import { TenantChainDocument } from '../api/tenant.generated.ts';
import { useTenant } from '../components/tenant-context.ts';

const { audit: words } = tenantDetail;

/** The trail of one tenant, and whether its chain holds. */
export function TenantAudit() {
  const tenant = useTenant();
  const may = useMay();
  if (!may('chains.read')) return <RoleDenied right="chains.read" />;
  return (
    <Stack gap="6">
      <Text color="fg.muted" maxW="3xl">
        {words.lead}
      </Text>
      <Chain tenantId={tenant.rowId} />
      {may('audit.read') ? <AuditTable tenantId={tenant.rowId} /> : <Notice tone="info" title={words.eventsForbidden} />}
    </Stack>
  );
}

function Chain({ tenantId }: { readonly tenantId: string }) {
  const query = useChain(tenantId);
  const refresh = useRefresh();
  return (
    <QueryStates query={query} skeleton={<CardsSkeleton count={4} />}>
      {({ chainStatus: chain }) => (
        <Stack gap="4" as="section" aria-labelledby="tenant-chain">
          <VisuallyHidden as="h2" id="tenant-chain">
            {words.chain}
          </VisuallyHidden>
          {typeof chain?.flaw === 'string' && (
            <Notice tone="critical" urgent title={words.flawed}>
              {chain.flaw}
            </Notice>
          )}
          {typeof chain?.heldAt === 'string' && (
            <Notice tone="info" title={words.heldSince(formatMoment(chain.heldAt))}>
              {chain.holdReason}
            </Notice>
          )}
          <SimpleGrid columns={{ base: 1, sm: 2, xl: 4 }} gap={{ base: '3', md: '4' }}>
            <Metric label={words.head} help={words.headHelp} value={count(chain?.head)} />
            <Since label={words.verified} help={words.verifiedHelp} upTo={chain?.verifiedUpTo} at={chain?.verifiedAt} none={words.unverified} status={chainState(chain?.state ?? null)} />
            <Since label={words.checkpoint} help={words.checkpointHelp} upTo={chain?.checkpointed} at={chain?.checkpointAt} none={words.noCheckpoint} />
            <Metric label={words.retention} help={words.retentionHelp} value={words.classes[chain?.retention ?? ''] ?? chain?.retention ?? common.none} />
          </SimpleGrid>
          <VerifyChain tenantId={tenantId} onOver={() => refresh([TenantChainDocument])} />
        </Stack>
      )}
    </QueryStates>
  );
}

interface SinceProps extends Pick<MetricProps, 'label' | 'help'> {
  readonly upTo: string | null | undefined;
  readonly at: string | null | undefined;
  /** What is said, once, while it has never been. */
  readonly none: string;
  readonly status?: MetricProps['status'];
}

/** Up to which event something was done, and when. */
export function Since({ label, help, upTo, at, none, status }: SinceProps) {
  if (typeof at !== 'string') return <Metric label={label} help={help} value="—" status={status?.tone === 'critical' ? status : { tone: 'neutral', word: none }} />;
  return <Metric label={label} help={help} value={count(upTo)} note={<RelativeTime at={at} />} {...(status !== undefined && { status })} />;
}

function count(value: string | null | undefined): string {
  return formatNumber(Number(value ?? 0));
}

function chainState(state: string | null) {
  if (state === 'broken') return { tone: 'critical', word: words.flawed } as const;
  return state === 'holds' ? ({ tone: 'secure', word: words.holds } as const) : ({ tone: 'neutral', word: words.unverified } as const);
}
