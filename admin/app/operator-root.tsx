import { Suspense, lazy, useEffect, useState } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { ErrorState } from '../components/error-state.tsx';
import { Center } from '../components/ui/layout.tsx';
import { Toaster } from '../components/ui/toast.tsx';
import { ApiProvider } from '../graphql/api.tsx';
import { createQueryClient } from '../graphql/query-client.ts';
import { Problem } from '../session/problem.ts';
import { SessionProvider, useSession, useSessionState } from '../session/session-provider.tsx';
import { createSession } from '../session/session.ts';
import { SignIn } from './sign-in.tsx';
import { Splash } from './splash.tsx';

/** Not needed to sign in. */
const Frame = lazy(async () => ({ default: (await import('./frame.tsx')).Frame }));

/** All that operators see: one session, one store of answers, and the frame around every page. */
export function OperatorRoot() {
  const [session] = useState(() => createSession(null));
  const [client] = useState(createQueryClient);
  useEffect(
    () =>
      session.subscribe(() => {
        // Nothing that one person was shown is there for the next.
        if (session.state().kind === 'none') client.clear();
      }),
    [session, client],
  );
  return (
    <SessionProvider session={session}>
      <QueryClientProvider client={client}>
        <ApiProvider session={session} path="/platform/graphql">
          <Gate />
          <Toaster />
        </ApiProvider>
      </QueryClientProvider>
    </SessionProvider>
  );
}

/** Signing in takes the place of the page and leaves its address: whoever signs in is where they wanted to be. */
function Gate() {
  const session = useSession();
  const state = useSessionState();
  if (state.kind === 'opening') return <Splash />;
  if (state.kind === 'none') return <SignIn reason={state.reason} />;
  if (state.kind === 'unreachable') {
    return (
      <Center minH="100dvh">
        <ErrorState error={new Problem('OFFLINE', '')} onRetry={() => void session.open()} />
      </Center>
    );
  }
  return (
    <Suspense fallback={<Splash />}>
      <Frame />
    </Suspense>
  );
}
