/**
 * The request that the code at hand works for, however deep it was called: so that whatever a call records names the request and where it
 * came from, without every function between them passing both on.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { Call } from './request.ts';

/** What a record says of the request behind it. */
export interface RequestOrigin {
  readonly requestId: string;
  /** An IP address; '' when the connection was gone. */
  readonly address: string;
  /** What is asked for; its rows are counted up. */
  readonly call?: Call;
}

const storage = new AsyncLocalStorage<RequestOrigin>();

/** Answers a request: everything that `answer` calls and awaits works for it. */
export function onBehalfOf<T>(origin: RequestOrigin, answer: () => T): T {
  return storage.run(origin, answer);
}

/** The request that is being answered here; undefined outside of any. */
export function currentRequest(): RequestOrigin | undefined {
  return storage.getStore();
}
