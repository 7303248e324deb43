// @vitest-environment jsdom
import { useState } from 'react';
import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test, vi } from 'vitest';
import { healthParts, worstOf } from '../../admin/app/health.ts';
import { overlayOf } from '../../admin/app/shortcuts.ts';
import { SearchList } from '../../admin/components/search-list.tsx';
import { isRolledBack, stepsOf } from '../../admin/features/onboarding/components/run-steps.ts';
import type { Run } from '../../admin/features/onboarding/components/run-steps.ts';
import { show } from './render.tsx';

// What jsdom has no layout for.
Element.prototype.scrollIntoView = () => undefined;

function List({ onChoose }: { readonly onChoose: (key: string) => void }) {
  const [term, setTerm] = useState('');
  const entries = ['aurora', 'borealis', 'cassini'].filter((key) => key.includes(term)).map((key) => ({ key, label: key, onChoose: () => onChoose(key) }));
  return <SearchList label="Find" placeholder="" term={term} onTerm={setTerm} pending={false} empty="Nothing" groups={[{ label: 'Tenants', entries }]} />;
}

describe('a list that is searched', () => {
  test('is gone through by arrows, around its ends, and Enter chooses what is marked', async () => {
    const chosen = vi.fn<(key: string) => void>();
    show(<List onChoose={chosen} />);
    const line = screen.getByRole('combobox', { name: 'Find' });
    await userEvent.type(line, '{ArrowUp}');
    expect(screen.getByRole('option', { selected: true }).textContent).toBe('cassini');
    expect(line.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option', { selected: true }).id);
    await userEvent.type(line, '{ArrowDown}{ArrowDown}{Enter}');
    await userEvent.type(line, 'cas{Enter}');
    expect(chosen.mock.calls).toEqual([['borealis'], ['cassini']]);
    await userEvent.type(line, 'xyz{Enter}');
    expect(screen.getByText('Nothing')).toBeTruthy();
    expect(chosen).toHaveBeenCalledTimes(2);
  });

  test('chooses what answers the term, not what stood there before its answer came; who types on has not chosen', async () => {
    const chosen = vi.fn<(key: string) => void>();
    const typed = vi.fn<(term: string) => void>();
    function Asked() {
      const [pending, setPending] = useState(true);
      const entries = (pending ? ['aurora', 'cassini'] : ['cassini']).map((key) => ({ key, label: key, onChoose: () => chosen(key) }));
      return (
        <>
          <SearchList label="Find" placeholder="" term="cas" onTerm={typed} pending={pending} empty="Nothing" groups={[{ label: 'Tenants', entries }]} />
          <button type="button" onClick={() => setPending(!pending)}>
            Ask or answer
          </button>
        </>
      );
    }
    show(<Asked />);
    const turn = async () => await userEvent.click(screen.getByRole('button', { name: 'Ask or answer' }));
    await userEvent.type(screen.getByRole('combobox'), '{Enter}');
    expect(chosen).not.toHaveBeenCalled();
    await turn();
    expect(chosen.mock.calls).toEqual([['cassini']]);

    await turn();
    await userEvent.type(screen.getByRole('combobox'), '{Enter}x');
    expect(typed).toHaveBeenCalledWith('casx');
    await turn();
    expect(chosen).toHaveBeenCalledTimes(1);
  });
});

test('keys open what they should, and a question mark that is typed is a question mark', () => {
  const key = (changes: Partial<KeyboardEvent>) => overlayOf({ key: '', code: '', altKey: false, ctrlKey: false, metaKey: false, target: document.body, ...changes });
  expect(key({ code: 'KeyK', ctrlKey: true })).toBe('palette');
  expect(key({ code: 'KeyK', metaKey: true })).toBe('palette');
  expect(key({ code: 'KeyT', key: '†', altKey: true })).toBe('tenant');
  expect(key({ key: '?' })).toBe('keyboard');
  expect(key({ key: '?', target: document.createElement('input') })).toBeNull();
  expect(key({ code: 'KeyK' })).toBeNull();
});

describe('health', () => {
  const status = {
    at: null, serverVersion: '18', workerAlive: true, workerSeenAt: '2026-01-01T00:00:00Z', jobsWaiting: 0, jobsWaitingSince: null, jobsFailed: 0, unsealedEvents: 0,
    unsealedSince: null as string | null, checkpointAt: null, flawedChains: 0 as number | null, lastProofAt: null, proofsRunning: 0, connections: 5, mostConnections: 100, storageBytes: null, measuredAt: null, lockedLanes: 0, lockedTenants: 0,
  };
  const health = { ready: true, failing: [] as string[], version: '1', startedAt: '2026-01-01T00:00:00Z', listening: true, supportContact: null, status };
  const worst = (changes: Partial<typeof status>, failing: string[] = []) =>
    worstOf(healthParts({ ...health, failing, status: { ...status, ...changes } }, Date.parse('2026-01-01T00:02:00Z')));

  test('is as bad as the worst of its parts', () => {
    expect(worst({})).toBe('secure');
    expect(worst({ jobsFailed: 1 })).toBe('attention');
    expect(worst({ unsealedEvents: 1, unsealedSince: '2026-01-01T00:00:00Z' })).toBe('attention');
    expect(worst({ lockedTenants: 1 })).toBe('attention');
    expect(worst({ flawedChains: 1 })).toBe('critical');
    // While nobody has looked nothing is said to be whole.
    const chains = (flawedChains: number | null) => healthParts({ ...health, status: { ...status, flawedChains } }, 0).find(({ part }) => part === 'chains');
    expect([chains(0)?.tone, chains(null)?.tone, chains(null)?.words]).toEqual(['secure', 'neutral', expect.stringContaining('not verified yet')]);
    expect(worst({ workerAlive: false })).toBe('critical');
    expect(worst({}, ['posture'])).toBe('critical');
  });
});

describe('a provisioning run', () => {
  const run: Run = {
    rowId: '', status: 'running', activate: true, administratorNamed: false, steps: [{ name: 'role', ms: 1 }], failedStep: null, sqlstate: null, error: null,
    createdAt: '2026-01-01T00:00:00Z', startedAt: null, finishedAt: null,
  };
  const states = (changes: Partial<Run>, template = 'standard') => stepsOf({ ...run, ...changes }, template).map(({ name, state }) => `${name} ${state}`);

  test('shows what is done, under way and ahead', () => {
    expect(states({})).toEqual(['role done', 'schema running', 'administrator waiting', 'fingerprint waiting', 'keys waiting', 'proof waiting', 'active waiting']);
    expect(states({ status: 'queued', steps: [], activate: false }, 'demo')).toEqual(
      ['role', 'schema', 'template', 'administrator', 'fingerprint', 'keys', 'proof', 'ready'].map((name) => `${name} waiting`));
  });

  test('that is done says of an administrator whom nobody asked for that nobody did', () => {
    const done = { status: 'succeeded', steps: ['role', 'schema', 'administrator', 'fingerprint', 'keys', 'proof', 'active'].map((name) => ({ name, ms: 0.2 })) };
    const shown = (changes: Partial<Run>) => stepsOf({ ...run, ...done, ...changes }, 'standard').map(({ name, state, ms }) => [name, state, ms]);
    expect(shown({ administratorNamed: true })[2]).toEqual(['administrator', 'done', 0.2]);
    expect(shown({ administratorNamed: false })[2]).toEqual(['administrator', 'unasked', null]);
    expect(shown({ administratorNamed: false }).filter(([, state]) => state === 'done')).toHaveLength(6);
  });

  test('that failed shows what was removed again, where it failed, and what was not reached', () => {
    expect(states({ status: 'failed', failedStep: 'administrator' })).toEqual(
      ['role undone', 'schema undone', 'administrator failed', 'fingerprint skipped', 'keys skipped', 'proof skipped', 'active skipped']);
    expect(states({ status: 'failed', failedStep: 'activation' }).at(-1)).toBe('active failed');
    expect(isRolledBack({ ...run, error: 'no; and what is there could not be removed: locked' })).toBe(false);
    expect(isRolledBack({ ...run, error: 'no' })).toBe(true);
  });
});
