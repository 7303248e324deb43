import { describe, expect, test } from 'vitest';
import { borders, grounds, palettes, words } from '../../admin/theme/colors.ts';
import type { Shade } from '../../admin/theme/colors.ts';

const schemes = ['light', 'dark'] as const;

/** WCAG 2.1's relative luminance of `#rrggbb`. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** What falls below a ratio. */
function tooWeak(pairs: readonly (readonly [name: string, Shade, Shade])[], least: number): string[] {
  return schemes.flatMap((scheme) =>
    pairs
      .map(([name, on, under]) => ({ name: `${name} (${scheme})`, ratio: contrast(on[scheme], under[scheme]) }))
      .filter(({ ratio }) => ratio < least)
      .map(({ name, ratio }) => `${name}: ${ratio.toFixed(2)}`),
  );
}

const pages = [grounds.DEFAULT, grounds.subtle, grounds.panel] as const;

describe('colours', () => {
  test('the formula gives the two ratios that the standard names', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 1);
  });

  test('words that security hangs on have 7:1 on every ground of a page', () => {
    expect(tooWeak(pages.flatMap((page, at) => (['DEFAULT', 'muted'] as const).map((name) => [`fg.${name} on ground ${at}`, words[name], page] as const)), 7)).toEqual([]);
  });

  test('every status has 7:1 on its own ground', () => {
    expect(tooWeak(Object.entries(palettes).map(([name, { fg, subtle }]) => [name, fg, subtle] as const), 7)).toEqual([]);
  });

  test('everything else that is read has 4.5:1', () => {
    const read = [
      ...pages.flatMap((page, at) => (['subtle', 'link', 'error'] as const).map((name) => [`fg.${name} on ground ${at}`, words[name], page] as const)),
      ...Object.entries(palettes).map(([name, { solid, contrast: on }]) => [`${name}.solid`, on, solid] as const),
      ...Object.entries(palettes).map(([name, { fg, muted }]) => [`${name}.muted`, fg, muted] as const),
      ['inverted', words.inverted, grounds.inverted] as const,
    ];
    expect(tooWeak(read, 4.5)).toEqual([]);
  });

  test('what is typed into, pressed or focused has an edge of 3:1', () => {
    const edges = pages.flatMap((page, at) => [
      [`border.emphasized on ground ${at}`, borders.emphasized, page] as const,
      [`focus ring on ground ${at}`, palettes.brand.focusRing, page] as const,
    ]);
    expect(tooWeak(edges, 3)).toEqual([]);
  });
});
