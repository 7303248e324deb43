/**
 * Every colour of the console, by what it means. Text on its own ground has at least 4.5:1, and what security hangs on
 * (`fg`, `fg.muted`, and each status on its own ground) 7:1; tests/console/theme.test.ts works the ratios out.
 */
export interface Shade {
  readonly light: string;
  readonly dark: string;
}

const shade = (light: string, dark: string): Shade => ({ light, dark });

/** What one meaning needs: words on a tinted ground, the ground, and a solid with the words on it. */
export interface Palette {
  readonly fg: Shade;
  readonly subtle: Shade;
  readonly muted: Shade;
  readonly emphasized: Shade;
  readonly border: Shade;
  readonly solid: Shade;
  readonly contrast: Shade;
  readonly focusRing: Shade;
}

/** One ring for all that has the focus, whatever colour it has itself. */
const focusRing = shade('#a34d00', '#f4b860');

export const grounds = {
  DEFAULT: shade('#f6f5f1', '#0d121b'),
  subtle: shade('#efede6', '#121926'),
  muted: shade('#e7e4da', '#1c2536'),
  emphasized: shade('#d9d5c8', '#2a3549'),
  inverted: shade('#14213d', '#f1efe8'),
  panel: shade('#ffffff', '#151d2b'),
} as const;

export const words = {
  DEFAULT: shade('#14213d', '#f1efe8'),
  muted: shade('#414c61', '#c1c8d6'),
  subtle: shade('#5a6376', '#9aa5b9'),
  inverted: shade('#f7f6f2', '#10151f'),
  error: shade('#8f1420', '#ffb4b4'),
  link: shade('#0b3f8a', '#a9caff'),
} as const;

export const borders = {
  DEFAULT: shade('#d9d5c9', '#2c3649'),
  muted: shade('#e7e4da', '#222b3c'),
  subtle: shade('#efede6', '#1a2231'),
  /** Of what one can type into or press: 3:1 against its ground. */
  emphasized: shade('#837f70', '#66738b'),
  inverted: shade('#14213d', '#f1efe8'),
  error: shade('#b3202e', '#f08790'),
} as const;

export const palettes = {
  gray: {
    fg: shade('#2b364d', '#dfe3ea'),
    subtle: shade('#efede6', '#1c2536'),
    muted: shade('#e1ded3', '#273247'),
    emphasized: shade('#cfcbbd', '#36435b'),
    border: shade('#cfcbbd', '#36435b'),
    solid: shade('#414c61', '#c1c8d6'),
    contrast: shade('#ffffff', '#10151f'),
    focusRing,
  },
  /** What the page is for: the one action that leads on. */
  brand: {
    fg: shade('#1b2f5e', '#f4c684'),
    subtle: shade('#e6eaf4', '#2a2417'),
    muted: shade('#d5dcec', '#3a301c'),
    emphasized: shade('#bcc7e0', '#4c3e22'),
    border: shade('#9fadcd', '#75602f'),
    solid: shade('#1b2f5e', '#f4b860'),
    contrast: shade('#ffffff', '#1d1503'),
    focusRing,
  },
  secure: {
    fg: shade('#0a4a2e', '#8fe0b4'),
    subtle: shade('#e3f3ea', '#10291f'),
    muted: shade('#cbe8d8', '#163729'),
    emphasized: shade('#a9d8bf', '#1e4a37'),
    border: shade('#5aa681', '#2f7553'),
    solid: shade('#17694a', '#8fe0b4'),
    contrast: shade('#ffffff', '#06170f'),
    focusRing,
  },
  attention: {
    fg: shade('#5f3b00', '#f6cf78'),
    subtle: shade('#fcf0d2', '#2d2410'),
    muted: shade('#f8e2ac', '#3d3116'),
    emphasized: shade('#f0cd7c', '#52411d'),
    border: shade('#b9862a', '#8a6a24'),
    solid: shade('#f2c14e', '#f6cf78'),
    contrast: shade('#2a1b00', '#2a1b00'),
    focusRing,
  },
  critical: {
    fg: shade('#86111d', '#ffb4b4'),
    subtle: shade('#fdeaea', '#34171b'),
    muted: shade('#f9d3d4', '#471d23'),
    emphasized: shade('#f0aeb1', '#5d262d'),
    border: shade('#cf6069', '#a3444e'),
    solid: shade('#a91b29', '#ff9b9b'),
    contrast: shade('#ffffff', '#230507'),
    focusRing,
  },
  info: {
    fg: shade('#0b3a80', '#a9caff'),
    subtle: shade('#e5eefb', '#14233d'),
    muted: shade('#cfdff7', '#1b3054'),
    emphasized: shade('#aec9f0', '#25406e'),
    border: shade('#6491d3', '#41669f'),
    solid: shade('#1a4fa8', '#a9caff'),
    contrast: shade('#ffffff', '#071428'),
    focusRing,
  },
} as const satisfies Record<string, Palette>;
