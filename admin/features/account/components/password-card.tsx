import { PasswordForm } from '../../../components/password-form.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { useOperator } from '../../../session/session-provider.tsx';
import { account as words } from '../../../text/account.ts';

/** A new password for who is signed in. */
export function PasswordCard() {
  const { email } = useOperator();
  return (
    <Card title={words.passwordTitle} description={words.passwordLead}>
      <PasswordForm email={email} />
    </Card>
  );
}
