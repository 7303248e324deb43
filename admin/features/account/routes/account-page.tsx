import { Page } from '../../../components/page.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { Box, Grid, Stack, Text } from '../../../components/ui/layout.tsx';
import { useOperator } from '../../../session/session-provider.tsx';
import { account as words } from '../../../text/account.ts';
import { frame } from '../../../text/frame.ts';
import { PasswordCard } from '../components/password-card.tsx';
import { SecondFactorCard } from '../components/second-factor-card.tsx';

/** What an operator sees and changes of their own account. */
export function AccountPage() {
  const { name, email, role } = useOperator();
  const facts = [
    { label: words.name, value: name },
    { label: words.email, value: email },
    { label: words.role, value: frame.roles[role], hint: words.roleHint },
  ];
  return (
    <Page title={words.title} lead={words.lead}>
      <Stack gap="6" maxW="3xl">
        <Card title={words.who}>
          <Grid as="dl" templateColumns={{ base: '1fr', sm: '8rem 1fr' }} columnGap="4" rowGap={{ base: '1', sm: '3' }}>
            {facts.map(({ label, value, hint }) => (
              <Box key={label} display="contents">
                <Text as="dt" color="fg.muted">
                  {label}
                </Text>
                <Box as="dd" fontWeight="medium" overflowWrap="anywhere" mb={{ base: '2', sm: '0' }}>
                  {value}
                  {hint !== undefined && (
                    <Text textStyle="sm" color="fg.muted" fontWeight="normal">
                      {hint}
                    </Text>
                  )}
                </Box>
              </Box>
            ))}
          </Grid>
        </Card>
        <PasswordCard />
        <SecondFactorCard />
      </Stack>
    </Page>
  );
}
