// @vitest-environment jsdom
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test, vi } from 'vitest';
import { SignInForm } from '../../admin/components/sign-in-form.tsx';
import { Problem } from '../../admin/session/problem.ts';
import type { Credentials, Session } from '../../admin/session/session.ts';
import { PASSWORD_MIN_LENGTH } from '../../server/identity/password-policy.ts';
import { openSession, show } from './render.tsx';

/** A session whose sign-in answers in turn. */
function answering(...answers: readonly (Problem | { readonly mustChangePassword: boolean })[]) {
  const signIn = vi.fn<Session['signIn']>();
  for (const answer of answers) {
    if (answer instanceof Problem) signIn.mockRejectedValueOnce(answer);
    else signIn.mockResolvedValueOnce(answer);
  }
  return { signIn, session: { ...openSession(), signIn } };
}

async function enter(values: Pick<Credentials, 'email' | 'password'>): Promise<void> {
  await userEvent.type(screen.getByLabelText(/E-mail/), values.email);
  await userEvent.type(screen.getByLabelText(/^Password/), values.password);
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

const ada = { email: 'ada@operators.example', password: 'the one-time password' };

describe('signing in', () => {
  test('sends what was entered, without blanks around the e-mail', async () => {
    const { signIn, session } = answering({ mustChangePassword: false });
    show(<SignInForm session={session} />);
    await enter({ ...ada, email: ` ${ada.email} ` });
    expect(signIn.mock.calls).toEqual([[ada]]);
  });

  test('says what was wrong, and lets one try again', async () => {
    const { signIn, session } = answering(new Problem('BAD_CREDENTIALS', 'E-mail or password is wrong.'), { mustChangePassword: false });
    show(<SignInForm session={session} />);
    await enter(ada);
    expect((await screen.findByRole('alert')).textContent).toContain('E-mail or password is wrong.');
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(signIn).toHaveBeenCalledTimes(2));
  });

  test('of a locked account says when it opens again', async () => {
    const { session } = answering(new Problem('ACCOUNT_LOCKED', 'Locked.', { retryAfter: 900 }));
    show(<SignInForm session={session} />);
    await enter(ada);
    expect((await screen.findByRole('alert')).textContent).toMatch(/opens again at \d\d:\d\d:\d\d/);
  });

  test('asks for the code of a second factor and sends it with the rest', async () => {
    const { signIn, session } = answering(new Problem('SECOND_FACTOR_REQUIRED', 'Send a code.'), { mustChangePassword: false });
    show(<SignInForm session={session} />);
    await enter(ada);
    await userEvent.type(await screen.findByLabelText(/^Code/), '123456');
    await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
    expect(signIn.mock.calls[1]).toEqual([{ ...ada, code: '123456' }]);
  });

  test('asks whoever has a one-time password for one of their own, twice the same', async () => {
    const flaw = { field: 'newPassword', message: 'This is one of the commonest passwords.' };
    const { signIn, session } = answering({ mustChangePassword: true }, new Problem('INVALID_INPUT', 'No.', { errors: [flaw] }), { mustChangePassword: false });
    show(<SignInForm session={session} />);
    await enter(ada);
    await screen.findByLabelText(/^New password(?! again)/);
    // The rules and what comes of it are said before anything is typed, and the length is the server's.
    const points = (name: string): readonly (string | null)[] => within(screen.getByRole('list', { name })).getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(points('What it has to be')[0]).toContain(`At least ${PASSWORD_MIN_LENGTH} characters`);
    expect(points('What happens next')).toContain('Sessions that are open elsewhere end.');
    await userEvent.type(screen.getByLabelText(/^New password(?! again)/), 'password1234');
    await userEvent.type(screen.getByLabelText(/^New password again/), 'password');
    await userEvent.click(screen.getByRole('button', { name: 'Save and sign in' }));
    expect(screen.getByText('The two are not the same.')).toBeTruthy();
    expect(signIn).toHaveBeenCalledTimes(1);
    await userEvent.type(screen.getByLabelText(/^New password again/), '1234');
    await userEvent.click(screen.getByRole('button', { name: 'Save and sign in' }));
    expect(signIn.mock.calls[1]).toEqual([{ ...ada, newPassword: 'password1234' }]);
    expect(await screen.findByText(flaw.message)).toBeTruthy();
  });
});
