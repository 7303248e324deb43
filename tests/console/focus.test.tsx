// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useFocusKept } from '../../admin/components/ui/focus.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** A page with something that opens when asked; what a dialog does with the focus is done by hand. */
function Page({ open, gone = false }: { readonly open: boolean; readonly gone?: boolean }) {
  useFocusKept(open);
  return (
    <>
      <h1 id="page-title" tabIndex={-1}>Security</h1>
      {!gone && <button type="button">Lock down</button>}
    </>
  );
}

const wait = async (ms: number) => {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
};
const nowhere = () => (document.activeElement as HTMLElement).blur();
const opener = () => screen.getByRole('button', { name: 'Lock down' });
const title = () => screen.getByRole('heading', { name: 'Security' });

test('a dialog that is long in opening is not taken the focus from by the one before', async () => {
  const { rerender } = render(<Page open />);
  rerender(<Page open={false} />);
  opener().focus();
  await wait(500);
  // The second one is opened and has not taken the focus yet, which is nowhere.
  rerender(<Page open />);
  nowhere();
  await wait(2_000);
  expect(document.activeElement).toBe(document.body);
});

test('where what gave rise to it is gone, reading goes on at the title of the page, also after a second dialog', async () => {
  const { rerender } = render(<Page open />);
  rerender(<Page open={false} />);
  opener().focus();
  await wait(500);
  rerender(<Page open />);
  rerender(<Page open={false} gone />);
  expect(document.activeElement).toBe(document.body);
  await wait(200);
  expect(document.activeElement, 'for a moment it may be on its way back').toBe(document.body);
  await wait(200);
  expect(document.activeElement).toBe(title());
});
