import { useEffect } from 'react';

/** Milliseconds during which what gave rise to a dialog may still go away: the answer to what was done in it comes later than its end. */
const WATCHED_MS = 5_000;
const EVERY_MS = 50;

/**
 * Keeps the focus on the page when a dialog or drawer ends. It goes back to where it came from by itself; where that is gone by then or can't be
 * pressed any more, the browser would leave it nowhere: it goes to the title of the page, from where reading goes on.
 */
export function useFocusKept(open: boolean): void {
  useEffect(() => {
    if (!open) return undefined;
    return watch;
  }, [open]);
}

function watch(): void {
  const until = Date.now() + WATCHED_MS;
  let first: Element | null = null;
  const timer = setInterval(() => {
    const { activeElement } = document;
    const lost = activeElement === null || activeElement === document.body;
    if (lost) document.getElementById('page-title')?.focus({ preventScroll: true });
    // What ends may still have it, or another dialog in its place.
    else if (activeElement.closest('[role=dialog], [role=alertdialog]') === null) first ??= activeElement;
    // Somebody went on from there, or there is nothing more to wait for.
    const goneOn = first !== null && activeElement !== first;
    if (lost || goneOn || Date.now() > until) clearInterval(timer);
  }, EVERY_MS);
}
