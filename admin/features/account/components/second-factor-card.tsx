import { Suspense, lazy, useState } from 'react';
import type { SyntheticEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { Code, Copy } from '../../../components/ui/code.tsx';
import { Field, Input, PasswordInput } from '../../../components/ui/field.tsx';
import { Box, Flex, Grid, Stack, Text } from '../../../components/ui/layout.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { LinesSkeleton, Skeleton } from '../../../components/ui/skeleton.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { addSecondFactor, confirmSecondFactor, readSecondFactor, removeSecondFactor } from '../../../session/own-account.ts';
import type { SecondFactor, SecondFactorSecret } from '../../../session/own-account.ts';
import { useOperator, useSession } from '../../../session/session-provider.tsx';
import { account as words } from '../../../text/account.ts';
import { formatDay } from '../../../text/format.ts';
import { signIn } from '../../../text/sign-in.ts';
import { Refusal } from '../../../components/refusal.tsx';
import { useTask } from '../../../components/use-task.ts';

const QrCode = lazy(async () => ({ default: (await import('../../../components/ui/qr-code.tsx')).QrCode }));

/** Where setting one up stands. Secret and recovery codes are here alone, and gone with it. */
type Setup =
  | { readonly step: 'idle' }
  | { readonly step: 'password' }
  | { readonly step: 'confirm'; readonly secret: SecondFactorSecret }
  | { readonly step: 'codes'; readonly codes: readonly string[] };

/** One's own second factor: how it stands, setting it up, removing it. */
export function SecondFactorCard() {
  const session = useSession();
  const query = useQuery<SecondFactor>({ queryKey: ['own second factor'], queryFn: () => readSecondFactor(session) });
  const [setup, setSetup] = useState<Setup>({ step: 'idle' });
  const [removing, setRemoving] = useState(false);
  const settled = (): void => {
    setSetup({ step: 'idle' });
    void query.refetch();
  };
  return (
    <Card title={words.factorTitle} description={words.factorLead}>
      <QueryStates query={query} skeleton={<LinesSkeleton count={1} />}>
        {(factor) => (
          <Stack gap="5">
            {setup.step !== 'codes' && <Standing factor={factor} />}
            {setup.step === 'idle' && factor.status !== 'confirmed' && (
              <Box>
                <Button onClick={() => setSetup({ step: 'password' })}>{factor.status === 'none' ? words.setUp : words.startOver}</Button>
              </Box>
            )}
            {setup.step === 'idle' && factor.status === 'confirmed' && (
              <Box>
                <Button look="danger-plain" onClick={() => setRemoving(true)}>
                  {words.remove}
                </Button>
              </Box>
            )}
            {setup.step === 'password' && <AskPassword onDone={(secret) => setSetup({ step: 'confirm', secret })} onBack={settled} />}
            {setup.step === 'confirm' && <Confirm secret={setup.secret} onDone={(codes) => setSetup({ step: 'codes', codes })} onBack={settled} />}
            {setup.step === 'codes' && <RecoveryCodes codes={setup.codes} onDone={settled} />}
            {removing && (
              <Remove
                onClose={() => {
                  setRemoving(false);
                  void query.refetch();
                }}
              />
            )}
          </Stack>
        )}
      </QueryStates>
    </Card>
  );
}

function Standing({ factor }: { readonly factor: SecondFactor }) {
  return (
    <Flex align="center" gap="3" wrap="wrap">
      <StatusBadge tone={factor.status === 'confirmed' ? 'secure' : 'attention'}>{words.factor[factor.status]}</StatusBadge>
      {factor.confirmedAt !== null && (
        <Text color="fg.muted" textStyle="sm">
          {words.confirmedAt(formatDay(factor.confirmedAt))} {words.recoveryLeft(factor.recoveryCodesLeft)}
        </Text>
      )}
    </Flex>
  );
}

interface StepProps<T> {
  readonly onDone: (result: T) => void;
  readonly onBack: () => void;
}

function AskPassword({ onDone, onBack }: StepProps<SecondFactorSecret>) {
  const session = useSession();
  const { email } = useOperator();
  const [password, setPassword] = useState('');
  const task = useTask();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void task.run(async () => onDone(await addSecondFactor(session, password)));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="4" maxW="md">
        <Refusal problem={task.problem} />
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label={words.passwordFirst} required>
          <PasswordInput
            showLabel={signIn.showPassword}
            hideLabel={signIn.hidePassword}
            autoComplete="current-password"
            autoFocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        </Field>
        <Flex gap="2">
          <Button onClick={onBack}>{signIn.back}</Button>
          <Button type="submit" look="primary" loading={task.pending} disabled={password === ''}>
            {words.next}
          </Button>
        </Flex>
      </Stack>
    </form>
  );
}

