import { useEffect } from 'react';

/** Milliseconds during which what gave rise to a dialog may still go away: the answer to what was done in it comes later than its end. */
const WATCHED_MS = 5_000;
const EVERY_MS = 50;
/** Looks in a row at which the focus is nowhere: for a moment it is so on each way back. */
const LOST_LOOKS = 5;

/** Ends the watch that is under way. */
let endWatch: () => void = () => undefined;

/**
 * Keeps the focus on the page when a dialog or drawer ends. It goes back to where it came from by itself; where that is gone by then or can't be
 * pressed any more, the browser would leave it nowhere: it goes to the title of the page, from where reading goes on.
 */
export function useFocusKept(open: boolean): void {
  useEffect(() => {
    if (!open) return undefined;
    // While a dialog opens the focus may be nowhere, on a busy machine for long. A watch that is left of the one before would take it to the
    // title, and this dialog, once it is open, would give it back there.
    endWatch();
    return watch;
  }, [open]);
}

function watch(): void {
  endWatch();
  const until = Date.now() + WATCHED_MS;
  // The page of now: the watch may outlive it, as in tests.
  const page = document;
  let first: Element | null = null;
  let looks = 0;
  const timer = setInterval(() => {
    const { activeElement } = page;
    looks = activeElement === null || activeElement === page.body ? looks + 1 : 0;
    if (looks === LOST_LOOKS) page.getElementById('page-title')?.focus({ preventScroll: true });
    // What ends may still have it, or another dialog in its place.
    else if (looks === 0 && activeElement?.closest('[role=dialog], [role=alertdialog]') === null) first ??= activeElement;
    // Somebody went on from there, or there is nothing more to wait for.
    const goneOn = looks === 0 && first !== null && activeElement !== first;
    if (looks === LOST_LOOKS || goneOn || Date.now() > until) clearInterval(timer);
  }, EVERY_MS);
  endWatch = () => clearInterval(timer);
}
