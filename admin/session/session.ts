/**
 * Who is signed in here, and the access token, which is kept in memory alone. The refresh token is in a cookie that no script can
 * read. A realm is the operators' (null) or one tenant's, for the people of a brand; a page belongs to one of them.
 */
import { mayBeKnown, remember } from './known.ts';
import { Problem, problemIn, reach } from './problem.ts';
import type { Role } from './rights.ts';

/** Null: operators. */
export type Realm = string | null;

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** Of an operator one of `ROLES`; of a tenant's user a role of that tenant. */
  readonly role: string;
  /** Of a tenant's user: what the tenant is called. */
  readonly tenantName?: string;
}

export interface Operator extends Person {
  readonly role: Role;
}

/** Why a session is over. `signed-out` is one's own doing; `ended` covers idle, too old and revoked, which the server doesn't tell apart. */
export type EndReason = 'signed-out' | 'ended' | 'revoked';

export type SessionState =
  /** Not known yet: the cookie is being tried. */
  | { readonly kind: 'opening' }
  | { readonly kind: 'none'; readonly reason: EndReason | null }
  /** The server did not answer: who is signed in isn't known. */
  | { readonly kind: 'unreachable'; readonly problem: Problem }
  | { readonly kind: 'open'; readonly person: Person };

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly code?: string;
  readonly newPassword?: string;
}

export interface SignedIn {
  /** The password was a first one: nothing is open until it is changed. */
  readonly mustChangePassword: boolean;
}

/** One realm's session in this window. */
export interface Session {
  state(): SessionState;
  subscribe(listener: () => void): () => void;
  /** Tries the cookie, once and only where somebody signed in before: who comes back is signed in already. */
  open(): Promise<void>;
  /** @throws Problem BAD_CREDENTIALS, SECOND_FACTOR_REQUIRED, ACCOUNT_LOCKED, RATE_LIMITED, INVALID_INPUT */
  signIn(credentials: Credentials): Promise<SignedIn>;
  signOut(): Promise<void>;
  /** A token that holds for a while yet. @throws Problem if there is no session any more */
  token(): Promise<string>;
  /** To be told that a token was refused: the next call gets a new one. */
  refused(token: string): void;
  /** Ends what this window knows, as when the server ended the session. */
  end(reason: EndReason): void;
}

interface Issued {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly mustChangePassword: boolean;
  readonly operator?: Person;
  readonly user?: Person;
  readonly tenant?: { readonly id: string; readonly name: string };
}

/** Milliseconds before its end at which a token is renewed, so that none ends on its way. */
const MARGIN_MS = 30_000;

/** Makes a session; nothing is asked before `open` or `signIn`. */
export function createSession(realm: Realm): Session {
  const path = realm === null ? '/api/v1/auth' : `/api/v1/tenants/${encodeURIComponent(realm)}/auth`;
  const listeners = new Set<() => void>();
  let state: SessionState = { kind: 'opening' };
  let issued: { readonly token: string; readonly until: number } | null = null;
  let renewing: Promise<string> | null = null;
  let opening: Promise<void> | null = null;

  const become = (next: SessionState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const send = async (call: string, body?: unknown): Promise<unknown> => {
    const response = await reach(`${path}/${call}`, {
      method: 'POST',
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw await problemIn(response);
    return await response.json();
  };
  const take = (answer: Issued): string => {
    const person = answer.operator ?? (answer.user && { ...answer.user, ...(answer.tenant && { tenantName: answer.tenant.name }) });
    if (person === undefined) throw new Problem('INTERNAL', 'The server answered without saying who signed in.');
    remember(realm, true);
    issued = { token: answer.accessToken, until: Date.now() + answer.expiresIn * 1_000 - MARGIN_MS };
    if (state.kind !== 'open' || state.person.id !== person.id || state.person.role !== person.role) become({ kind: 'open', person });
    return answer.accessToken;
  };
  const end = (reason: EndReason | null): void => {
    issued = null;
    remember(realm, false);
    if (state.kind !== 'none') become({ kind: 'none', reason });
  };
  /** One at a time in this window, and one window at a time: a refresh token that is shown twice ends the session. */
  const renew = (): Promise<string> => {
    renewing ??= exclusively(`tenantry-session-${realm ?? ''}`, async () => take((await send('refresh')) as Issued))
      .catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        if (error.code === 'TOKEN_REVOKED') end('revoked');
        else if (error.code === 'TOKEN_EXPIRED' || error.code === 'UNAUTHENTICATED') end(state.kind === 'open' ? 'ended' : null);
        throw error;
      })
      .finally(() => {
        renewing = null;
      });
    return renewing;
  };

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async open() {
      if (state.kind === 'opening' && opening === null && !mayBeKnown(realm)) become({ kind: 'none', reason: null });
      // It is known who is here, or that nobody is: whoever draws the page asks again.
      if (state.kind === 'none' || state.kind === 'open') return;
      opening ??= renew().then(
        () => undefined,
        (error: unknown) => {
          opening = null;
          const problem = error instanceof Problem ? error : new Problem('INTERNAL', '');
          if (state.kind === 'opening' || state.kind === 'unreachable') become({ kind: 'unreachable', problem });
        },
      );
      await opening;
    },
    async signIn(credentials) {
      const answer = (await send('login', credentials)) as Issued;
      // Such a session has no refresh token and ends with its first access token: it opens nothing here.
      if (!answer.mustChangePassword) take(answer);
      return { mustChangePassword: answer.mustChangePassword };
    },
    async signOut() {
      await send('logout').catch((error: unknown) => {
        // There is none that it could end, or it can't tell which of two is ours: here it is over all the same.
        if (!(error instanceof Problem && error.code === 'UNAUTHENTICATED')) throw error;
      });
      end('signed-out');
    },
    async token() {
      if (issued !== null && Date.now() < issued.until) return issued.token;
      return await renew();
    },
    refused(token) {
      if (issued?.token === token) issued = null;
    },
    end,
  };
}

async function exclusively<T>(name: string, body: () => Promise<T>): Promise<T> {
  // Absent where the page isn't secure, and in tests: then other windows are on their own.
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  return locks === undefined ? await body() : await locks.request(name, body);
}
