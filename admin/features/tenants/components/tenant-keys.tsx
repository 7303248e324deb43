import { useState } from 'react';
import { KeyRound, RotateCw } from 'lucide-react';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Flex } from '../../../components/ui/layout.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { Table } from '../../../components/ui/table.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useKeys, useRevokeKeys, useRotateKeys } from '../api/protection.ts';
import type { Tenant } from '../api/tenant.ts';

const { security: words } = tenantDetail;

const TONES: Readonly<Record<string, Tone>> = { current: 'secure', next: 'info', previous: 'neutral', revoked: 'critical' };

/** The keys that sign a tenant's tokens, and how to turn or revoke them. */
export function TenantKeys({ tenant }: { readonly tenant: Tenant }) {
  const may = useMay();
  const query = useKeys(tenant.rowId);
  const [asked, setAsked] = useState<'rotate' | 'revoke' | null>(null);
  return (
    <Card
      title={words.keys}
      description={words.keysLead}
      actions={
        <Flex gap="3" wrap="wrap">
          {may('keys.rotate') && (
            <Button size="sm" onClick={() => setAsked('rotate')}>
              <RotateCw aria-hidden />
              {words.rotate}
            </Button>
          )}
          {may('keys.revoke') && (
            <Button size="sm" look="danger-plain" onClick={() => setAsked('revoke')}>
              {words.revoke}
            </Button>
          )}
        </Flex>
      }
    >
      <QueryStates query={query} skeleton={<LinesSkeleton count={2} />}>
        {({ signingKeys }) => {
          const keys = signingKeys?.nodes.filter((key) => key !== null) ?? [];
          if (keys.length === 0) return <EmptyState title={words.noKeys} picture={<KeyRound size={40} />} />;
          return (
            <Table.Root label={words.keys}>
              <Table.Header>
                <Table.Row>
                  <Table.ColumnHeader>{words.keyColumns.kid}</Table.ColumnHeader>
                  <Table.ColumnHeader>{words.keyColumns.state}</Table.ColumnHeader>
                  <Table.ColumnHeader numeric>{words.keyColumns.age}</Table.ColumnHeader>
                  <Table.ColumnHeader hideBelow="md">{words.keyColumns.since}</Table.ColumnHeader>
                </Table.Row>
              </Table.Header>
              <Table.Body>
                {keys.map((key) => (
                  <Table.Row key={key.kid}>
                    <Table.Cell rowHeader>
                      <Box maxW={{ base: '24', md: 'none' }} truncate title={key.kid ?? ''}>
                        <Code>{key.kid ?? ''}</Code>
                      </Box>
                    </Table.Cell>
                    <Table.Cell>
                      <StatusBadge size="sm" tone={TONES[key.state ?? ''] ?? 'neutral'}>
                        {words.keyStates[key.state ?? ''] ?? key.state}
                      </StatusBadge>
                    </Table.Cell>
                    <Table.Cell numeric>{words.days(key.ageDays ?? 0)}</Table.Cell>
                    <Table.Cell hideBelow="md">{key.stateSince === null ? common.none : <RelativeTime at={key.stateSince} />}</Table.Cell>
                  </Table.Row>
                ))}
              </Table.Body>
            </Table.Root>
          );
        }}
      </QueryStates>
      {asked === 'rotate' && <Rotate tenantId={tenant.rowId} onClose={() => setAsked(null)} />}
      {asked === 'revoke' && <Revoke tenantId={tenant.rowId} onClose={() => setAsked(null)} />}
    </Card>
  );
}

interface AskProps {
  readonly tenantId: string;
  readonly onClose: () => void;
}

function Rotate({ tenantId, onClose }: AskProps) {
  const rotate = useRotateKeys();
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={words.rotateTitle}
      consequences={words.rotateConsequences}
      reasonLabel={words.reason}
      action={words.rotate}
      danger={false}
      pending={rotate.isPending}
      problem={rotate.error}
      onConfirm={(reason) =>
        rotate.mutate(
          { id: tenantId, reason },
          {
            onSuccess: () => {
              toast('secure', words.rotated);
              onClose();
            },
          },
        )
      }
    />
  );
}

function Revoke({ tenantId, onClose }: AskProps) {
  const revoke = useRevokeKeys();
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={words.revokeTitle}
      consequences={words.revokeConsequences}
      reasonLabel={words.reason}
      word={tenantId}
      action={words.revokeAction}
      pending={revoke.isPending}
      problem={revoke.error}
      onConfirm={(reason) =>
        revoke.mutate(
          { id: tenantId, reason },
          {
            onSuccess: ({ revokeKeys }) => {
              toast('attention', words.revoked(revokeKeys?.result ?? 0));
              onClose();
            },
          },
        )
      }
    />
  );
}
