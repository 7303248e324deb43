import type { Logger } from 'pino';
import { problem } from '../http/problems.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import type { AuthPool, AuthStatement } from './auth-pool.ts';
import { isOperatorTitle } from './operator-roles.ts';
import type { OperatorTitle } from './operator-roles.ts';
import { needsRehash, verifyPassword } from './passwords.ts';
import type { Tokens } from './tokens.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** An access token and how many seconds it lives. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresIn: number;
}

export interface SignedInOperator extends IssuedToken {
  readonly operator: { readonly id: string; readonly email: string; readonly name: string; readonly role: OperatorTitle };
}

export interface SignedInUser extends IssuedToken {
  readonly user: { readonly id: string; readonly email: string; readonly name: string; readonly role: string };
}

/**
 * Signing in with e-mail and password. Both throw `RATE_LIMITED` by address, `ACCOUNT_LOCKED`, and `BAD_CREDENTIALS`
 * in the same words and after the same work whether or not there is such an account.
 */
export interface SignIn {
  operator(credentials: Credentials, address: string): Promise<SignedInOperator>;
  /** @throws also `NOT_FOUND` for an unknown tenant, `TENANT_SUSPENDED` or `TENANT_FORBIDDEN` for a closed one */
  user(tenantId: string, credentials: Credentials, address: string): Promise<SignedInUser>;
}

interface Attempt {
  readonly attempt_id: string | null;
  readonly password_hash: string | null;
  readonly locked_until: Date | null;
}

interface OperatorRow {
  readonly operator_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly session_id: string;
}

interface UserRow {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly session_id: string;
}

const BEGIN_OPERATOR = {
  name: 'begin_operator_sign_in',
  text: 'select attempt_id, password_hash, locked_until from identity.begin_operator_sign_in($1::text)',
};
const FINISH_OPERATOR = {
  name: 'finish_operator_sign_in',
  text: 'select operator_id, email, name, role, session_id from identity.finish_operator_sign_in($1::uuid, $2::boolean)',
};
const BEGIN_USER = {
  name: 'begin_user_sign_in',
  text: 'select attempt_id, password_hash, locked_until from identity.begin_user_sign_in($1::text, $2::text)',
};
const FINISH_USER = {
  name: 'finish_user_sign_in',
  text: 'select user_id, email, name, role, session_id from identity.finish_user_sign_in($1::text, $2::uuid, $3::boolean)',
};

/** Makes the two ways in. */
export function createSignIn(options: { pool: AuthPool; tokens: Tokens; limit: AttemptLimit; logger: Logger }): SignIn {
  const { pool, tokens, limit, logger } = options;

  /**
   * Begin counts the attempt in the database before it answers a hash (a dummy for an unknown account); only then is
   * the password looked at, once; finish opens the session or leaves the attempt counted as failed.
   */
  async function attempt<Row extends { readonly session_id: string }>(
    scope: readonly unknown[],
    steps: { readonly begin: AuthStatement; readonly finish: AuthStatement },
    credentials: Credentials,
    address: string,
  ): Promise<Row> {
    await limit.count(address);
    const [begun] = await pool.query<Attempt>(steps.begin, [...scope, credentials.email]);
    if (begun === undefined || begun.attempt_id === null || begun.password_hash === null) throw locked(begun?.locked_until);
    const matches = await verifyPassword(begun.password_hash, credentials.password);
    const [row] = await pool.query<Row>(steps.finish, [...scope, begun.attempt_id, matches]);
    if (row === undefined) throw problem('BAD_CREDENTIALS', 'E-mail or password is wrong.');
    await limit.succeeded(address);
    if (needsRehash(begun.password_hash)) logger.info({ sessionId: row.session_id }, 'this password is stored with old parameters');
    return row;
  }

  return {
    async operator(credentials, address) {
      const row = await attempt<OperatorRow>([], { begin: BEGIN_OPERATOR, finish: FINISH_OPERATOR }, credentials, address);
      if (!isOperatorTitle(row.role)) throw new Error(`an operator has the unknown role ${row.role}`);
      const issued = await tokens.issue({
        kind: 'operator',
        operatorId: row.operator_id,
        role: row.role,
        sessionId: row.session_id,
      });
      return { ...issued, operator: { id: row.operator_id, email: row.email, name: row.name, role: row.role } };
    },

    async user(tenantId, credentials, address) {
      const row = await attempt<UserRow>([tenantId], { begin: BEGIN_USER, finish: FINISH_USER }, credentials, address);
      const issued = await tokens.issue({
        kind: 'tenant',
        tenantId,
        userId: row.user_id,
        role: row.role,
        sessionId: row.session_id,
      });
      return { ...issued, user: { id: row.user_id, email: row.email, name: row.name, role: row.role } };
    },
  };
}

function locked(until: Date | null | undefined) {
  const seconds = until === null || until === undefined ? 60 : (until.getTime() - Date.now()) / 1_000;
  return problem('ACCOUNT_LOCKED', 'Too many sign-ins failed. Wait before the next one.', { retryAfter: seconds });
}
