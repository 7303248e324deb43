import { CompactEncrypt, SignJWT, compactDecrypt, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { problem } from '../http/problems.ts';
import { ENCRYPTION, SIGNING_ALGORITHM } from './keys.ts';
import type { KeyStore, SigningKey, VerificationKeys } from './key-store.ts';
import { isOperatorTitle } from './operator-roles.ts';
import type { OperatorTitle } from './operator-roles.ts';
import { isTenantId } from './tenant-id.ts';

/** Seconds an access token lives. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** The hard limit of any token, whatever its own `exp` says (NFR-006). */
const LONGEST_TOKEN_SECONDS = 24 * 60 * 60;
/** Seconds that two machines' clocks may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;
const TOKEN_TYPE = 'at+jwt';
const AUDIENCE = 'tenantry';
/** A token is about 500 characters, an encrypted one 900; nothing near this size is one of ours. */
const LONGEST_TOKEN = 4_096;
/** Of an encrypted token; a signed one has three. */
const ENCRYPTED_PARTS = 5;
/** About 1.5 kB each: 15 MB when full. */
const MAX_VERIFIED = 10_000;

/** Who acts inside a tenant: a user of it, an operator on a visit, or a service account; `subject` is that one's id. */
export interface TenantIdentity {
  readonly kind: 'tenant';
  readonly by: 'user' | 'visit' | 'service';
  readonly tenantId: string;
  readonly subject: string;
  readonly role: string;
  readonly sessionId: string;
}

export interface OperatorIdentity {
  readonly kind: 'operator';
  readonly operatorId: string;
  readonly role: OperatorTitle;
  readonly sessionId: string;
}

export type Identity = TenantIdentity | OperatorIdentity;

/** Who an operator is inside a tenant, for as long as a visit lasts. */
export function visitIdentity(visit: { readonly id: string; readonly tenantId: string; readonly operatorId: string; readonly role: string }): TenantIdentity {
  return { kind: 'tenant', by: 'visit', tenantId: visit.tenantId, subject: visit.operatorId, role: visit.role, sessionId: visit.id };
}

export interface Tokens {
  /** @throws `UNAVAILABLE` while the issuer has no key: its keys were revoked, and new ones are being made */
  issue(identity: Identity): Promise<{ accessToken: string; expiresIn: number }>;
  /** @throws `TOKEN_INVALID` or `TOKEN_EXPIRED` */
  verify(token: string): Promise<Identity>;
}

/** One answer for every defect: which check failed is nobody's business but the log's. */
function invalid(cause?: unknown) {
  return problem('TOKEN_INVALID', 'The access token was not issued here, or not for this use. Sign in again.', { cause });
}

/** Nobody's fault, and over in a moment: after a revocation, or where tokens are to be encrypted since just now. */
function keysMissing() {
  return problem('UNAVAILABLE', 'New keys are being made for access tokens. Sign in again in a moment.', { retryAfter: 1 });
}

interface Verified {
  readonly identity: Identity;
  readonly expiresAt: number;
  readonly issuer: string | null;
  readonly keys: VerificationKeys;
}

/**
 * Issues and verifies access tokens (RFC 9068 `at+jwt`, ES256). The issuer in a token decides whose keys may have
 * signed it, and nothing else is trusted before the signature holds. Where a tenant wants that, the signed token is encrypted
 * with a key of its own, and a bare one is refused. A token that held once is remembered until it
 * expires or the keys of its issuer are read anew, so a request costs no signature check twice.
 */
export function createTokens(options: {
  publicUrl: string;
  keys: KeyStore;
  /** Whether there is such a tenant: an invented issuer is refused before its keys are looked for. */
  isTenant: (tenantId: string) => Promise<boolean>;
  now?: () => number;
}): Tokens {
  const { publicUrl, keys, isTenant } = options;
  const now = options.now ?? Date.now;
  const verified = new LRUCache<string, Verified>({ max: MAX_VERIFIED });
  const tenantIssuer = `${publicUrl}/t/`;

  /** The tenant an `iss` stands for, null for the platform; undefined for a foreign issuer. */
  const issuerOf = (iss: unknown): string | null | undefined => {
    if (iss === publicUrl) return null;
    if (typeof iss !== 'string' || !iss.startsWith(tenantIssuer)) return undefined;
    const tenantId = iss.slice(tenantIssuer.length);
    return isTenantId(tenantId) ? tenantId : undefined;
  };

  const assertExists = async (issuer: string | null): Promise<void> => {
    if (issuer !== null && !(await isTenant(issuer))) throw invalid();
  };

  /** Checks a signed token; `envelope` is the issuer of the encrypted one it came in, null for one that came bare. */
  const checkSigned = async (token: string, envelope: string | null): Promise<Verified> => {
    const { kid } = decodeProtectedHeader(token);
    const { iss } = decodeJwt(token);
    const issuer = issuerOf(iss);
    if (issuer === undefined || iss === undefined || typeof kid !== 'string') throw invalid();
    if (envelope !== null && envelope !== iss) throw invalid();
    await assertExists(issuer);
    const found = await keys.verificationKey(issuer, kid);
    if (found === null || found.keys.encrypted !== (envelope !== null)) throw invalid();
    const { payload } = await jwtVerify(token, found.key, {
      algorithms: [SIGNING_ALGORITHM],
      typ: TOKEN_TYPE,
      issuer: iss,
      audience: AUDIENCE,
      requiredClaims: ['sub', 'role', 'sid', 'exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: LONGEST_TOKEN_SECONDS,
      currentDate: new Date(now()),
    });
    const identity = identityOf(issuer, payload);
    const end = Math.min(payload.exp ?? 0, (payload.iat ?? 0) + LONGEST_TOKEN_SECONDS);
    const expiresAt = (end + CLOCK_TOLERANCE_SECONDS) * 1_000;
    return { identity, expiresAt, issuer, keys: found.keys };
  };

  /** Opens an encrypted token and checks the signed one in it. What its header says of the issuer must be what that one says. */
  const checkEncrypted = async (token: string): Promise<Verified> => {
    const { iss, kid, cty, typ, zip } = decodeProtectedHeader(token);
    const issuer = issuerOf(iss);
    if (issuer === undefined || typeof iss !== 'string' || typeof kid !== 'string') throw invalid();
    if (cty !== 'JWT' || typ !== TOKEN_TYPE || zip !== undefined) throw invalid();
    await assertExists(issuer);
    const encryption = (await keys.verificationKey(issuer, kid))?.encryption ?? null;
    if (encryption === null) throw invalid();
    const { plaintext } = await compactDecrypt(token, encryption, {
      keyManagementAlgorithms: [ENCRYPTION.alg],
      contentEncryptionAlgorithms: [ENCRYPTION.enc],
    });
    return await checkSigned(Buffer.from(plaintext).toString('utf8'), iss);
  };

  const check = (token: string): Promise<Verified> =>
    token.split('.').length === ENCRYPTED_PARTS ? checkEncrypted(token) : checkSigned(token, null);

  /** Puts a signed token into an encrypted one (RFC 7519, 5.2), with the issuer in its header (5.3): it says whose key opens it. */
  const encrypt = async (signed: string, issuer: string, { kid, encryption }: SigningKey): Promise<string> => {
    if (encryption === null) throw keysMissing();
    return await new CompactEncrypt(Buffer.from(signed))
      .setProtectedHeader({ ...ENCRYPTION, typ: TOKEN_TYPE, cty: 'JWT', kid, iss: issuer })
      .encrypt(encryption);
  };

  return {
    async issue(identity) {
      const tenantId = identity.kind === 'tenant' ? identity.tenantId : null;
      const signing = await keys.signingKey(tenantId);
      if (signing === null) throw keysMissing();
      const issuer = tenantId === null ? publicUrl : `${tenantIssuer}${tenantId}`;
      const issuedAt = Math.floor(now() / 1_000);
      const claims = {
        role: identity.role,
        sid: identity.sessionId,
        ...(tenantId !== null && { tid: tenantId }),
        // RFC 8693, 4.1: the one who acts is an operator, whom the tenant knows nothing of. RFC 9068, 2.2: the client of a service's token.
        ...(identity.kind === 'tenant' && identity.by === 'visit' && { act: { sub: `operator:${identity.subject}` } }),
        ...(identity.kind === 'tenant' && identity.by === 'service' && { client_id: identity.subject }),
      };
      const signed = await new SignJWT(claims)
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: TOKEN_TYPE, kid: signing.kid })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(identity.kind === 'tenant' ? identity.subject : identity.operatorId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
        .sign(signing.key);
      const accessToken = signing.encrypted ? await encrypt(signed, issuer, signing) : signed;
      return { accessToken, expiresIn: ACCESS_TOKEN_SECONDS };
    },

    async verify(token) {
      if (token.length > LONGEST_TOKEN) throw invalid();
      const known = verified.get(token);
      if (known !== undefined && known.keys === keys.presentKeys(known.issuer) && now() < known.expiresAt) {
        return known.identity;
      }
      verified.delete(token);
      try {
        const entry = await check(token);
        verified.set(token, entry);
        return entry.identity;
      } catch (error) {
        if (error instanceof errors.JWTExpired) {
          throw problem('TOKEN_EXPIRED', 'The access token has expired. Sign in again.', { cause: error });
        }
        // jose's own errors, and the TypeError of a token that isn't three parts; the database's pass through.
        if (error instanceof errors.JOSEError || error instanceof TypeError) throw invalid(error);
        throw error;
      }
    },
  };
}

/** Reads who a verified token is about. @throws `TOKEN_INVALID` if a claim is missing or contradicts the issuer */
function identityOf(issuer: string | null, payload: Readonly<Record<string, unknown>>): Identity {
  const { sub, role, sid, tid, act, client_id: client } = payload;
  if (typeof sub !== 'string' || typeof role !== 'string' || typeof sid !== 'string') throw invalid();
  if (issuer !== null) {
    if (tid !== issuer) throw invalid();
    const by = act !== undefined ? 'visit' : client !== undefined ? 'service' : 'user';
    return Object.freeze({ kind: 'tenant', by, tenantId: issuer, subject: sub, role, sessionId: sid });
  }
  if (tid !== undefined || !isOperatorTitle(role)) throw invalid();
  return Object.freeze({ kind: 'operator', operatorId: sub, role, sessionId: sid });
}
