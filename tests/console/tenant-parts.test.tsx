// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test, vi } from 'vitest';
import { ConfirmDialog } from '../../admin/components/confirm-dialog.tsx';
import { DiffList } from '../../admin/components/schema-form/diff-list.tsx';
import { differences } from '../../admin/components/schema-form/diff.ts';
import { ErrorState } from '../../admin/components/error-state.tsx';
import { ProblemNotice } from '../../admin/components/problem-notice.tsx';
import { rebased } from '../../admin/features/tenants/components/section-form.tsx';
import { SecondFactor } from '../../admin/features/tenants/components/second-factor.tsx';
import { menuOf } from '../../admin/features/tenants/components/user-action.tsx';
import type { UserRow } from '../../admin/features/tenants/api/people.ts';
import { Since } from '../../admin/features/tenants/routes/tenant-audit.tsx';
import { expectedTime } from '../../admin/features/onboarding/components/review-step.tsx';
import { Problem } from '../../admin/session/problem.ts';
import { mayRole } from '../../admin/session/rights.ts';
import type { Role } from '../../admin/session/rights.ts';
import { sentenceOf } from '../../admin/text/errors.ts';
import { formatMoment } from '../../admin/text/format.ts';
import { onboarding } from '../../admin/text/onboarding.ts';
import { show } from './render.tsx';

describe('what asks before it destroys', () => {
  const ask = (problem: Problem | null = null) => {
    const confirm = vi.fn<(reason: string) => void>();
    const close = vi.fn<() => void>();
    show(
      <ConfirmDialog
        open
        title="Delete Aurora?"
        consequences={['Everybody is out at once.', 'For 30 days it can be restored.']}
        word="aurora"
        reasonLabel="Reason"
        action="Delete"
        pending={false}
        problem={problem}
        onClose={close}
        onConfirm={confirm}
      />,
    );
    return { confirm, close, button: () => screen.getByRole<HTMLButtonElement>('button', { name: 'Delete' }) };
  };

  test('says what it does, and goes on with a reason and exactly the word', async () => {
    const user = userEvent.setup();
    const { confirm, button } = ask();
    expect(within(screen.getByRole('alertdialog')).getAllByRole('listitem').map((item) => item.textContent)).toEqual(['Everybody is out at once.', 'For 30 days it can be restored.']);
    expect(button().disabled).toBe(true);
    await user.type(screen.getByRole('textbox', { name: /^Type aurora/ }), 'auroras');
    expect(screen.getByText('This has to be exactly aurora.')).toBeTruthy();
    await user.type(screen.getByRole('textbox', { name: /^Reason/ }), 'contract ended ');
    expect(button().disabled).toBe(true);
    await user.type(screen.getByRole('textbox', { name: /^Type aurora/ }), '{Backspace}');
    await user.click(button());
    expect(confirm.mock.calls).toEqual([['contract ended']]);
  });

  test('goes on without nothing: the word alone is not enough, and Escape calls it off', async () => {
    const user = userEvent.setup();
    const { confirm, close, button } = ask();
    await user.type(screen.getByRole('textbox', { name: /^Type aurora/ }), 'aurora');
    expect(button().disabled).toBe(true);
    await user.keyboard('{Escape}');
    expect(close).toHaveBeenCalled();
    expect(confirm).not.toHaveBeenCalled();
  });

  test('shows why it was refused', () => {
    ask(new Problem('INVALID_TRANSITION', 'The tenant is suspended.'));
    expect(within(screen.getByRole('alert')).getByText('The tenant is suspended.')).toBeTruthy();
  });
});

describe('a refusal', () => {
  test('is told in words, with the server’s own sentence and the next step', () => {
    show(<ProblemNotice problem={new Problem('CONFLICT', 'The role is in use')} />);
    expect(screen.getByRole('alert').textContent).toBe('This contradicts the present stateThe role is in use. Reload what you see and try again.');
  });

  test('says once what its title says already', () => {
    expect([sentenceOf(new Problem('TENANT_SUSPENDED', 'This tenant is suspended.')), sentenceOf(new Problem('OFFLINE', 'The server cannot be reached.'))]).toEqual(['', '']);
    expect(sentenceOf(new Problem('CONFLICT', 'The role is in use'))).toBe('The role is in use');
    show(<ErrorState error={new Problem('TENANT_SUSPENDED', 'This tenant is suspended.')} />);
    expect(screen.getAllByText(/this tenant is suspended/i)).toHaveLength(1);
  });

  test('that did not happen takes no room', () => {
    const { container } = show(<ProblemNotice problem={null} />);
    expect(container.textContent).toBe('');
  });
});

