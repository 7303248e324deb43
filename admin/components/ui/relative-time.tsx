import { useSyncExternalStore } from 'react';
import { formatMoment, formatRelative } from '../../text/format.ts';

/** One clock for the page, a beat every ten seconds; it stands still while nobody looks. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function listen(listener: () => void): () => void {
  // It stood still while nobody listened.
  if (listeners.size === 0) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time by that clock, in milliseconds: for what depends on whether a moment has passed. */
export function useClock(): number {
  return useSyncExternalStore(listen, () => now);
}

/** How long ago, kept up to date; the moment itself shows on hover and is in the element for machines. */
export function RelativeTime({ at }: { readonly at: string }) {
  const clock = useClock();
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {formatRelative(at, settled(at, clock))}
    </time>
  );
}

/** The clock beats every ten seconds: what happened since the last beat is not in the future. */
function settled(at: string, clock: number): number {
  const moment = Date.parse(at);
  return moment > clock && moment - clock <= 10_000 ? moment : clock;
}
