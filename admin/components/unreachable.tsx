import { useEffect } from 'react';
import { LogOut } from 'lucide-react';
import type { Problem } from '../session/problem.ts';
import { useSession } from '../session/session-provider.tsx';
import { frame } from '../text/frame.ts';
import { ErrorState } from './error-state.tsx';
import { Button } from './ui/button.tsx';
import { Center, Stack } from './ui/layout.tsx';
import { NameMark } from './ui/mark.tsx';

/** Milliseconds after which a server that did not answer is asked again. */
const AGAIN_MS = 5_000;

/**
 * In place of everything, while it is not known who is here: why. It tries again when the page is looked at again, for what was suspended may be
 * open by then; and when it was the way to the server, by itself.
 */
export function Unreachable({ problem, onSignOut }: { readonly problem: Problem; readonly onSignOut?: () => void }) {
  const session = useSession();
  useEffect(() => {
    if (problem.code !== 'OFFLINE') return undefined;
    const timer = setInterval(() => void session.open(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [problem.code, session]);
  useEffect(() => {
    const again = (): void => {
      if (document.visibilityState === 'visible') void session.open();
    };
    document.addEventListener('visibilitychange', again);
    return () => document.removeEventListener('visibilitychange', again);
  }, [session]);
  return (
    <Center as="main" minH="100dvh" px="4" py="10">
      <Stack align="center" gap="4">
        <NameMark size={36} />
        <ErrorState error={problem} onRetry={() => void session.open()} />
        {onSignOut !== undefined && (
          <Button look="quiet" onClick={onSignOut}>
            <LogOut aria-hidden />
            {frame.signOut}
          </Button>
        )}
      </Stack>
    </Center>
  );
}
