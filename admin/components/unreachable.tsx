import { useEffect } from 'react';
import type { Problem } from '../session/problem.ts';
import { useSession } from '../session/session-provider.tsx';
import { ErrorState } from './error-state.tsx';
import { Center } from './ui/layout.tsx';

/** Milliseconds after which a server that did not answer is asked again. */
const AGAIN_MS = 5_000;

/** In place of everything, while it is not known who is here: why, and when it was the way to the server, it tries again by itself. */
export function Unreachable({ problem }: { readonly problem: Problem }) {
  const session = useSession();
  useEffect(() => {
    if (problem.code !== 'OFFLINE') return undefined;
    const timer = setInterval(() => void session.open(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [problem.code, session]);
  return (
    <Center as="main" minH="100dvh">
      <ErrorState error={problem} onRetry={() => void session.open()} />
    </Center>
  );
}
