/**
 * A script of its own, which runs before the console's: the question who is here is on its way to the server while React, the theme and the pages
 * are still being read. A brand's own pages have sessions of their own.
 */
import { createSession } from '../session/session.ts';
import type { Session } from '../session/session.ts';

/** The operators' session of this window. */
export const operatorSession: Session = createSession(null);

if (!location.pathname.startsWith('/t/')) void operatorSession.open();
