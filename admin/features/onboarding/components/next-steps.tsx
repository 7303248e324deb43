import type { ReactNode } from 'react';
import { KeyRound, MailPlus, ShieldCheck } from 'lucide-react';
import { CopyableCode } from '../../../components/ui/code.tsx';
import { Box, Flex, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { LinkButton } from '../../../components/ui/link.tsx';
import { onboarding } from '../../../text/onboarding.ts';

const words = onboarding.progress;

/** What is worth doing with a tenant that is there. */
export function NextSteps({ tenantId, invited }: { readonly tenantId: string; readonly invited: boolean }) {
  const of = (path: string): string => `/tenants/${encodeURIComponent(tenantId)}${path}`;
  return (
    <Box as="section">
      <Heading as="h3" size="sm" mb="3">
        {words.next}
      </Heading>
      <Stack gap="3">
        {!invited ? (
          <NextStep icon={<MailPlus size={20} />} title={words.invite.title} text={words.invite.text} action={{ to: of('/users'), label: words.invite.action }} />
        ) : (
          <NextStep icon={<MailPlus size={20} />} title={words.invited.title} text={words.invited.text} action={{ to: of('/users'), label: words.invited.action }} />
        )}
        <NextStep icon={<ShieldCheck size={20} />} title={words.evidence.title} text={words.evidence.text} action={{ to: of('/security'), label: words.evidence.action }} />
        <NextStep
          icon={<KeyRound size={20} />}
          title={words.firstSignIn.title}
          text={
            <>
              {words.firstSignIn.text} <CopyableCode what={words.firstSignIn.copy}>{`${location.origin}/t/${tenantId}/assurance`}</CopyableCode>
            </>
          }
        />
      </Stack>
    </Box>
  );
}

interface NextStepProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: ReactNode;
  readonly action?: { readonly to: string; readonly label: string };
}

function NextStep({ icon, title, text, action }: NextStepProps) {
  return (
    <Flex gap="3" align="flex-start" borderWidth="1px" borderColor="border" borderRadius="l2" p="4" wrap={{ base: 'wrap', sm: 'nowrap' }}>
      <Box color="fg.muted" aria-hidden pt="0.5">
        {icon}
      </Box>
      <Box flex={{ base: '1 1 11rem', sm: '1' }} minW="0">
        <Heading as="h4" size="sm">
          {title}
        </Heading>
        <Text as="div" textStyle="sm" color="fg.muted">
          {text}
        </Text>
      </Box>
      {action !== undefined && (
        <LinkButton to={action.to} size="sm">
          {action.label}
        </LinkButton>
      )}
    </Flex>
  );
}
