/**
 * Statements that are to hold for years and be checked by anybody: checkpoints, cuts, attestations, evidence. Compact JWS (RFC 7515) under keys
 * that sign nothing else; their public halves stay in /.well-known/jwks.json for ever. The type in the header keeps one kind of
 * statement from being shown as another, and any of them from being a token.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, compactVerify, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import { SIGNING_ALGORITHM, openPublicKey } from '../identity/keys.ts';
import type { KeySealer } from '../identity/sealer.ts';

/** Kinds of statements, as their header's `typ` names them. */
export type StatementKind = 'checkpoint' | 'cut' | 'attestation' | 'evidence';

/** A way to the worker's functions on statement keys. */
export interface StatementDatabase {
  query(text: string, values?: unknown[]): Promise<{ rows: readonly unknown[] }>;
}

export const STATEMENTS_CONTEXT = 'platform:statements';

/** Signs statements with the key in use. */
export interface StatementSigner {
  /** The public half, as it belongs to what signs: the database's word isn't asked. */
  readonly publicJwk: JWK & { readonly kid: string };
  sign(kind: StatementKind, content: object): Promise<string>;
}

/**
 * Opens the key that signs now, making it if there is none.
 * @throws Error when the key's name is not its thumbprint: it is part of a file's name outside, and readers look keys up by it
 */
export async function openSigner(database: StatementDatabase, sealer: KeySealer): Promise<StatementSigner> {
  for (;;) {
    const { rows } = await database.query('select kid, sealed from audit.statement_key()');
    const stored = rows[0] as { kid: string; sealed: Buffer } | undefined;
    if (stored !== undefined) {
      const jwk = JSON.parse((await sealer.unseal(stored.sealed, STATEMENTS_CONTEXT)).toString('utf8')) as JWK;
      const key = createPrivateKey({ key: jwk, format: 'jwk' });
      const publicJwk = await publicHalf(await exportJWK(createPublicKey(key)));
      if (publicJwk.kid !== stored.kid) throw new Error('the name of the key that signs statements is not its thumbprint: audit.statement_keys was changed');
      return {
        publicJwk,
        sign: async (kind, content) =>
          await new CompactSign(Buffer.from(JSON.stringify(content)))
            .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: stored.kid, typ: typeOf(kind) })
            .sign(key),
      };
    }
    const pair = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
    const publicJwk = await publicHalf(await exportJWK(pair.publicKey));
    const sealed = await sealer.seal(Buffer.from(JSON.stringify(await exportJWK(pair.privateKey))), STATEMENTS_CONTEXT);
    await database.query('select audit.store_statement_key($1, $2, $3)', [publicJwk.kid, JSON.stringify(publicJwk), sealed]);
  }
}

/** What of a public key is published, in the order of jsonb: one text outside, whoever writes it. */
async function publicHalf(jwk: JWK): Promise<StatementSigner['publicJwk']> {
  const { x = '', y = '', crv = '', kty = '' } = jwk;
  return { x, y, alg: SIGNING_ALGORITHM, crv, kid: await calculateJwkThumbprint(jwk), kty, use: 'sig' };
}

/** A statement that holds. */
export interface Statement {
  readonly kid: string;
  readonly content: unknown;
}

/**
 * Checks a statement with public keys from wherever its reader trusts.
 * @throws Error saying what is wrong: not a statement of this kind, an unknown key, or a signature that does not hold
 */
export async function readStatement(kind: StatementKind, statement: string, keys: readonly JWK[]): Promise<Statement> {
  const header = decodeProtectedHeader(statement);
  if (header.typ !== typeOf(kind)) throw new Error(`not a statement of kind ${kind}: its type is ${String(header.typ)}`);
  const jwk = keys.find(({ kid }) => kid !== undefined && kid === header.kid);
  if (jwk === undefined) throw new Error(`signed with a key that is not among the given ones: ${String(header.kid)}`);
  const { payload } = await compactVerify(statement, openPublicKey(jwk), { algorithms: [SIGNING_ALGORITHM] }).catch((cause: unknown) => {
    throw new Error('the signature does not hold', { cause });
  });
  return { kid: String(header.kid), content: JSON.parse(Buffer.from(payload).toString('utf8')) as unknown };
}

function typeOf(kind: StatementKind): string {
  return `tenantry-${kind}+jws`;
}
