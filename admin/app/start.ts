/**
 * The first of the entry's imports: the question who is here is on its way to the server before the rest of the console, React and the theme
 * first of all, has run.
 */
import { beginOperators } from './begin.ts';

/** A brand's own pages have sessions of their own. */
const ofBrand = location.pathname.startsWith('/t/');

/** How the page asks ahead; a brand's doesn't. */
export const ask = ofBrand ? () => undefined : beginOperators();
