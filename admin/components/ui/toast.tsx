import { Suspense, lazy, useSyncExternalStore } from 'react';
import type { Tone } from './status-badge.tsx';

const load = () => import('./toast-host.tsx');
const Host = lazy(async () => ({ default: (await load()).ToastHost }));

let wanted = false;
const listeners = new Set<() => void>();

/** Says what has happened, in a corner and to screen readers. What is critical stays until it is closed. */
export function toast(tone: Tone, title: string, description?: string): void {
  void load().then(({ showToast }) => {
    showToast(tone, title, description);
    wanted = true;
    for (const listener of listeners) listener();
  });
}

/** Where toasts appear: once, in the frame. It is a live region, loaded with the first of them. */
export function Toaster() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => wanted,
  );
  return shown ? (
    <Suspense fallback={null}>
      <Host />
    </Suspense>
  ) : null;
}
