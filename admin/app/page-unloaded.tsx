import { useCallback, useEffect, useState } from 'react';
import { ErrorState } from '../components/error-state.tsx';
import { Page } from '../components/page.tsx';
import { LoadingWord } from '../components/ui/skeleton.tsx';
import { Problem, reach } from '../session/problem.ts';
import { frame } from '../text/frame.ts';

/** Milliseconds after which a server that did not answer is asked again. */
const AGAIN_MS = 3_000;
/** Milliseconds within which a page that was loaded anew isn't again by itself: what is missing then stays missing. */
const JUST_NOW_MS = 10_000;

/** Whether it is the page's file that could not be loaded: each browser has words of its own for that. */
export function isUnloaded(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script|preload CSS/i.test(error.message);
}

/**
 * In place of a page whose file did not come. Either a newer console has been put in place since this one was loaded: then loading it anew mends it.
 * Or the server is away: then the browser would show a page of its own, from which nothing leads back. So the server is asked before.
 */
export function PageUnloaded() {
  const [away, setAway] = useState<'asking' | 'away' | 'missing'>('asking');
  const look = useCallback(async (byHand: boolean) => {
    if (!(await answers())) setAway('away');
    else if (byHand || !justReloaded()) location.reload();
    else setAway('missing');
  }, []);
  useEffect(() => {
    if (away === 'asking') void look(false);
    if (away !== 'away') return undefined;
    const timer = setInterval(() => void look(true), AGAIN_MS);
    return () => clearInterval(timer);
  }, [away, look]);
  if (away === 'asking') return <LoadingWord />;
  const problem = away === 'away' ? new Problem('OFFLINE', frame.unloadedHint) : new Problem('INTERNAL', frame.brokenHint);
  return (
    <Page title={frame.broken}>
      <ErrorState error={problem} onRetry={() => void look(true)} />
    </Page>
  );
}

/** Whether the console's server answers. A proxy that says that it doesn't is no answer. */
async function answers(): Promise<boolean> {
  try {
    const { status } = await reach(location.pathname, { method: 'HEAD', headers: { Accept: 'text/html' }, cache: 'no-store' });
    return status < 500;
  } catch {
    return false;
  }
}

function justReloaded(): boolean {
  const [entry] = performance.getEntriesByType('navigation');
  return entry instanceof PerformanceNavigationTiming && entry.type === 'reload' && performance.now() < JUST_NOW_MS;
}
