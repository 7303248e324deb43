/** What operators need before anything shows: their session, the store of answers, and the frame, all begun while the console is still being read. */
import type { QueryClient } from '@tanstack/react-query';
import { deferred, loadedOnce } from '../components/lazy-page.tsx';
import { createAsk } from '../graphql/api.tsx';
import type { Ask } from '../graphql/api.tsx';
import { createQueryClient } from '../graphql/query-client.ts';
import { createSession } from '../session/session.ts';
import type { Session } from '../session/session.ts';
import { OwnLimitsDocument, TenantCountsDocument } from './api/frame.generated.ts';

/** Not needed to sign in. */
const frame = loadedOnce(async () => (await import('./frame.tsx')).Frame);

/** The frame, at once if it was loaded ahead. */
export const Frame = deferred(frame);

export interface Operators {
  readonly session: Session;
  readonly client: QueryClient;
}

let operators: Operators | null = null;

/** The operators' session of this window, and the answers it was given. */
export function operatorsHere(): Operators {
  if (operators !== null) return operators;
  const session = createSession(null);
  const client = createQueryClient();
  session.subscribe(() => {
    // Nothing that one person was shown is there for the next.
    if (session.state().kind === 'none') client.clear();
  });
  operators = { session, client };
  return operators;
}

/** Finds out who is here, and meanwhile loads the frame and asks what it asks. @returns how a page's own questions are asked ahead */
export function beginOperators(): Ask {
  const { session, client } = operatorsHere();
  void session.open();
  frame.load().catch(() => undefined);
  const ask = createAsk(session, '/platform/graphql', client);
  ask(OwnLimitsDocument, {});
  ask(TenantCountsDocument, {});
  return ask;
}
