/** What operators need before anything shows: the store of answers, the frame, and what both begin with. */
import type { QueryClient } from '@tanstack/react-query';
import type { RouteObject } from 'react-router';
import { deferred, loadAhead, loadedOnce } from '../components/lazy-page.tsx';
import { createAsk } from '../graphql/api.tsx';
import type { Ask } from '../graphql/api.tsx';
import { createQueryClient } from '../graphql/query-client.ts';
import type { Session } from '../session/session.ts';
import { OwnLimitsDocument, TenantCountsDocument } from './api/frame.generated.ts';

/** Not needed to sign in. */
const frame = loadedOnce(async () => (await import('./frame.tsx')).Frame);

/** The frame, at once if it was loaded ahead. */
export const Frame = deferred(frame);

/** The answers that operators were given. */
export const answers: QueryClient = createQueryClient();

/** Loads the pages of an address with the frame, and asks what both ask as soon as it is known who is here. @returns when they are there */
export function beginOperators(session: Session, routes: readonly RouteObject[], at: Location): Promise<unknown> {
  const ahead = createAsk(session, '/platform/graphql', answers);
  const waiting: (() => void)[] = [];
  // Listens before anything that shows: the questions are on their way before the first page is drawn, which takes longer than their answers.
  session.subscribe(() => {
    const { kind } = session.state();
    if (kind === 'open') for (const ask of waiting.splice(0)) ask();
    // Nothing that one person was shown is there for the next.
    if (kind === 'none') answers.clear();
  });
  const ask: Ask = (document, variables) => {
    if (session.state().kind === 'open') ahead(document, variables);
    else waiting.push(() => ahead(document, variables));
  };
  ask(OwnLimitsDocument, {});
  ask(TenantCountsDocument, {});
  return Promise.allSettled([frame.load(), loadAhead(routes, at, ask)]);
}
