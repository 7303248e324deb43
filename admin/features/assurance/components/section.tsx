import type { ReactNode } from 'react';
import { Box, Heading, Stack, Text } from '../../../components/ui/layout.tsx';

/** A part of the page with its heading; a heading is never the last line of a sheet. */
export function Section({ title, lead, children }: { readonly title: string; readonly lead?: string; readonly children: ReactNode }) {
  return (
    <Stack as="section" gap="4" css={{ '@media print': { '& tr': { breakInside: 'avoid' } } }}>
      <Box css={{ '@media print': { breakInside: 'avoid', breakAfter: 'avoid' } }}>
        <Heading as="h2" size="lg">
          {title}
        </Heading>
        {lead !== undefined && (
          <Text color="fg.muted" maxW="3xl">
            {lead}
          </Text>
        )}
      </Box>
      {children}
    </Stack>
  );
}
