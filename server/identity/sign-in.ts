import { problem } from '../http/problems.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import type { AuthPool } from './auth-pool.ts';
import { isOperatorTitle } from './operator-roles.ts';
import { checkNewPassword } from './password-policy.ts';
import { hashPassword, needsRehash, verifyPassword } from './passwords.ts';
import { locked, realmOf } from './realm.ts';
import type { Realm } from './realm.ts';
import { NOTHING_SHOWN } from './second-factor.ts';
import type { SecondFactor } from './second-factor.ts';
import { hashSingleUseToken, makeSingleUseToken } from './single-use.ts';
import type { Standings } from './standing.ts';
import type { Identity, Tokens } from './tokens.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Replaces the password, once the old one has been found right. */
  readonly newPassword?: string | undefined;
  /** Of the second factor, or a recovery code; looked at once the password has been found right. */
  readonly code?: string | undefined;
}

/** Where a sign-in comes from, for the list of sessions. */
export interface Device {
  readonly address: string;
  readonly userAgent: string | undefined;
}

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
}

/** A session that was opened or renewed. */
export interface SignedIn {
  readonly accessToken: string;
  /** Seconds the access token lives. */
  readonly expiresIn: number;
  /** Exchanges for the next pair, once; null for a session opened with a first password, which can't be renewed. */
  readonly refreshToken: string | null;
  readonly mustChangePassword: boolean;
  /** The tenant requires a second factor and there is none: the session is good for setting one up and no more. */
  readonly mustAddSecondFactor: boolean;
  readonly person: Person;
  /** What the tenant is called whose user it is; null for operators. Told to who is in, and to nobody before. */
  readonly tenantName: string | null;
}

export interface OpenSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly current: boolean;
}

/**
 * Signing in and what belongs to it. Whatever concerns an account answers in the same words and after the same work whether or not
 * there is such an account. A realm that is no tenant is `NOT_FOUND`, one that is closed `TENANT_SUSPENDED` or `TENANT_FORBIDDEN`.
 */
export interface SignIn {
  /**
   * @throws `RATE_LIMITED` by address, `ACCOUNT_LOCKED`, `BAD_CREDENTIALS`, `SECOND_FACTOR_REQUIRED` if the password is right and a code is
   *   missing, `INVALID_INPUT` for a new password that won't do
   */
  signIn(realm: Realm, credentials: Credentials, device: Device): Promise<SignedIn>;
  /** @throws `TOKEN_REVOKED` for a token that was exchanged before, whose session ends, `TOKEN_EXPIRED` for any other that does not hold */
  refresh(realm: Realm, refreshToken: string): Promise<SignedIn>;
  /** Ends the session of a refresh token; quiet if there is none. */
  signOut(realm: Realm, refreshToken: string): Promise<void>;
  /** Sends a message to the account of that address, if there is one. @throws `RATE_LIMITED` */
  forget(realm: Realm, email: string, address: string): Promise<void>;
  /** Takes an invitation or a reset up. @returns the e-mail to sign in with. @throws `RATE_LIMITED`, `INVALID_INPUT` */
  accept(realm: Realm, token: string, newPassword: string, address: string): Promise<string>;
  sessions(identity: Identity): Promise<readonly OpenSession[]>;
  /** Ends one of one's own sessions. @throws `NOT_FOUND` */
  revoke(identity: Identity, sessionId: string): Promise<void>;
  /** Does something for a colleague's sign-in. @returns the colleague. @throws `FORBIDDEN`, `NOT_FOUND`, `INVALID_TRANSITION` */
  manage(identity: Identity, userId: string, verb: 'invite' | 'reset' | 'unlock' | 'end_sessions' | 'remove_second_factor'): Promise<unknown>;
}

interface Attempt {
  readonly attempt_id: string | null;
  readonly password_hash: string | null;
  readonly locked_until: Date | null;
}

interface PersonRow {
  readonly person_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  /** null: the first password has run out */
  readonly session_id: string | null;
  readonly must_change: boolean;
}

