// @vitest-environment jsdom
/** When the console asks again by itself, and when not: a refusal is on record each time. */
import { act, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Unreachable } from '../../admin/components/unreachable.tsx';
import { Assurance } from '../../admin/features/assurance/routes/assurance.tsx';
import { useApiQuery } from '../../admin/graphql/api.tsx';
import { TypedDocumentString } from '../../admin/graphql/document.ts';
import { Problem } from '../../admin/session/problem.ts';
import { openSession, show } from './render.tsx';

const LONG_MS = 200_000;
const refusal = { errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] };
let asked = 0;
let answer: unknown = {};

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  asked = 0;
  vi.stubGlobal('fetch', async (_path: string, { body }: { readonly body: string }) => {
    if (!body.includes('OrderEvidence')) asked += 1;
    return Response.json(answer);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const lookAgain = async (): Promise<void> => {
  await act(async () => {
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    await vi.advanceTimersByTimeAsync(100);
  });
};
const wait = async (): Promise<void> => {
  await act(async () => await vi.advanceTimersByTimeAsync(LONG_MS));
};

function Figure() {
  const { data, error } = useApiQuery(new TypedDocumentString<{ figure: number }, object>('query Figure { figure }'), {}, { every: 30_000 });
  return <p>{error !== null ? 'refused' : data?.figure}</p>;
}

test('what repeats repeats until it is refused, and not again after that, whether the time is over or the page is looked at', async () => {
  answer = { data: { figure: 1 } };
  show(<Figure />);
  await screen.findByText('1');
  await wait();
  expect(asked).toBeGreaterThan(3);
  answer = refusal;
  await act(async () => await vi.advanceTimersByTimeAsync(30_000));
  await screen.findByText('refused');
  const before = asked;
  await wait();
  await lookAgain();
  expect(asked).toBe(before);
});

test('a person who is refused the assurance page is refused once, and again when they ask again', async () => {
  answer = refusal;
  show(<Assurance tenantId="aurora" tenantName="Aurora" person={{ id: 'u', name: 'Vera', email: 'v@aurora.example', role: 'viewer' }} />);
  await screen.findByText('Your role does not show this page');
  await wait();
  await lookAgain();
  expect(asked).toBe(1);
  await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).click(screen.getByRole('button', { name: 'Try again' }));
  await vi.waitFor(() => expect(asked).toBe(2));
});

test('the assurance page is asked for again when it is looked at again, and not by the clock', async () => {
  answer = { data: { attestationsList: [], chainStatusList: [], keyAgesList: [], operatorVisitsList: [], requestEvidence: { result: [] } } };
  show(<Assurance tenantId="aurora" tenantName="Aurora" person={{ id: 'u', name: 'Arne', email: 'a@aurora.example', role: 'auditor' }} />);
  await screen.findByText('Not proven yet');
  await wait();
  expect(asked).toBe(1);
  await lookAgain();
  expect(asked).toBe(2);
});

test('who could not be let in is asked for again when the page is looked at again, and may sign out', async () => {
  const open = vi.fn<() => Promise<void>>(async () => undefined);
  const out = vi.fn<() => void>();
  show(<Unreachable problem={new Problem('TENANT_SUSPENDED', 'This tenant is suspended.')} onSignOut={out} />, { session: { ...openSession(), open } });
  await screen.findByText('Tenantry');
  open.mockClear();
  await wait();
  expect(open).not.toHaveBeenCalled();
  await lookAgain();
  expect(open).toHaveBeenCalledOnce();
  await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).click(screen.getByRole('button', { name: 'Sign out' }));
  expect(out).toHaveBeenCalledOnce();
});
