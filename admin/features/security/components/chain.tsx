import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Stack, Text } from '../../../components/ui/layout.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { useApiQuery } from '../../../graphql/api.tsx';
import type { Problem } from '../../../session/problem.ts';
import { errors } from '../../../text/errors.ts';
import { security } from '../../../text/security.ts';
import { ChainStatusDocument } from '../api/security.generated.ts';
import type { ChainStatusQuery } from '../api/security.generated.ts';

const words = security.evidence;
type Status = NonNullable<ChainStatusQuery['chainStatus']>;

/** How the chain of a tenant's trail stands; without an id, the platform's own. Asked once, however many parts of a row show it. */
function useChain(tenantId: string): UseQueryResult<ChainStatusQuery, Problem> {
  return useApiQuery(ChainStatusDocument, { id: tenantId });
}

/** Whether it holds, and how far that is known. */
export function Chain({ tenantId }: { readonly tenantId: string }) {
  return (
    <Asked tenantId={tenantId}>
      {(chain) => (
        <Stack gap="1" align="flex-start">
          <StatusBadge tone={chain.state === 'broken' ? 'critical' : chain.state === 'holds' ? 'secure' : 'neutral'} size="sm">
            {chain.state === 'broken' ? words.flawed : chain.state === 'holds' ? words.holds(chain.verifiedUpTo ?? '0') : words.unverified}
          </StatusBadge>
          <Text textStyle="xs" color={chain.flaw === null ? 'fg.muted' : 'critical.fg'} whiteSpace="nowrap">
            {chain.flaw ?? words.events(chain.head ?? '0')}
            {chain.verifiedAt !== null && (
              <>
                {' · '}
                <RelativeTime at={chain.verifiedAt} />
              </>
            )}
          </Text>
        </Stack>
      )}
    </Asked>
  );
}

/** The newest checkpoint that names it. */
export function Checkpoint({ tenantId }: { readonly tenantId: string }) {
  return (
    <Asked tenantId={tenantId}>
      {({ checkpoint, checkpointAt, outside }) =>
        checkpoint === null ? (
          <Text color="fg.muted">{words.noCheckpoint}</Text>
        ) : (
          <Stack gap="1">
            <Text whiteSpace="nowrap">{words.checkpoint(checkpoint)}</Text>
            <Text textStyle="xs" color="fg.muted">
              {checkpointAt !== null && <RelativeTime at={checkpointAt} />} · {outside === true ? words.outside : words.inside}
            </Text>
          </Stack>
        )
      }
    </Asked>
  );
}

/** How long its events are kept, and whether a hold stops their removal. */
export function Kept({ tenantId }: { readonly tenantId: string }) {
  return (
    <Asked tenantId={tenantId}>
      {({ retention, heldAt, holdReason }) => (
        <Stack gap="1" align="flex-start">
          <Text whiteSpace="nowrap">{words.keeps[retention ?? ''] ?? retention}</Text>
          {heldAt !== null && (
            <span title={holdReason ?? ''}>
              <StatusBadge tone="info" size="sm">
                {words.held}
              </StatusBadge>
            </span>
          )}
        </Stack>
      )}
    </Asked>
  );
}

function Asked({ tenantId, children }: { readonly tenantId: string; readonly children: (chain: Status) => ReactNode }) {
  const { data, error } = useChain(tenantId);
  if (error !== null && data === undefined) return <Text textStyle="sm">{errors[error.code].title}</Text>;
  const chain = data?.chainStatus ?? null;
  return chain === null ? <Skeleton width="24" height="5" /> : children(chain);
}
