import type { ReactNode } from 'react';
import { Flex } from './layout.tsx';
import { Box, Heading } from './layout.tsx';
import { paletteOf, toneIcons } from './status-badge.tsx';
import type { Tone } from './status-badge.tsx';

interface NoticeProps {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ReactNode;
  /** Buttons at its end. */
  readonly actions?: ReactNode;
  /** Said at once by screen readers; otherwise when there is a pause. */
  readonly urgent?: boolean;
}

/** Something to know, in its place on the page: colour, icon and words. */
export function Notice({ tone, title, children, actions, urgent = false }: NoticeProps) {
  const Icon = toneIcons[tone];
  return (
    <Flex
      role={urgent ? 'alert' : 'status'}
      colorPalette={paletteOf(tone)}
      bg="colorPalette.subtle"
      color="colorPalette.fg"
      borderWidth="1px"
      borderColor="colorPalette.border"
      borderRadius="l3"
      p="4"
      gap="3"
      align="flex-start"
      wrap={{ base: 'wrap', md: 'nowrap' }}
    >
      <Box flexShrink={0} pt="0.5">
        <Icon size={20} aria-hidden />
      </Box>
      <Box flex="1" minW="0">
        <Heading as="p" size="sm" fontWeight="semibold">
          {title}
        </Heading>
        {children !== undefined && (
          <Box mt="1" textStyle="sm">
            {children}
          </Box>
        )}
      </Box>
      {actions !== undefined && <Flex gap="2">{actions}</Flex>}
    </Flex>
  );
}
