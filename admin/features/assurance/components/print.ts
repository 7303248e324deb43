import { useEffect } from 'react';

/** On paper everything is light, whatever the screen is: dark ink on a dark ground would be all that comes out. */
export function usePrintInLight(): void {
  useEffect(() => {
    const printing = window.matchMedia('print');
    let before: string | null = null;
    const follow = (): void => {
      const root = document.documentElement;
      if (printing.matches && before === null) {
        before = root.className;
        root.classList.remove('dark');
        root.classList.add('light');
      } else if (!printing.matches && before !== null) {
        root.className = before;
        before = null;
      }
    };
    printing.addEventListener('change', follow);
    return () => printing.removeEventListener('change', follow);
  }, []);
}
