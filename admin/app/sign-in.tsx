import { useEffect } from 'react';
import { SignInForm } from '../components/sign-in-form.tsx';
import { Box, Center, Stack, Text } from '../components/ui/layout.tsx';
import { NameMark } from '../components/ui/mark.tsx';
import { Notice } from '../components/ui/notice.tsx';
import { useSession } from '../session/session-provider.tsx';
import type { EndReason } from '../session/session.ts';
import { common } from '../text/common.ts';
import { signIn as words } from '../text/sign-in.ts';

/** Where operators sign in, in place of the page they wanted, and with a word why if they were in already. */
export function SignIn({ reason }: { readonly reason: EndReason | null }) {
  const session = useSession();
  useEffect(() => {
    document.title = `${words.title} · ${common.product}`;
  }, []);
  return (
    <Center as="main" minH="100dvh" px="4" py="10">
      <Stack width="full" maxW="26rem" gap="8">
        <Stack gap="3">
          <NameMark size={36} />
          <Text color="fg.muted">{words.promise}</Text>
        </Stack>
        {reason !== null && <Notice tone="info" title={words.reasons[reason]} />}
        <Box bg="bg.panel" borderWidth="1px" borderColor="border" borderRadius="l3" shadow="md" p={{ base: '6', sm: '8' }}>
          <SignInForm session={session} />
        </Box>
      </Stack>
    </Center>
  );
}
