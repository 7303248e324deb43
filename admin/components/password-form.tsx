import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { Button } from './ui/button.tsx';
import { Field, Input, PasswordInput } from './ui/field.tsx';
import { Box, Stack } from './ui/layout.tsx';
import { toast } from './ui/toast.tsx';
import { Problem } from '../session/problem.ts';
import { useSession } from '../session/session-provider.tsx';
import { account as words } from '../text/account.ts';
import { signIn } from '../text/sign-in.ts';
import { Refusal } from './refusal.tsx';
import { useTask } from './use-task.ts';

const empty = { current: '', next: '', again: '', code: '' };

/** A new password, by signing in with it: that ends every other session and leaves this one. */
export function PasswordForm({ email, onChanged }: { readonly email: string; readonly onChanged?: () => void }) {
  const session = useSession();
  const [typed, setTyped] = useState(empty);
  const [coded, setCoded] = useState(false);
  const [tried, setTried] = useState(false);
  const task = useTask();
  const differs = typed.next !== typed.again;
  const set = (name: keyof typeof empty) => (event: { readonly currentTarget: { readonly value: string } }) => {
    const { value } = event.currentTarget;
    setTyped((before) => ({ ...before, [name]: value }));
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTried(true);
    if (differs) return;
    void task.run(async () => {
      try {
        await session.signIn({ email, password: typed.current, newPassword: typed.next, ...(typed.code !== '' && { code: typed.code }) });
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'SECOND_FACTOR_REQUIRED' || coded) throw error;
        setCoded(true);
        return;
      }
      setTyped(empty);
      setCoded(false);
      setTried(false);
      toast('secure', words.changed);
      onChanged?.();
    });
  };
  const flaw = task.problem?.errors.find(({ field }) => field === 'newPassword')?.message;
  const shown = { showLabel: signIn.showPassword, hideLabel: signIn.hidePassword } as const;
  return (
    <form onSubmit={submit}>
      <Stack gap="5" maxW="md">
        {flaw === undefined && <Refusal problem={task.problem} />}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label={words.current} required>
          <PasswordInput {...shown} autoComplete="current-password" value={typed.current} onChange={set('current')} />
        </Field>
        <Field label={signIn.newPassword} required help={signIn.newPasswordHelp} error={flaw}>
          <PasswordInput {...shown} autoComplete="new-password" value={typed.next} onChange={set('next')} />
        </Field>
        <Field label={signIn.repeatPassword} required error={tried && differs ? signIn.repeatMismatch : undefined}>
          <PasswordInput {...shown} autoComplete="new-password" value={typed.again} onChange={set('again')} />
        </Field>
        {coded && (
          <Field label={words.code} required help={words.codeHelp}>
            <Input autoComplete="one-time-code" autoFocus spellCheck={false} fontFamily="mono" value={typed.code} onChange={set('code')} />
          </Field>
        )}
        <Box>
          <Button type="submit" look="primary" loading={task.pending} disabled={typed.current === '' || typed.next === '' || typed.again === '' || (coded && typed.code === '')}>
            {words.change}
          </Button>
        </Box>
      </Stack>
    </form>
  );
}
