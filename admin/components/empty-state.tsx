import type { ReactNode } from 'react';
import { Box, Heading, Stack, Text } from './ui/layout.tsx';

interface EmptyStateProps {
  readonly title: string;
  readonly hint?: string;
  /** A drawing or an icon; it says nothing that the words don't. */
  readonly picture: ReactNode;
  /** What to do about it. */
  readonly action?: ReactNode;
}

/** There is nothing yet, and what to do first. */
export function EmptyState({ title, hint, picture, action }: EmptyStateProps) {
  return (
    <Stack align="center" textAlign="center" gap="4" py="12" px="4">
      <Box color="fg.muted" aria-hidden>
        {picture}
      </Box>
      <Heading as="p" size="md" maxW="2xl" lineHeight="1.4">
        {title}
      </Heading>
      {hint !== undefined && (
        <Text color="fg.muted" maxW="lg">
          {hint}
        </Text>
      )}
      {action}
    </Stack>
  );
}
