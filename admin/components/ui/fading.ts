/** A box whose content goes on beyond its edge says so: the end that hides some fades. Used by tabs and by tables. */

/** Styles of such a box. What isn't marked is drawn as any other. */
export const fadingEnds = {
  '--before': '0px',
  '--after': '0px',
  '&[data-before]': { '--before': '2.5rem' },
  '&[data-after]': { '--after': '2.5rem' },
  '&[data-before], &[data-after]': { maskImage: 'linear-gradient(to right, transparent, black var(--before), black calc(100% - var(--after)), transparent)' },
  // Forced colours are plain; paper doesn't scroll.
  '@media (forced-colors: active), print': { '&[data-before], &[data-after]': { maskImage: 'none' } },
} as const;

/** Marks the ends of a box that hide some of what is in it. */
export function fadeEnds(box: HTMLElement | null): void {
  if (box === null) return;
  box.toggleAttribute('data-before', box.scrollLeft > 1);
  box.toggleAttribute('data-after', box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
}

/**
 * Marks them whenever the box or what is in it changes its size, once it is laid out: asking while it is drawn would lay the page out twice.
 * @returns ends it
 */
export function watchEnds(box: HTMLElement | null): () => void {
  // Absent in tests without a layout.
  if (box === null || typeof ResizeObserver === 'undefined') return () => undefined;
  const observer = new ResizeObserver(() => fadeEnds(box));
  observer.observe(box);
  for (const inner of box.children) observer.observe(inner);
  return () => observer.disconnect();
}
