import { useState } from 'react';
import { ChevronDown, KeyRound, LogOut, UserRound } from 'lucide-react';
import { PasswordForm } from '../../../components/password-form.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Box, Stack, Text } from '../../../components/ui/layout.tsx';
import { Menu } from '../../../components/ui/menu.tsx';
import { useSession } from '../../../session/session-provider.tsx';
import { account } from '../../../text/account.ts';
import { assurance as words } from '../../../text/assurance.ts';

interface AccountMenuProps {
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

/** Who is signed in, and what they do with their own account. */
export function AccountMenu({ name, email, role }: AccountMenuProps) {
  const session = useSession();
  const [changing, setChanging] = useState(false);
  const signOut = (): void => {
    session.signOut().catch(() => session.end('signed-out'));
  };
  return (
    <>
      <Menu
        trigger={
          <Button size="sm" look="quiet" aria-label={words.account(name)}>
            <UserRound aria-hidden />
            <Box as="span" hideBelow="sm" maxW="40" truncate>
              {name}
            </Box>
            <ChevronDown aria-hidden />
          </Button>
        }
        sections={[
          { label: words.signedInAs(email, role), entries: [{ key: 'password', label: account.change, icon: <KeyRound size={16} aria-hidden />, onSelect: () => setChanging(true) }] },
          { entries: [{ key: 'sign-out', label: words.signOut, icon: <LogOut size={16} aria-hidden />, onSelect: signOut }] },
        ]}
      />
      <Dialog open={changing} onClose={() => setChanging(false)} title={account.change}>
        <Stack gap="5">
          <Text color="fg.muted">{account.passwordLead}</Text>
          <PasswordForm email={email} onChanged={() => setChanging(false)} />
        </Stack>
      </Dialog>
    </>
  );
}
