/** What the first migration leaves behind for people to sign in with: the platform's keys, and the first operator. */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { completeKeys } from './keys.ts';
import { hashPassword } from './passwords.ts';
import { localSealer } from './sealer.ts';
import type { KeySealer } from './sealer.ts';

/** Who the first operator shall be. */
export interface FirstOperator {
  readonly email: string;
  /** null: make one and return it, to be shown once */
  readonly password: string | null;
}

/**
 * Makes sure of the platform's signing keys, of the hash that unknown accounts are compared with, and of the first operator, an
 * admin; orders that what an earlier master key sealed is sealed anew. Idempotent: what is there stays. `owner` is a connection
 * that has the role tenantry_owner.
 * @returns the password made for the operator, null if there was one already or it was given
 */
export async function ensureFirstStart(
  owner: Client,
  masterKey: Buffer,
  operator: FirstOperator,
  previousMasterKey: Buffer | null = null,
): Promise<string | null> {
  const sealer = localSealer(masterKey, previousMasterKey);
  await noteSealer(owner, sealer);
  await completeKeys(owner, sealer, null);
  await ensureDummyPassword(owner);
  return await ensureOperator(owner, operator);
}

/** Gives an operator a new first password. @returns it, to be shown once. @throws PostgreSQL's TN003 if there is no such operator */
export async function giveOperatorPassword(owner: Client, email: string): Promise<string> {
  const password = randomPassword();
  await owner.query('select platform_private.set_operator_password($1, $2)', [email, await hashPassword(password)]);
  return password;
}

/** A password of 24 characters, 144 random bits. */
export function randomPassword(): string {
  return randomBytes(18).toString('base64url');
}

/** Writes down how values sealed under the present master key begin, and orders that the others are sealed anew. */
async function noteSealer(owner: Client, sealer: KeySealer): Promise<void> {
  await owner.query('update platform.installation set seal_header = $1 where seal_header is distinct from $1', [sealer.header]);
  await owner.query('select platform.reseal_keys()');
}

async function ensureDummyPassword(owner: Client): Promise<void> {
  const { rowCount } = await owner.query('select from platform_private.dummy_password');
  if (rowCount !== 0) return;
  await owner.query('insert into platform_private.dummy_password (password_hash) values ($1) on conflict do nothing', [
    await hashPassword(randomPassword()),
  ]);
}

async function ensureOperator(owner: Client, operator: FirstOperator): Promise<string | null> {
  const { rowCount } = await owner.query('select from platform.operators limit 1');
  if (rowCount !== 0) return null;
  const password = operator.password ?? randomPassword();
  await owner.query('select platform_private.add_operator($1, $2, $3, $4, $5)', [
    operator.email,
    'First operator',
    'admin',
    await hashPassword(password),
    operator.password === null,
  ]);
  return operator.password === null ? password : null;
}
