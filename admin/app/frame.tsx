import { Suspense, lazy, useState } from 'react';
import { Outlet, ScrollRestoration, useLocation } from 'react-router';
import { Box, Flex } from '../components/ui/layout.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { SkipLinks } from './skip-links.tsx';

const NavigationDrawer = lazy(async () => ({ default: (await import('./navigation-drawer.tsx')).NavigationDrawer }));

/** What is around every page: header, sections, and the way past them for the keyboard. */
export function Frame() {
  const [navigating, setNavigating] = useState(false);
  const { pathname } = useLocation();
  const [shown, setShown] = useState(pathname);
  // Another page: the sections close over it, and it shows from its top.
  if (shown !== pathname) {
    setShown(pathname);
    setNavigating(false);
  }
  return (
    <>
      <ScrollRestoration />
      <SkipLinks />
      <Flex direction="column" minH="100dvh">
        <Header onOpenNavigation={() => setNavigating(true)} />
        <ConnectionBanner />
        <Flex flex="1" align="stretch">
          <Box hideBelow="lg" width="60" flexShrink={0} borderEndWidth="1px" borderColor="border" bg="bg.subtle">
            <Box position="sticky" top="14" px="3" py="5">
              <Navigation id="navigation" />
            </Box>
          </Box>
          <Box as="main" id="content" tabIndex={-1} flex="1" minW="0" px={{ base: '4', md: '8' }} py={{ base: '5', md: '7' }} outline="none">
            <Box maxW="90rem" mx="auto">
              <Outlet />
            </Box>
          </Box>
        </Flex>
      </Flex>
      {navigating && (
        <Suspense fallback={null}>
          <NavigationDrawer onClose={() => setNavigating(false)} />
        </Suspense>
      )}
    </>
  );
}
