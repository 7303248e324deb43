/** Light or dark: as chosen here, else as the system says; on paper light, whatever the screen is: pale ink on white would be all that comes out. */
import { useSyncExternalStore } from 'react';

export type Scheme = 'light' | 'dark' | 'system';

const KEY = 'tenantry.scheme';
const listeners = new Set<() => void>();
const systemDark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');
const printing = globalThis.matchMedia?.('print');

function read(): Scheme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}

let current: Scheme = read();

function apply(): void {
  const dark = !printing?.matches && (current === 'dark' || (current === 'system' && systemDark?.matches));
  const { classList, style } = document.documentElement;
  classList.toggle('dark', dark);
  classList.toggle('light', !dark);
  style.colorScheme = dark ? 'dark' : 'light';
}

// One that decides: the system itself may turn light while it prints, and what each of two put back would depend on who heard of it first.
for (const query of [systemDark, printing]) query?.addEventListener('change', apply);

/** Chooses, at once and for the next time. */
export function chooseScheme(scheme: Scheme): void {
  current = scheme;
  try {
    if (scheme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, scheme);
  } catch {
    // Storage that is closed to us: the choice holds until the page is left.
  }
  apply();
  for (const listener of listeners) listener();
}

/** What is chosen now. */
export function useScheme(): Scheme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