describe('a change of settings', () => {
  test('is shown place by place before it is saved', () => {
    show(<DiffList label="Differences" differences={differences({ color: '#111111', gone: 1 }, { color: '#222222' }, 'branding')} />);
    const rows = screen.getAllByRole('row').slice(1).map((row) => [...within(row).getAllByRole('rowheader'), ...within(row).getAllByRole('cell')].map((cell) => cell.textContent));
    expect(rows).toEqual([['branding.color', '#111111', '#222222'], ['branding.gone', '1', '—']]);
  });

  test('is put upon what somebody else saved meanwhile, and takes nothing of theirs away', () => {
    const base = { color: 'a', logo: null, old: 1 };
    expect(rebased({ base, values: { color: 'b', logo: null } }, { color: 'a', logo: 'theirs', old: 1, more: true })).toEqual({ color: 'b', logo: 'theirs', more: true });
  });
});

describe('the menu of a user', () => {
  const person: UserRow = { rowId: 'u', email: 'a@b.example', name: 'Ada', role: 'viewer', status: 'active', lastSignInAt: null, lockedUntil: null, sessions: 0, secondFactor: true, createdAt: null };
  const offered = (role: Role, changes: Partial<UserRow> = {}) =>
    menuOf({ ...person, ...changes }, (right) => mayRole(role, right), () => undefined).flatMap(({ entries }) => entries.map(({ key }) => key));

  test('offers what fits how the user stands', () => {
    expect(offered('admin')).toEqual(['sessions', 'reset', 'role', 'factor', 'disable', 'remove']);
    expect(offered('admin', { secondFactor: false })).toEqual(['sessions', 'reset', 'role', 'disable', 'remove']);
    expect(offered('admin', { status: 'invited', secondFactor: false })).toEqual(['sessions', 'resend', 'role', 'remove']);
    expect(offered('admin', { status: 'disabled' })).toEqual(['sessions', 'role', 'enable', 'factor', 'remove']);
    expect(offered('admin', { lockedUntil: '2026-01-01T00:00:00Z', sessions: 2 })).toEqual(['sessions', 'reset', 'unlock', 'role', 'end', 'factor', 'disable', 'remove']);
  });

  test('offers a security officer to unlock and to end sessions, and nobody else’s work; a developer nothing', () => {
    expect(offered('security', { lockedUntil: '2026-01-01T00:00:00Z', sessions: 1 })).toEqual(['sessions', 'unlock', 'end']);
    expect(offered('developer', { lockedUntil: '2026-01-01T00:00:00Z', sessions: 1 })).toEqual([]);
  });
});

test('what signing in asks a user for is said only of who has a password, and else why not', () => {
  const said = (secondFactor: boolean, status: string, lastSignInAt: string | null): string | null => {
    const { container, unmount } = show(<SecondFactor user={{ secondFactor, status, lastSignInAt }} />);
    const { textContent } = container;
    unmount();
    return textContent;
  };
  const at = '2026-01-01T00:00:00Z';
  expect([said(true, 'active', at), said(false, 'active', at), said(false, 'invited', null), said(false, 'active', null)]).toEqual([
    'On', 'Password alone', 'No password yet', 'Not signed in yet',
  ]);
});

test('that a chain was not verified yet is said once, and a figure stands only where something was', () => {
  const holds = { tone: 'secure', word: 'Chain holds' } as const;
  const never = show(<Since label="Verified up to" help="…" upTo="0" at={null} none="Not verified yet" status={{ tone: 'neutral', word: 'Not verified yet' }} />);
  expect([screen.getAllByText(/not verified yet|not yet/i).length, screen.queryByText('0'), screen.getByText('—').textContent]).toEqual([1, null, '—']);
  never.unmount();
  show(<Since label="Verified up to" help="…" upTo="1204" at="2026-01-01T00:00:00Z" none="Not verified yet" status={holds} />);
  expect([screen.getByText('1,204').textContent, screen.getByText('Chain holds').textContent, screen.queryByText('Not verified yet')]).toEqual(['1,204', 'Chain holds', null]);
});

test('how long a tenant takes is said by one in twenty only where twenty were made', () => {
  expect([expectedTime(795, 798, 1), expectedTime(795, 798, 2), expectedTime(795, 798, 19), expectedTime(null, null, 0)]).toEqual([
    'The last one took 795 ms.', 'The last 2 took about 795 ms.', 'The last 19 took about 795 ms.', onboarding.noEstimate,
  ]);
  expect(expectedTime(795, 1_798, 20)).toBe('About 795 ms; one in twenty takes 1.8 s or longer (from the last 20).');
});

test('a moment names its time zone', () => {
  expect(formatMoment('2026-01-02T03:04:05Z')).toMatch(/^\d{1,2} Jan 2026, \d{2}:04:05 \S+$/);
});
