import { Drawer } from '../components/ui/drawer.tsx';
import { Box, Flex, Stack, Text } from '../components/ui/layout.tsx';
import { SupportContact } from '../components/support-contact.tsx';
import { RelativeTime } from '../components/ui/relative-time.tsx';
import { StatusBadge } from '../components/ui/status-badge.tsx';
import { LinesSkeleton } from '../components/ui/skeleton.tsx';
import { frame } from '../text/frame.ts';
import type { HeardHealth } from './system-state.ts';

const words = frame.health;

/** How each part of the system does. It changes while it is open. */
export function HealthDrawer({ heard, onClose }: { readonly heard: HeardHealth | null; readonly onClose: () => void }) {
  return (
    <Drawer open onClose={onClose} title={words.label}>
      {heard === null ? <LinesSkeleton count={6} /> : <Parts heard={heard} />}
    </Drawer>
  );
}

function Parts({ heard: { health, parts } }: { readonly heard: HeardHealth }) {
  const { status } = health;
  const facts = [
    { label: words.version, value: health.version },
    { label: words.startedAt, value: <RelativeTime at={health.startedAt} /> },
    ...(status?.serverVersion === undefined || status.serverVersion === null ? [] : [{ label: words.postgres, value: status.serverVersion }]),
    ...(status?.at === undefined || status.at === null ? [] : [{ label: words.seenAt, value: <RelativeTime at={status.at} /> }]),
    { label: words.support, value: <SupportContact contact={health.supportContact} /> },
  ];
  return (
    <Stack gap="6">
      <Stack as="ul" listStyleType="none" gap="0">
        {parts.map(({ part, tone, words: why }) => (
          <Box as="li" key={part} py="3" borderBottomWidth="1px" borderColor="border">
            <Flex justify="space-between" align="center" gap="3">
              <Text fontWeight="semibold">{words.parts[part]}</Text>
              <StatusBadge tone={tone} size="sm">
                {words.words[tone]}
              </StatusBadge>
            </Flex>
            <Text textStyle="sm" color="fg.muted" mt="1">
              {why}
            </Text>
          </Box>
        ))}
      </Stack>
      <Box as="dl">
        {facts.map(({ label, value }) => (
          <Flex key={label} justify="space-between" gap="4" py="1">
            <Text as="dt" color="fg.muted">
              {label}
            </Text>
            <Box as="dd" textAlign="end">
              {value}
            </Box>
          </Flex>
        ))}
      </Box>
    </Stack>
  );
}