interface FinishedRow extends PersonRow {
  /** The password was right, and a code is wanted. */
  readonly factor_wanted: boolean | null;
}

const BEGIN = {
  name: 'begin_sign_in',
  text: 'select attempt_id, password_hash, locked_until from identity.begin_sign_in($1::text, $2::text)',
};
const FINISH = {
  name: 'finish_sign_in',
  text: `select person_id, email, name, role, session_id, must_change, factor_wanted
    from identity.finish_sign_in($1::text, $2::uuid, $3::boolean, $4::text, $5::text, $6::boolean, $7::text, $8::text, $9::bigint, $10::text)`,
};
const REFRESH = {
  name: 'refresh_session',
  text: `select outcome, person_id, email, name, role, session_id, false as must_change
    from identity.refresh_session($1::text, $2::text, $3::text)`,
};
const TENANT_NAME = { name: 'tenant_name', text: 'select identity.tenant_name($1::text) as name' };
const END = { name: 'end_session', text: 'select identity.end_session($1::text, $2::text)' };
const FORGET = { name: 'request_reset', text: 'select identity.request_reset($1::text, $2::text)' };
const INVITED = { name: 'invited_email', text: 'select identity.invited_email($1::text, $2::text) as email' };
const ACCEPT = {
  name: 'accept_invitation',
  text: 'select identity.accept_invitation($1::text, $2::text, $3::text) as email',
};
const SESSIONS = {
  name: 'sessions',
  text: `select id, created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt", address,
      user_agent as "userAgent", this_one as current
    from identity.sessions($1::text, $2::uuid)`,
};
const REVOKE = {
  name: 'revoke_session',
  text: 'select identity.revoke_session($1::text, $2::uuid, $3::uuid) as revoked',
};

const MANAGE = {
  name: 'manage_user',
  text: `select id, email, name, role, status, last_sign_in_at as "lastSignInAt", locked_until as "lockedUntil", sessions,
      created_at as "createdAt", updated_at as "updatedAt"
    from identity.manage_user($1::text, $2::uuid, $3::uuid, $4::text)`,
};

