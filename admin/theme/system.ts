/**
 * Chakra's system with our colours and type, and with the recipes that are used: each recipe is loaded before the first
 * screen shows, so one is added here when the first component needs it.
 */
import { createSystem, defaultBaseConfig, defineConfig } from '@chakra-ui/react';
import { breadcrumbSlotRecipe } from 'chakra-theme/recipes/breadcrumb';
import { buttonRecipe } from 'chakra-theme/recipes/button';
import { cardSlotRecipe } from 'chakra-theme/recipes/card';
import { checkboxSlotRecipe } from 'chakra-theme/recipes/checkbox';
import { checkmarkRecipe } from 'chakra-theme/recipes/checkmark';
import { dialogSlotRecipe } from 'chakra-theme/recipes/dialog';
import { drawerSlotRecipe } from 'chakra-theme/recipes/drawer';
import { fieldSlotRecipe } from 'chakra-theme/recipes/field';
import { headingRecipe } from 'chakra-theme/recipes/heading';
import { inputRecipe } from 'chakra-theme/recipes/input';
import { kbdRecipe } from 'chakra-theme/recipes/kbd';
import { menuSlotRecipe } from 'chakra-theme/recipes/menu';
import { nativeSelectSlotRecipe } from 'chakra-theme/recipes/native-select';
import { separatorRecipe } from 'chakra-theme/recipes/separator';
import { skeletonRecipe } from 'chakra-theme/recipes/skeleton';
import { spinnerRecipe } from 'chakra-theme/recipes/spinner';
import { textareaRecipe } from 'chakra-theme/recipes/textarea';
import { toastSlotRecipe } from 'chakra-theme/recipes/toast';
import { animationStyles } from 'chakra-theme/motion-styles';
import { breakpoints } from 'chakra-theme/breakpoints';
import { globalCss } from 'chakra-theme/global-css';
import { layerStyles } from 'chakra-theme/layer-styles';
import { semanticRadii } from 'chakra-theme/semantic-tokens/radii';
import { textStyles } from 'chakra-theme/text-styles';
import { animations } from 'chakra-theme/tokens/animations';
import { aspectRatios } from 'chakra-theme/tokens/aspect-ratios';
import { blurs } from 'chakra-theme/tokens/blurs';
import { borders as borderStyles } from 'chakra-theme/tokens/borders';
import { cursor } from 'chakra-theme/tokens/cursor';
import { durations } from 'chakra-theme/tokens/durations';
import { easings } from 'chakra-theme/tokens/easings';
import { fontSizes } from 'chakra-theme/tokens/font-sizes';
import { fontWeights } from 'chakra-theme/tokens/font-weights';
import { keyframes } from 'chakra-theme/tokens/keyframes';
import { letterSpacings } from 'chakra-theme/tokens/letter-spacing';
import { lineHeights } from 'chakra-theme/tokens/line-heights';
import { radii } from 'chakra-theme/tokens/radius';
import { sizes } from 'chakra-theme/tokens/sizes';
import { spacing } from 'chakra-theme/tokens/spacing';
import { zIndices } from 'chakra-theme/tokens/z-indices';
import { borders, grounds, palettes, words } from './colors.ts';
import type { Shade } from './colors.ts';
import { rowStyles } from './rows.ts';

const semantic = (shades: Readonly<Record<string, Shade>>) =>
  Object.fromEntries(Object.entries(shades).map(([name, { light, dark }]) => [name, { value: { _light: light, _dark: dark } }]));

const ours = defineConfig({
  preflight: true,
  cssVarsPrefix: 'tn',
  cssVarsRoot: ':where(html)',
  globalCss: {
    ...globalCss,
    html: { ...globalCss['html'], colorPalette: 'brand', scrollPaddingTop: '20' },
    body: { minHeight: '100dvh', fontVariantNumeric: 'tabular-nums' },
    '*::placeholder, *[data-placeholder]': { color: 'fg.subtle' },
    // No last line of one word. Its style alone: `text-wrap` would wrap what is to stay in one line.
    'p, dd, li': { textWrapStyle: 'pretty' },
    // One ring for everything, strong enough for every ground.
    '*:focus-visible': { outline: '2px solid {colors.brand.focusRing}', outlineOffset: '2px' },
    '*, *::before, *::after': {
      // No transition at all: even the shortest is begun for each element whose style changes, everything below the pointer while scrolling.
      _motionReduce: { animationDuration: '0.01ms !important', animationIterationCount: '1 !important', transition: 'none !important' },
    },
    // A sheet is printed as it stands: what is still changing its colour would be printed in the one before.
    '*, *::before, *::after, html': { _print: { transition: 'none !important' } },
    'html, body': { _print: { background: 'white', color: 'black' } },
    ...rowStyles,
  },
  theme: {
    breakpoints,
    keyframes,
    animationStyles,
    layerStyles,
    textStyles,
    tokens: {
      animations,
      aspectRatios,
      blurs,
      borders: borderStyles,
      colors: { transparent: { value: 'transparent' }, current: { value: 'currentColor' }, black: { value: '#09090b' }, white: { value: '#ffffff' } },
      cursor: { ...cursor, button: { value: 'pointer' } },
      durations,
      easings,
      fonts: {
        heading: { value: "'IBM Plex Sans Variable', system-ui, sans-serif" },
        body: { value: "'IBM Plex Sans Variable', system-ui, sans-serif" },
        mono: { value: "'IBM Plex Mono', ui-monospace, monospace" },
      },
      fontSizes,
      fontWeights,
      letterSpacings,
      lineHeights,
      radii,
      sizes,
      spacing,
      zIndex: zIndices,
    },
    semanticTokens: {
      colors: {
        bg: semantic(grounds),
        fg: semantic(words),
        border: semantic(borders),
        ...Object.fromEntries(Object.entries(palettes).map(([name, palette]) => [name, semantic({ ...palette })])),
      },
      radii: semanticRadii,
      shadows: semantic({
        xs: { light: '0 1px 2px rgb(20 33 61 / 0.08)', dark: '0 1px 2px rgb(0 0 0 / 0.5)' },
        sm: { light: '0 2px 6px rgb(20 33 61 / 0.10)', dark: '0 2px 6px rgb(0 0 0 / 0.55)' },
        md: { light: '0 6px 16px rgb(20 33 61 / 0.12)', dark: '0 6px 16px rgb(0 0 0 / 0.6)' },
        lg: { light: '0 12px 32px rgb(20 33 61 / 0.16)', dark: '0 12px 32px rgb(0 0 0 / 0.65)' },
      }),
    },
    recipes: {
      button: buttonRecipe,
      checkmark: checkmarkRecipe,
      heading: headingRecipe,
      input: inputRecipe,
      kbd: kbdRecipe,
      separator: separatorRecipe,
      skeleton: skeletonRecipe,
      spinner: spinnerRecipe,
      textarea: textareaRecipe,
    },
    slotRecipes: {
      breadcrumb: breadcrumbSlotRecipe,
      card: cardSlotRecipe,
      checkbox: checkboxSlotRecipe,
      dialog: dialogSlotRecipe,
      drawer: drawerSlotRecipe,
      field: fieldSlotRecipe,
      menu: menuSlotRecipe,
      nativeSelect: nativeSelectSlotRecipe,
      toast: toastSlotRecipe,
    },
  },
});

/** The console's design system. */
export const system = createSystem(defaultBaseConfig, ours);
