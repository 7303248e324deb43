/** An operator's own second factor: REST, as signing in. */
import { Problem, TOKEN_CODES, problemIn, reach } from './problem.ts';
import type { Session } from './session.ts';

export interface SecondFactor {
  readonly status: 'none' | 'unconfirmed' | 'confirmed';
  readonly confirmedAt: string | null;
  readonly recoveryCodesLeft: number;
}

/** Shown once; never kept. */
export interface SecondFactorSecret {
  readonly secret: string;
  readonly uri: string;
}

const PATH = '/api/v1/auth/second-factor';

export async function readSecondFactor(session: Session): Promise<SecondFactor> {
  return (await send(session, 'GET', PATH)) as SecondFactor;
}

/** Begins one: it counts once it is confirmed. @throws Problem BAD_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED, CONFLICT */
export async function addSecondFactor(session: Session, password: string): Promise<SecondFactorSecret> {
  return (await send(session, 'POST', PATH, { password })) as SecondFactorSecret;
}

/** @returns the recovery codes. @throws Problem INVALID_INPUT for a wrong code */
export async function confirmSecondFactor(session: Session, code: string): Promise<readonly string[]> {
  const { recoveryCodes } = (await send(session, 'POST', `${PATH}/confirm`, { code })) as { recoveryCodes: readonly string[] };
  return recoveryCodes;
}

/** @throws Problem BAD_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED */
export async function removeSecondFactor(session: Session, password: string): Promise<void> {
  await send(session, 'DELETE', PATH, { password });
}

async function send(session: Session, method: string, path: string, body?: unknown): Promise<unknown> {
  const attempt = async (token: string): Promise<unknown> => {
    const response = await reach(path, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw await problemIn(response);
    return await response.json();
  };
  const token = await session.token();
  try {
    return await attempt(token);
  } catch (error) {
    if (!(error instanceof Problem) || !TOKEN_CODES.has(error.code)) throw error;
    session.refused(token);
    return await attempt(await session.token());
  }
}
