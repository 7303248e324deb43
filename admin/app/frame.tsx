import { Suspense, lazy, useState } from 'react';
import { Outlet, ScrollRestoration, useLocation } from 'react-router';
import type { Location } from 'react-router';
import { Box, Flex } from '../components/ui/layout.tsx';
import { CurrentTenantProvider } from '../components/current-tenant.tsx';
import { toast } from '../components/ui/toast.tsx';
import { Problem } from '../session/problem.ts';
import { useSession } from '../session/session-provider.tsx';
import { errors } from '../text/errors.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { DeniedWatch } from './denied-watch.tsx';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { useShortcuts } from './shortcuts.ts';
import type { Overlay } from './shortcuts.ts';
import { SkipLinks } from './skip-links.tsx';
import { useSystemHealth } from './system-state.ts';

const NavigationDrawer = lazy(async () => ({ default: (await import('./navigation-drawer.tsx')).NavigationDrawer }));
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const TenantSelector = lazy(async () => ({ default: (await import('./tenant-selector.tsx')).TenantSelector }));
const KeyboardHelp = lazy(async () => ({ default: (await import('./keyboard-help.tsx')).KeyboardHelp }));
const HealthDrawer = lazy(async () => ({ default: (await import('./health-drawer.tsx')).HealthDrawer }));

/** What is around every page: header, sections, the way past them for the keyboard, and what opens over all of it. */
export function Frame() {
  return (
    <CurrentTenantProvider>
      <DeniedWatch>
        <Surroundings />
      </DeniedWatch>
    </CurrentTenantProvider>
  );
}

function Surroundings() {
  const [navigating, setNavigating] = useState(false);
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const { pathname } = useLocation();
  const [shown, setShown] = useState(pathname);
  const { heard, stale } = useSystemHealth();
  const signOut = useSignOut();
  useShortcuts(setOverlay);
  const close = (): void => setOverlay(null);
  // Another page: the sections close over it, and it shows from its top.
  if (shown !== pathname) {
    setShown(pathname);
    setNavigating(false);
  }
  return (
    <>
      <ScrollRestoration getKey={placeOf} />
      <SkipLinks />
      <Flex direction="column" minH="100dvh">
        <Header heard={heard} stale={stale} onOpen={setOverlay} onOpenNavigation={() => setNavigating(true)} onSignOut={signOut} />
        <ConnectionBanner />
        <Flex flex="1" align="stretch">
          <Box hideBelow="lg" width="60" flexShrink={0} borderEndWidth="1px" borderColor="border" bg="bg.subtle">
            <Box position="sticky" top="14" px="3" py="5">
              <Navigation id="navigation" />
            </Box>
          </Box>
          <Box as="main" id="content" tabIndex={-1} flex="1" minW="0" px={{ base: '4', md: '8' }} py={{ base: '5', md: '7' }} outline="none">
            <Box maxW="90rem" mx="auto">
              <Suspense fallback={null}>
                <Outlet />
              </Suspense>
            </Box>
          </Box>
        </Flex>
      </Flex>
      <Suspense fallback={null}>
        {navigating && <NavigationDrawer onClose={() => setNavigating(false)} />}
        {overlay === 'palette' && <Palette onClose={close} onOpen={setOverlay} onSignOut={signOut} />}
        {overlay === 'tenant' && <TenantSelector onClose={close} />}
        {overlay === 'keyboard' && <KeyboardHelp onClose={close} />}
        {overlay === 'health' && <HealthDrawer heard={heard} onClose={close} />}
      </Suspense>
    </>
  );
}

/** Whose scroll is kept. A page that is opened by its address has the same key as any other that was: it would begin where the one before had been left. */
function placeOf({ key, pathname, search }: Location): string {
  return key === 'default' ? `${pathname}${search}` : key;
}

function useSignOut(): () => void {
  const session = useSession();
  return () => {
    session.signOut().catch((error: unknown) => {
      toast('critical', errors[error instanceof Problem ? error.code : 'INTERNAL'].title);
    });
  };
}
