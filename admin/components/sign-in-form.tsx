import { useEffect, useId, useState } from 'react';
import type { SyntheticEvent } from 'react';
import { Problem } from '../session/problem.ts';
import type { Credentials, Session } from '../session/session.ts';
import { errors } from '../text/errors.ts';
import { formatTime } from '../text/format.ts';
import { signIn as words } from '../text/sign-in.ts';
import { Button } from './ui/button.tsx';
import { Field, Input, PasswordInput } from './ui/field.tsx';
import { Box, Heading, Stack, Text } from './ui/layout.tsx';
import { Notice } from './ui/notice.tsx';

type Step = 'password' | 'code' | 'change';

/**
 * Signing in, of operators and of a tenant's people alike: e-mail and password, then a code if the account has a second factor, then a
 * password of one's own if the one given works only once. Each step sends all that was entered before.
 */
export function SignInForm({ session }: { readonly session: Session }) {
  const [step, setStep] = useState<Step>('password');
  const [entered, setEntered] = useState<Credentials>({ email: '', password: '' });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, setPending] = useState(false);

  const send = async (credentials: Credentials): Promise<void> => {
    setEntered(credentials);
    setPending(true);
    setProblem(null);
    try {
      const { mustChangePassword } = await session.signIn(credentials);
      if (mustChangePassword) setStep('change');
    } catch (error) {
      const refusal = error instanceof Problem ? error : new Problem('INTERNAL', '', { cause: error });
      if (refusal.code === 'SECOND_FACTOR_REQUIRED' && credentials.code === undefined) setStep('code');
      else setProblem(refusal);
    } finally {
      setPending(false);
    }
  };
  const back = (): void => {
    setStep('password');
    setProblem(null);
  };
  const shared = { entered, problem, pending, send, back };
  const Shown = STEPS[step];
  return <Shown {...shared} />;
}

interface StepProps {
  readonly entered: Credentials;
  readonly problem: Problem | null;
  readonly pending: boolean;
  readonly send: (credentials: Credentials) => Promise<void>;
  readonly back: () => void;
}

function PasswordStep({ entered, problem, pending, send }: StepProps) {
  const [email, setEmail] = useState(entered.email);
  const [password, setPassword] = useState('');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void send({ email: email.trim(), password });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="5">
        <Heading as="h1" size="xl">
          {words.title}
        </Heading>
        <Refusal problem={problem} />
        <Field label={words.email} required>
          <Input type="email" name="email" autoComplete="username" autoFocus value={email} onChange={(event) => setEmail(event.currentTarget.value)} size="lg" />
        </Field>
        <Field label={words.password} required>
          <PasswordInput
            name="password"
            autoComplete="current-password"
            showLabel={words.showPassword}
            hideLabel={words.hidePassword}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            size="lg"
          />
        </Field>
        <Button type="submit" look="primary" size="lg" loading={pending} disabled={email.trim() === '' || password === ''}>
          {words.submit}
        </Button>
      </Stack>
    </form>
  );
}

function CodeStep({ entered, problem, pending, send, back }: StepProps) {
  const [code, setCode] = useState('');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void send({ ...entered, code });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="5">
        <Heading as="h1" size="xl">
          {words.codeTitle}
        </Heading>
        <Refusal problem={problem} />
        <Field label={words.code} required help={words.codeHelp}>
          <Input name="code" autoComplete="one-time-code" autoFocus spellCheck={false} fontFamily="mono" value={code} onChange={(event) => setCode(event.currentTarget.value)} size="lg" />
        </Field>
        <Button type="submit" look="primary" size="lg" loading={pending} disabled={code.trim() === ''}>
          {words.codeSubmit}
        </Button>
        <Button look="quiet" onClick={back}>
          {words.back}
        </Button>
      </Stack>
    </form>
  );
}

function ChangeStep({ entered, problem, pending, send, back }: StepProps) {
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const differs = password !== again;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!differs) void send({ ...entered, newPassword: password });
  };
  const flaw = problem?.errors.find(({ field }) => field === 'newPassword')?.message;
  return (
    <form onSubmit={submit}>
      <Stack gap="5">
        <Heading as="h1" size="xl">
          {words.changeTitle}
        </Heading>
        <Text color="fg.muted">{words.changeWhy}</Text>
        <Points title={words.policyTitle} points={words.policy} />
        {flaw === undefined && <Refusal problem={problem} />}
        <input type="hidden" name="username" autoComplete="username" value={entered.email} readOnly />
        <Field label={words.newPassword} required error={flaw}>
          <PasswordInput
            name="new-password"
            autoComplete="new-password"
            autoFocus
            showLabel={words.showPassword}
            hideLabel={words.hidePassword}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            size="lg"
          />
        </Field>
        <Field label={words.repeatPassword} required error={tried && differs ? words.repeatMismatch : undefined}>
          <PasswordInput
            name="repeat-password"
            autoComplete="new-password"
            showLabel={words.showPassword}
            hideLabel={words.hidePassword}
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
            size="lg"
          />
        </Field>
        <Points title={words.nextTitle} points={words.next} />
        <Button type="submit" look="primary" size="lg" loading={pending} disabled={password === '' || again === ''}>
          {words.changeSubmit}
        </Button>
        <Button look="quiet" onClick={back}>
          {words.back}
        </Button>
      </Stack>
    </form>
  );
}

function Points({ title, points }: { readonly title: string; readonly points: readonly string[] }) {
  const id = useId();
  return (
    <Box textStyle="sm">
      <Text fontWeight="semibold" id={id}>
        {title}
      </Text>
      <Box as="ul" aria-labelledby={id} listStyleType="disc" ps="5" color="fg.muted">
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </Box>
    </Box>
  );
}

const STEPS = { password: PasswordStep, code: CodeStep, change: ChangeStep } as const satisfies Record<Step, unknown>;

/** Why it was refused; of a lock, until when. */
function Refusal({ problem }: { readonly problem: Problem | null }) {
  const until = useMoment(problem);
  if (problem === null) return null;
  if (problem.code === 'ACCOUNT_LOCKED') {
    return (
      <Notice tone="critical" urgent title={words.locked}>
        {until !== null && <p>{words.lockedUntil(formatTime(until))}</p>}
        <p>{words.lockedHint}</p>
      </Notice>
    );
  }
  const { title, next } = errors[problem.code];
  return (
    <Notice tone={problem.code === 'RATE_LIMITED' ? 'attention' : 'critical'} urgent title={title}>
      {problem.code === 'BAD_CREDENTIALS' && problem.message !== '' ? <p>{problem.message}</p> : null}
      <p>{problem.code === 'RATE_LIMITED' && problem.retryAfter !== null ? words.limitedUntil(problem.retryAfter) : next}</p>
    </Notice>
  );
}

/** The moment from which a refusal no longer holds, as of when it was given. */
function useMoment(problem: Problem | null): Date | null {
  const [until, setUntil] = useState<Date | null>(null);
  useEffect(() => {
    setUntil(typeof problem?.retryAfter === 'number' ? new Date(Date.now() + problem.retryAfter * 1_000) : null);
  }, [problem]);
  return until;
}
