import { MonitorSmartphone } from 'lucide-react';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Facts } from '../../../components/facts.tsx';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Drawer } from '../../../components/ui/drawer.tsx';
import { Box, Stack, Text } from '../../../components/ui/layout.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { tenantPeople } from '../../../text/tenant-people.ts';
import { useEndUserSessions, useUserSessions } from '../api/people.ts';

const { users: words } = tenantPeople;

interface UserSessionsProps {
  readonly tenantId: string;
  readonly userId: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** The open sessions of a user, each with a way to end it. */
export function UserSessions({ tenantId, userId, name, onClose }: UserSessionsProps) {
  const may = useMay();
  const query = useUserSessions(tenantId, userId);
  const end = useEndUserSessions();
  return (
    <Drawer open onClose={onClose} title={words.sessionsTitle(name)}>
      <Stack gap="4">
        <ProblemNotice problem={end.error} />
        <QueryStates query={query} skeleton={<LinesSkeleton count={3} />}>
          {({ userSessions }) => {
            const rows = userSessions?.nodes.filter((row) => row !== null) ?? [];
            if (rows.length === 0) return <EmptyState title={words.noSessions} picture={<MonitorSmartphone size={40} />} />;
            return (
              <Stack as="ul" listStyleType="none" gap="3">
                {rows.map((row) => (
                  <Box as="li" key={row.rowId} borderWidth="1px" borderColor="border" borderRadius="l2" p="4">
                    <Text fontWeight="semibold" overflowWrap="anywhere" mb="2">
                      {row.userAgent ?? words.unknownDevice}
                    </Text>
                    <Facts
                      facts={[
                        [words.address, row.address === null ? common.none : <Code key="address">{row.address}</Code>],
                        [words.lastUsed, row.lastUsedAt === null ? common.never : <RelativeTime key="used" at={row.lastUsedAt} />],
                        [words.expires, row.expiresAt === null ? common.none : <RelativeTime key="expires" at={row.expiresAt} />],
                      ]}
                    />
                    {may('users.unlock') && row.rowId !== null && (
                      <Button
                        size="sm"
                        mt="3"
                        loading={end.isPending && end.variables.sessionId === row.rowId}
                        onClick={() =>
                          end.mutate(
                            { id: tenantId, userId, sessionId: row.rowId },
                            { onSuccess: ({ endUserSessions }) => toast('secure', words.sessionsEnded(endUserSessions?.result ?? 0)) },
                          )
                        }
                      >
                        {words.end}
                      </Button>
                    )}
                  </Box>
                ))}
              </Stack>
            );
          }}
        </QueryStates>
      </Stack>
    </Drawer>
  );
}