/** Makes the ways in over the sign-in login. */
export function createSignIn(options: {
  pool: AuthPool;
  tokens: Tokens;
  limit: AttemptLimit;
  standings: Standings;
  secondFactor: SecondFactor;
}): SignIn {
  const { pool, tokens, limit, standings, secondFactor } = options;

  async function issueFor(realm: Realm, row: PersonRow, sessionId: string, refreshToken: string | null): Promise<SignedIn> {
    const { person_id: id, email, name, role } = row;
    const identity = identityOf(realm, id, role, sessionId);
    const issued = await tokens.issue(identity);
    // The token's first use asks the same, and finds the answer there.
    const mustAddSecondFactor = (await standings.of(identity))?.factorMissing ?? false;
    const tenantName = realm === null ? null : await tenantNameOf(pool, realm);
    return { ...issued, refreshToken, mustChangePassword: row.must_change, mustAddSecondFactor, person: { id, email, name, role }, tenantName };
  }

  return {
    /**
     * Begin counts the attempt in the database before it answers a hash (a dummy for an unknown account); only then is
     * the password looked at, once; finish opens the session or leaves the attempt counted as failed.
     */
    async signIn(realm, { email, password, newPassword, code }, { address, userAgent }) {
      await limit.count(address);
      if (newPassword !== undefined) checkNewPassword(newPassword, email, password);
      const [begun] = await pool.query<Attempt>(BEGIN, [realm, email]);
      if (begun === undefined || begun.attempt_id === null || begun.password_hash === null) throw locked(begun?.locked_until);
      const matches = await verifyPassword(begun.password_hash, password);
      const { step, recoveryHash } =
        matches && code !== undefined ? await secondFactor.show(realm, begun.attempt_id, code) : NOTHING_SHOWN;
      const replacement = newPassword ?? (needsRehash(begun.password_hash) ? password : null);
      const newHash = matches && replacement !== null ? await hashPassword(replacement) : null;
      const refresh = makeSingleUseToken();
      const change = [newHash, newPassword !== undefined];
      const values = [realm, begun.attempt_id, matches, refresh.hash, ...change, address, userAgent ?? null, step, recoveryHash];
      const [row] = await pool.query<FinishedRow>(FINISH, values);
      if (row === undefined) {
        // What is said goes by what was asked, never by which part of it was right.
        throw problem('BAD_CREDENTIALS', code === undefined ? 'E-mail or password is wrong.' : 'E-mail, password or code is wrong.');
      }
      await limit.succeeded(address);
      if (row.factor_wanted === true) {
        throw problem('SECOND_FACTOR_REQUIRED', 'Send the same again with `code`: of your authenticator app, or a recovery code.');
      }
      if (row.session_id === null) {
        throw problem('BAD_CREDENTIALS', 'This first password has run out before it was changed. Ask for a new one.');
      }
      return await issueFor(realm, row, row.session_id, row.must_change ? null : refresh.token);
    },

    async refresh(realm, refreshToken) {
      const next = makeSingleUseToken();
      const [row] = await pool.query<PersonRow & { readonly outcome: string }>(REFRESH, [realm, hashSingleUseToken(refreshToken), next.hash]);
      if (row?.outcome === 'reused') {
        throw problem('TOKEN_REVOKED', 'This refresh token was used before. Its session has been ended; sign in again.');
      }
      if (row?.outcome !== 'ok' || row.session_id === null) throw problem('TOKEN_EXPIRED', 'The session has ended. Sign in again.');
      return await issueFor(realm, row, row.session_id, next.token);
    },

    async signOut(realm, refreshToken) {
      await pool.query(END, [realm, hashSingleUseToken(refreshToken)]);
    },

    async forget(realm, email, address) {
      await limit.count(address);
      await pool.query(FORGET, [realm, email]);
    },

    async accept(realm, token, newPassword, address) {
      await limit.count(address);
      const hash = hashSingleUseToken(token);
      // A token has 256 random bits: that it exists tells nobody anything, and costs less to find out than a hash.
      const [invited] = await pool.query<{ email: string | null }>(INVITED, [realm, hash]);
      if (typeof invited?.email !== 'string') throw voidLink();
      checkNewPassword(newPassword, invited.email, null);
      const [row] = await pool.query<{ email: string | null }>(ACCEPT, [realm, hash, await hashPassword(newPassword)]);
      if (typeof row?.email !== 'string') throw voidLink();
      await limit.succeeded(address);
      return row.email;
    },

    sessions: async (identity) => await pool.query<OpenSession>(SESSIONS, [realmOf(identity), identity.sessionId]),

    async revoke(identity, sessionId) {
      const [row] = await pool.query<{ revoked: boolean }>(REVOKE, [realmOf(identity), identity.sessionId, sessionId]);
      if (row?.revoked !== true) throw problem('NOT_FOUND', 'You have no such open session.');
    },

    async manage(identity, userId, verb) {
      const [row] = await pool.query(MANAGE, [realmOf(identity), identity.sessionId, userId, verb]);
      return row;
    },
  };
}

/** What a tenant is called. @throws Error for one that is not there: nobody signs in to it */
export async function tenantNameOf(pool: AuthPool, tenantId: string): Promise<string> {
  const [row] = await pool.query<{ name: string | null }>(TENANT_NAME, [tenantId]);
  if (typeof row?.name !== 'string') throw new Error(`a session was opened in ${tenantId}, which is no tenant`);
  return row.name;
}

function identityOf(realm: Realm, id: string, role: string, sessionId: string): Identity {
  if (realm !== null) return { kind: 'tenant', by: 'user', tenantId: realm, subject: id, role, sessionId };
  if (!isOperatorTitle(role)) throw new Error(`an operator has the unknown role ${role}`);
  return { kind: 'operator', operatorId: id, role, sessionId };
}

function voidLink() {
  const message = 'This link was used before, has run out, or was replaced by a later one. Ask for a new one.';
  return problem('INVALID_INPUT', message, { errors: [{ field: 'token', message }] });
}
