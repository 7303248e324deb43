import { Suspense } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { Toaster } from '../components/ui/toast.tsx';
import { Unreachable } from '../components/unreachable.tsx';
import { ApiProvider } from '../graphql/api.tsx';
import { SessionProvider, useSessionState } from '../session/session-provider.tsx';
import { Frame, answers } from './begin.ts';
import { SignIn } from './sign-in.tsx';
import { Splash } from './splash.tsx';
import { operatorSession } from './start.ts';

/** All that operators see: one session, one store of answers, and the frame around every page. */
export function OperatorRoot() {
  return (
    <SessionProvider session={operatorSession}>
      <QueryClientProvider client={answers}>
        <ApiProvider session={operatorSession} path="/platform/graphql">
          <Gate />
          <Toaster />
        </ApiProvider>
      </QueryClientProvider>
    </SessionProvider>
  );
}

/** Signing in takes the place of the page and leaves its address: whoever signs in is where they wanted to be. */
function Gate() {
  const state = useSessionState();
  if (state.kind === 'opening') return <Splash />;
  if (state.kind === 'none') return <SignIn reason={state.reason} />;
  if (state.kind === 'unreachable') return <Unreachable problem={state.problem} />;
  return (
    <Suspense fallback={<Splash />}>
      <Frame />
    </Suspense>
  );
}
