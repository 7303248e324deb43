import { createHash } from 'node:crypto';
import type { ProblemCode } from '../http/catalogue.ts';
import { problem, toProblem } from '../http/problems.ts';
import type { Problem } from '../http/problems.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import type { AuthPool } from './auth-pool.ts';
import { isTenantId } from './tenant-id.ts';
import type { Tokens } from './tokens.ts';

/** Tokens for service accounts by client credentials. */
export interface ServiceTokens {
  /**
   * @param resource the issuer of the tenant, `<origin>/t/<id>`
   * @throws `BAD_CREDENTIALS` (OAuth: invalid_client), `MALFORMED_REQUEST` for a resource that is no open tenant here (invalid_target), `RATE_LIMITED`
   */
  issue(client: { readonly id: string; readonly secret: string }, resource: string | undefined, address: string): Promise<{ accessToken: string; expiresIn: number }>;
}

const BEGIN = {
  name: 'begin_service_token',
  text: 'select account_id, secret_id, role from identity.begin_service_token($1::uuid, $2::text, $3::text)',
};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Makes the way in for programs. */
export function createServiceTokens(options: { pool: AuthPool; tokens: Tokens; limit: AttemptLimit; publicUrl: string }): ServiceTokens {
  const { pool, tokens, limit, publicUrl } = options;
  const prefix = `${publicUrl}/t/`;
  return {
    async issue({ id, secret }, resource, address) {
      await limit.count(address);
      const tenantId = resource?.startsWith(prefix) === true ? resource.slice(prefix.length) : '';
      if (!isTenantId(tenantId)) {
        throw invalidTarget(`Name the tenant as resource: ${prefix}<id>.`);
      }
      // SHA-256 is enough for 244 random bits; the database compares hashes, whose timing tells nothing of the secret.
      const hash = createHash('sha256').update(secret).digest('hex');
      const [row] = UUID.test(id)
        ? await pool.query<{ account_id: string; secret_id: string; role: string }>(BEGIN, [id, hash, tenantId]).catch(tenantRefused)
        : [];
      if (row === undefined) {
        throw problem('BAD_CREDENTIALS', 'The client is unknown, its secret is wrong or has run out, or it was not granted access to this tenant.', {
          members: { error: 'invalid_client' },
        });
      }
      await limit.succeeded(address);
      return await tokens.issue({ kind: 'tenant', by: 'service', tenantId, subject: row.account_id, role: row.role, sessionId: row.secret_id });
    },
  };
}

function invalidTarget(detail: string, cause?: unknown): Problem {
  return problem('MALFORMED_REQUEST', detail, { cause, members: { error: 'invalid_target' } });
}

/** Only a client whose secret is right comes so far as to hear it. RFC 8707, 2: a resource that cannot be served is an invalid target. */
function tenantRefused(error: unknown): never {
  const refusal = toProblem(error);
  const closed: readonly string[] = ['NOT_FOUND', 'TENANT_FORBIDDEN', 'TENANT_SUSPENDED'] satisfies ProblemCode[];
  throw closed.includes(refusal.code) ? invalidTarget(refusal.message, error) : error;
}