function Confirm({ secret, onDone, onBack }: StepProps<readonly string[]> & { readonly secret: SecondFactorSecret }) {
  const session = useSession();
  const [code, setCode] = useState('');
  const task = useTask();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void task.run(async () => onDone(await confirmSecondFactor(session, code)));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="4" maxW="md">
        <Refusal problem={task.problem} />
        <Box>
          <Text fontWeight="semibold">{words.scanTitle}</Text>
          <Text color="fg.muted">{words.scanLead}</Text>
        </Box>
        <Box alignSelf="flex-start" lineHeight="0" borderWidth="1px" borderColor="border" borderRadius="l2" overflow="hidden">
          <Suspense fallback={<Skeleton height="48" width="48" />}>
            <QrCode text={secret.uri} label={words.qrCode} />
          </Suspense>
        </Box>
        <Text color="fg.muted">{words.typeInstead}</Text>
        <Flex align="center" gap="2" bg="bg.subtle" borderWidth="1px" borderColor="border" borderRadius="l2" px="4" py="3">
          <Box flex="1" minW="0" aria-label={words.secret} role="group">
            <Code>{(secret.secret.match(/.{1,4}/g) ?? []).join(' ')}</Code>
          </Box>
          <Copy text={secret.secret} what={words.secret} />
        </Flex>
        <Box asChild color="fg.link" textDecoration="underline" alignSelf="flex-start">
          <a href={secret.uri}>{words.openApp}</a>
        </Box>
        <Field label={words.confirmLabel} required>
          <Input autoComplete="one-time-code" inputMode="numeric" autoFocus spellCheck={false} fontFamily="mono" value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        </Field>
        <Flex gap="2">
          <Button onClick={onBack}>{signIn.back}</Button>
          <Button type="submit" look="primary" loading={task.pending} disabled={code.trim() === ''}>
            {words.confirm}
          </Button>
        </Flex>
      </Stack>
    </form>
  );
}

function RecoveryCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  return (
    <Notice tone="attention" title={words.recoveryTitle}>
      <Text>{words.recoveryLead}</Text>
      <Grid as="ul" listStyleType="none" templateColumns="repeat(auto-fill, minmax(11rem, 1fr))" gap="2" my="4">
        {codes.map((code) => (
          <li key={code}>
            <Code>{code}</Code>
          </li>
        ))}
      </Grid>
      <Flex gap="2" align="center">
        <Button onClick={onDone}>{words.recoveryDone}</Button>
        <Copy text={codes.join('\n')} what={words.recoveryTitle} />
      </Flex>
    </Notice>
  );
}

function Remove({ onClose }: { readonly onClose: () => void }) {
  const session = useSession();
  const [password, setPassword] = useState('');
  const task = useTask();
  const remove = (): void =>
    void task.run(async () => {
      await removeSecondFactor(session, password);
      toast('attention', words.removed);
      onClose();
    });
  return (
    <ConfirmDialog open onClose={onClose} title={words.remove} consequences={words.removeConsequences} action={words.remove} pending={task.pending} problem={task.problem} onConfirm={remove}>
      <Field label={words.removeWith} required>
        <PasswordInput
          showLabel={signIn.showPassword}
          hideLabel={signIn.hidePassword}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      </Field>
    </ConfirmDialog>
  );
}
