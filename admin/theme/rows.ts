/**
 * Styles of what stands in every row of a list, as classes of one sheet. A component of the library works its styles out anew wherever it stands,
 * and a page of a list holds it hundreds of times.
 */
import { palettes } from './colors.ts';

const tones = Object.keys(palettes).map((name) => [
  `.tn-badge[data-palette=${name}]`,
  { color: `${name}.fg`, bg: `${name}.subtle`, borderColor: `${name}.border` },
]);

const hidden = (['sm', 'md', 'lg', 'xl'] as const).map((below) => [`.tn-below-${below}`, { [`${below}Down`]: { display: 'none' } }]);

/** By selector. */
export const rowStyles = {
  '.tn-table': { width: 'full', borderCollapse: 'collapse', textStyle: 'sm', fontVariantNumeric: 'lining-nums tabular-nums', verticalAlign: 'top', bg: 'transparent' },
  '.tn-table > thead': { bg: 'bg.subtle' },
  '.tn-table > tbody > tr:hover': { bg: 'bg.subtle' },
  // One height, whether a column can be sorted by or not.
  '.tn-column': { px: { base: '2', sm: '3' }, py: '1', height: '10', color: 'fg.muted', textStyle: 'xs', fontWeight: 'semibold', textAlign: 'start', whiteSpace: 'nowrap', borderBottomWidth: '1px', borderColor: 'border' },
  '.tn-cell': { px: { base: '2', sm: '3' }, py: '3', fontWeight: 'normal', textAlign: 'start', borderBottomWidth: '1px', borderColor: 'border.muted' },
  '.tn-dense > * > tr > *': { px: '2' },
  '.tn-numeric': { textAlign: 'end' },
  ...Object.fromEntries(hidden),
  '.tn-link': { color: 'fg.link', fontWeight: 'medium', textDecoration: 'underline', textUnderlineOffset: '3px', borderRadius: 'l1', _hover: { textDecoration: 'underline' } },
  '.tn-link-quiet': { color: 'fg', textDecoration: 'none' },
  '.tn-icon-link': {
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    flexShrink: '0',
    width: '9',
    height: '9',
    borderRadius: 'l2',
    color: 'gray.fg',
    _hover: { bg: 'gray.subtle' },
    '& svg': { width: '4', height: '4' },
  },
  '.tn-code': { fontFamily: 'mono', fontSize: '0.92em', overflowWrap: 'anywhere' },
  // In a column a word of machines stays whole: what is wider than the screen scrolls in the table's own box.
  '.tn-cell .tn-code': { overflowWrap: 'break-word' },
  '.tn-badge': {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '1.5',
    minH: '6',
    px: '2.5',
    py: '0.5',
    borderWidth: '1px',
    borderRadius: 'full',
    textStyle: 'sm',
    fontWeight: 'semibold',
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
    userSelect: 'none',
  },
  '.tn-badge[data-size=sm]': { minH: '5', textStyle: 'xs' },
  ...Object.fromEntries(tones),
};
