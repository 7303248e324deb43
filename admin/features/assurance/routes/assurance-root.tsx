import { useEffect, useState } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { NotFoundAlone } from '../../../components/not-found.tsx';
import { SignInForm } from '../../../components/sign-in-form.tsx';
import { isTenantId } from '../../../components/tenant-id.ts';
import { Box, Center, Stack, Text } from '../../../components/ui/layout.tsx';
import { NameMark } from '../../../components/ui/mark.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { Toaster } from '../../../components/ui/toast.tsx';
import { Unreachable } from '../../../components/unreachable.tsx';
import { ApiProvider } from '../../../graphql/api.tsx';
import { createQueryClient } from '../../../graphql/query-client.ts';
import { SessionProvider, useSession, useSessionState } from '../../../session/session-provider.tsx';
import { createSession } from '../../../session/session.ts';
import { assurance as words } from '../../../text/assurance.ts';
import { common } from '../../../text/common.ts';
import { signIn } from '../../../text/sign-in.ts';
import { Assurance } from './assurance.tsx';

/** All that a tenant's own auditor sees: a session of that tenant's people, and its endpoint. */
export function AssuranceRoot() {
  const { tenantId = '' } = useParams();
  // What can't be an id is no tenant's address: its words are nobody's to be shown as one.
  if (!isTenantId(tenantId)) return <NotFoundAlone />;
  // Another tenant is another session: nothing of the one is there for the other.
  return <Root key={tenantId} tenantId={tenantId} />;
}

function Root({ tenantId }: { readonly tenantId: string }) {
  const [session] = useState(() => createSession(tenantId));
  const [client] = useState(createQueryClient);
  useEffect(
    () =>
      session.subscribe(() => {
        if (session.state().kind === 'none') client.clear();
      }),
    [session, client],
  );
  return (
    <SessionProvider session={session}>
      <QueryClientProvider client={client}>
        <ApiProvider session={session} path="/graphql">
          <Gate tenantId={tenantId} />
          <Toaster />
        </ApiProvider>
      </QueryClientProvider>
    </SessionProvider>
  );
}

function Gate({ tenantId }: { readonly tenantId: string }) {
  const session = useSession();
  const state = useSessionState();
  // What it is called is told to its own people alone: to everybody else it is the id of the address.
  const tenantName = state.kind === 'open' ? (state.person.tenantName ?? tenantId) : tenantId;
  useEffect(() => {
    document.title = `${words.of(tenantName)} · ${common.product}`;
  }, [tenantName]);
  if (state.kind === 'open') return <Assurance tenantId={tenantId} tenantName={tenantName} person={state.person} />;
  if (state.kind === 'opening') {
    return (
      <Center minH="100dvh" aria-busy>
        <Skeleton width="64" height="8" />
      </Center>
    );
  }
  if (state.kind === 'unreachable') return <Unreachable problem={state.problem} onSignOut={() => void session.signOut().catch(() => session.end('signed-out'))} />;
  return (
    <Center as="main" minH="100dvh" px="4" py="10">
      <Stack width="full" maxW="26rem" gap="8">
        <Stack gap="3">
          <NameMark size={36} />
          <Text fontWeight="semibold">{words.signInFor(tenantId)}</Text>
          <Text color="fg.muted">{words.signInHint}</Text>
        </Stack>
        {state.reason !== null && <Notice tone="info" title={signIn.reasons[state.reason]} />}
        <Box bg="bg.panel" borderWidth="1px" borderColor="border" borderRadius="l3" shadow="md" p={{ base: '6', sm: '8' }}>
          <SignInForm session={session} />
        </Box>
      </Stack>
    </Center>
  );
}
