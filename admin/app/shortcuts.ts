import { useEffect, useEffectEvent } from 'react';

/** What opens over a page by a key. */
export type Overlay = 'palette' | 'tenant' | 'keyboard' | 'health';

/** The keys of the frame, as they are written: for the help sheet, and beside what they do. */
export const KEYS: Readonly<Record<'palette' | 'tenant' | 'keyboard' | 'close', readonly (readonly string[])[]>> = {
  palette: [['Ctrl', 'K'], ['⌘', 'K']],
  tenant: [['Alt', 'T']],
  keyboard: [['?']],
  close: [['Esc']],
};

/** Which overlay a key asks for; null for every other key. */
export function overlayOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'target'>): Overlay | null {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.code === 'KeyK') return 'palette';
  // By its place, since with Alt a Mac types another letter.
  if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === 'KeyT') return 'tenant';
  if (event.key === '?' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTypedInto(event.target)) return 'keyboard';
  return null;
}

function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName));
}

/** Listens for them while it is shown. */
export function useShortcuts(open: (overlay: Overlay) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const overlay = overlayOf(event);
    // Over a question that has to be answered nothing else opens.
    if (overlay === null || event.defaultPrevented || document.querySelector('[role=alertdialog]') !== null) return;
    event.preventDefault();
    open(overlay);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
