/**
 * Single sign-on: a tenant's own OpenID issuer vouches for a person, and we open a session of ours. What the issuer signs counts in the tenant
 * that registered it, named by the call's path, and nowhere else.
 */
import { createHash } from 'node:crypto';
import { createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { callOutside } from '../../network/call.ts';
import { problem } from '../http/problems.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import type { AuthPool } from './auth-pool.ts';
import { tenantNameOf } from './sign-in.ts';
import type { Device, SignedIn } from './sign-in.ts';
import { makeSingleUseToken } from './single-use.ts';
import type { Tokens } from './tokens.ts';

export interface ExternalSignIn {
  /**
   * @param idToken an ID token (OpenID Connect Core, 2) of an issuer that the tenant registered
   * @throws `RATE_LIMITED`, `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED` for one that was exchanged before, `FORBIDDEN` for a person without a
   *   role here, disabled or removed, `CONFLICT` for an e-mail that signs in by password, `UNAVAILABLE` while the issuer's keys cannot be had
   */
  exchange(tenantId: string, idToken: string, device: Device): Promise<SignedIn>;
}

/** What issuers sign with; no symmetric one, whose key would be the audience's secret (RFC 8725, 3.2). */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** An ID token is for signing in right after it was made. */
const OLDEST_SECONDS = 10 * 60;
/** How far the issuer's clock may be from ours. */
const TOLERANCE_SECONDS = 5;
const FETCH_TIMEOUT_MS = 3_000;
const MOST_KEY_BYTES = 256 * 1024;

const ISSUER = {
  name: 'external_issuer',
  text: 'select id, jwks_url, audience, role_claim, role_map from identity.external_issuer($1::text, $2::text)',
};
const EXCHANGE = {
  name: 'exchange_token',
  text: `select outcome, person_id, session_id, person_email, person_name, person_role from identity.exchange_token(
    $1::text, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::timestamptz, $10::text, $11::text)`,
};

/** Which role a value of the claim gives, in the order in which they count. */
type RoleMap = readonly { readonly value: string; readonly role: string }[];

interface IssuerRow {
  readonly id: string;
  readonly jwks_url: string;
  readonly audience: string;
  readonly role_claim: string;
  readonly role_map: RoleMap;
}

interface SessionRow {
  readonly outcome: 'ok' | keyof typeof REFUSALS;
  readonly person_id: string;
  readonly session_id: string;
  readonly person_email: string;
  readonly person_name: string;
  readonly person_role: string;
}

/** Why a token that its issuer did sign opens nothing. */
const REFUSALS = {
  used: ['TOKEN_REVOKED', 'This sign-in was used before. Begin again at your issuer.'],
  disabled: ['FORBIDDEN', 'This user is disabled. Ask an administrator of the tenant.'],
  removed: ['FORBIDDEN', 'This user was removed. An administrator of the tenant can invite you again.'],
} as const;

/** Makes the way in; keys of issuers are fetched when first needed and kept as they allow. */
export function createExternalSignIn(options: {
  pool: AuthPool;
  tokens: Tokens;
  limit: AttemptLimit;
  /** Keys may be fetched from this machine itself: for tests. */
  allowLoopback: boolean;
}): ExternalSignIn {
  const { pool, tokens, limit } = options;
  const fetchKeys = keyFetcher(options.allowLoopback);
  const keySets = new LRUCache<string, ReturnType<typeof createRemoteJWKSet>>({ max: 1_000 });

  function keysAt(url: string): ReturnType<typeof createRemoteJWKSet> {
    const known = keySets.get(url) ?? createRemoteJWKSet(new URL(url), { timeoutDuration: FETCH_TIMEOUT_MS, [customFetch]: fetchKeys });
    keySets.set(url, known);
    return known;
  }

  async function verify(idToken: string, issuer: IssuerRow, iss: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(idToken, keysAt(issuer.jwks_url), {
        algorithms: ALGORITHMS,
        issuer: iss,
        audience: issuer.audience,
        requiredClaims: ['sub', 'exp', 'iat'],
        maxTokenAge: OLDEST_SECONDS,
        clockTolerance: TOLERANCE_SECONDS,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw problem('TOKEN_EXPIRED', 'This sign-in has taken too long. Begin again.', { cause: error });
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
        throw problem('UNAVAILABLE', 'The issuer’s keys cannot be had right now. Try again shortly.', { cause: error });
      }
      throw invalid(error);
    }
  }

  return {
    async exchange(tenantId, idToken, { address, userAgent }) {
      await limit.count(address);
      const iss = issuerOf(idToken);
      const [issuer] = await pool.query<IssuerRow>(ISSUER, [tenantId, iss]);
      if (issuer === undefined) throw invalid();
      const payload = await verify(idToken, issuer, iss);
      const role = roleOf(payload[issuer.role_claim], issuer.role_map);
      if (role === null) throw problem('FORBIDDEN', 'Your issuer gives you no role in this tenant.');
      if (payload['email_verified'] !== true) throw problem('FORBIDDEN', 'Your issuer has not verified your e-mail address.');
      const refresh = makeSingleUseToken();
      const { email, name } = payload as { readonly email?: unknown; readonly name?: unknown };
      const person = [payload.sub, text(email), text(name) ?? text(email), role];
      const values = [tenantId, issuer.id, ...person, refresh.hash, hashOfSigned(idToken), lastUse(payload), address, userAgent ?? null];
      const [row] = await pool.query<SessionRow>(EXCHANGE, values);
      if (row === undefined) throw new Error('an exchange has no outcome');
      if (row.outcome !== 'ok') throw refused(row.outcome);
      await limit.succeeded(address);
      const { person_id: id, session_id: sessionId } = row;
      const issued = await tokens.issue({ kind: 'tenant', by: 'user', tenantId, subject: id, role: row.person_role, sessionId });
      const who = { id, email: row.person_email, name: row.person_name, role: row.person_role };
      const tenantName = await tenantNameOf(pool, tenantId);
      return { ...issued, refreshToken: refresh.token, mustChangePassword: false, mustAddSecondFactor: false, person: who, tenantName };
    },
  };
}

/**
 * Fetches keys as jose asks, and never more than a key set can be: its own limit is of time only. An administrator of a tenant said where
 * they are, so neither the address nor a redirect nor another answer of the resolver leads into our network.
 */
function keyFetcher(allowLoopback: boolean) {
  return async (url: string, { headers, signal }: { readonly headers: Headers; readonly signal: AbortSignal }): Promise<Response> => {
    const answer = await callOutside(
      { url, method: 'GET', headers: Object.fromEntries(headers) },
      { allowLoopback, plainOnLoopback: true, signal },
    );
    const parts: Uint8Array[] = [];
    let size = 0;
    try {
      if (answer.statusCode !== 200) throw new Error(`the keys were answered with ${answer.statusCode}`);
      for await (const part of answer as AsyncIterable<Uint8Array>) {
        size += part.length;
        if (size > MOST_KEY_BYTES) throw new Error('a key set is larger than 256 kB');
        parts.push(part);
      }
    } finally {
      answer.destroy();
    }
    return new Response(Buffer.concat(parts), { status: 200 });
  };
}

/**
 * What a token is recognised by: header and claims as they were signed. The signature is left out, since one token can be written with several:
 * by the unused bits of its last character, or with the other half of an ECDSA signature.
 */
function hashOfSigned(idToken: string): string {
  return createHash('sha256').update(idToken.slice(0, idToken.lastIndexOf('.'))).digest('hex');
}

/** When a token is too old to be taken by any clock that is right to the minute. */
function lastUse({ iat = 0, exp = 0 }: JWTPayload): Date {
  return new Date((Math.min(iat + OLDEST_SECONDS, exp) + 60) * 1_000);
}

/** The first role that a claim's value, or one of its values, gives; the map's order decides. */
function roleOf(claim: unknown, map: RoleMap): string | null {
  const held = new Set<unknown>(Array.isArray(claim) ? claim : [claim]);
  return map.find(({ value }) => held.has(value))?.role ?? null;
}

function issuerOf(idToken: string): string {
  try {
    const { iss } = decodeJwt(idToken);
    if (typeof iss === 'string') return iss;
  } catch (error) {
    throw invalid(error);
  }
  throw invalid();
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function refused(outcome: keyof typeof REFUSALS) {
  const [code, words] = REFUSALS[outcome];
  return problem(code, words);
}

function invalid(cause?: unknown) {
  return problem('TOKEN_INVALID', 'This token is of no issuer of this tenant, or not for this use.', { cause });
}
