/** Makes tokens as a forger would who got hold of a real key, for a real server: what is refused is refused for its reason. */
import { CompactEncrypt, SignJWT, decodeJwt, importJWK } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import { localSealer, sealingContext } from '../../server/identity/sealer.ts';
import type { TestServer } from '../harness/server.ts';

/** An issuer's present keys, opened. */
interface Keys {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  readonly encryption: Buffer;
  readonly claims: JWTPayload;
}

type Header = Readonly<Record<string, unknown>>;

export interface Forger {
  readonly kid: (issuer: string | null) => string;
  readonly publicJwk: (issuer: string | null) => JWK;
  readonly issuer: (tenantId: string | null) => string;
  /** The claims of a manager of a tenant, or of an operator (null), who really signed in; fresh as of now. */
  claims(tenantId: string | null, changes?: Readonly<Record<string, unknown>>): JWTPayload;
  /** Signs with an issuer's real key whatever it is told to. */
  sign(issuer: string | null, payload: JWTPayload, header?: Header): Promise<string>;
  /** Encrypts with an issuer's real key whatever it is told to; `secret` takes the place of the key. */
  encrypt(issuer: string, content: string, header?: Header, secret?: Uint8Array): Promise<string>;
}

/** Opens the keys of the platform and of these tenants, whose template is `demo` and whose tokens are not encrypted yet. */
export async function forgerOf(server: TestServer, tenants: readonly string[]): Promise<Forger> {
  const held = new Map<string | null, Keys>();
  const sealer = localSealer(server.db.masterKey);
  for (const id of [null, ...tenants]) {
    const { rows } = await server.db.withOwner((client) =>
      client.query<{ kid: string; public_jwk: JWK; sealed: Buffer; encryption: Buffer }>(
        `select kid, public_jwk, sealed, encryption from platform_private.signing_keys
          where tenant_id is not distinct from $1 and state = 'current'`,
        [id],
      ),
    );
    const [row] = rows;
    if (row === undefined) throw new Error(`${id ?? 'the platform'} has no key`);
    const context = sealingContext(id);
    const token = id === null ? await server.operatorToken('operator') : await server.tenantToken(id, 'manager');
    held.set(id, {
      claims: decodeJwt(token),
      kid: row.kid,
      publicJwk: row.public_jwk,
      privateJwk: JSON.parse((await sealer.unseal(row.sealed, context)).toString('utf8')) as JWK,
      encryption: await sealer.unseal(row.encryption, `${context}:encryption:${row.kid}`),
    });
  }
  const keysOf = (issuer: string | null): Keys => {
    const keys = held.get(issuer);
    if (keys === undefined) throw new Error('no such issuer');
    return keys;
  };
  const issuerUrl = (tenantId: string | null) => (tenantId === null ? server.url : `${server.url}/t/${tenantId}`);

  return {
    kid: (issuer) => keysOf(issuer).kid,
    publicJwk: (issuer) => keysOf(issuer).publicJwk,
    issuer: issuerUrl,
    claims(tenantId, changes = {}) {
      const seconds = Math.floor(Date.now() / 1_000);
      const claims: Record<string, unknown> = { ...keysOf(tenantId).claims, iat: seconds, exp: seconds + 900, ...changes };
      return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    },
    async sign(issuer, payload, header = {}) {
      const { kid, privateJwk } = keysOf(issuer);
      return await new SignJWT(payload)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header })
        .sign(await importJWK(privateJwk, 'ES256'));
    },
    async encrypt(issuer, content, header = {}, secret = keysOf(issuer).encryption) {
      return await new CompactEncrypt(Buffer.from(content))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: 'at+jwt', cty: 'JWT', kid: keysOf(issuer).kid, iss: issuerUrl(issuer), ...header })
        .encrypt(secret);
    },
  };
}
