import { Compass } from 'lucide-react';
import { frame } from '../text/frame.ts';
import { EmptyState } from './empty-state.tsx';
import { Page } from './page.tsx';
import { Box, Stack } from './ui/layout.tsx';
import { LinkButton } from './ui/link.tsx';
import { NameMark } from './ui/mark.tsx';

/** An address that means nothing here. */
export function NotFound() {
  return (
    <Page title={frame.notFound}>
      <EmptyState title={frame.notFoundHint} picture={<Compass size={40} />} action={<LinkButton to="/">{frame.home}</LinkButton>} />
    </Page>
  );
}

/** The same where no frame stands around it. */
export function NotFoundAlone() {
  return (
    <Box as="main" maxW="60rem" mx="auto" px={{ base: '4', md: '8' }} py={{ base: '6', md: '10' }}>
      <Stack gap="8">
        <NameMark size={36} />
        <NotFound />
      </Stack>
    </Box>
  );
}
