import { useEffect, useState } from 'react';
import { common } from '../text/common.ts';
import { Button } from './ui/button.tsx';
import { Notice } from './ui/notice.tsx';

/** Milliseconds after which whoever waits is told that it takes longer than it should. */
export const SLOW_AFTER_MS = 10_000;

/** Shows nothing for ten seconds, then says that it takes long. Put it beside every skeleton. */
export function SlowNote({ onRetry }: { readonly onRetry?: (() => void) | undefined }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!slow) return null;
  return (
    <Notice tone="attention" title={common.slow} {...(onRetry !== undefined && { actions: <Button size="sm" onClick={onRetry}>{common.retry}</Button> })}>
      {common.slowHint}
    </Notice>
  );
}
