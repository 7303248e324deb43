/**
 * The installation's fixed roles and how processes log in as them. Passwords are derived from the master key, so there is
 * nothing to store and nothing to hand out; the server is given SCRAM verifiers only, since a plain password would stand in
 * its log and in pg_stat_statements.
 */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { Refusal } from '../config/refusal.ts';
import type { ClientBase, ClientConfig } from 'pg';
import { statementLogKey, stopStatementLog } from './statement-log.ts';

/** Roles that every installation has, without its prefix. */
export type FixedRoleName =
  | 'tenantry_owner'
  | 'tenantry_provisioner'
  | 'tenantry_auth'
  | 'tenantry_api'
  | 'tenantry_audit'
  | 'tenantry_worker'
  | 'tenantry_maintenance'
  | 'tenantry_monitor'
  | 'tenantry_blueprint'
  | 'tenantry_admin'
  | 'tenantry_operator'
  | 'tenantry_security'
  | 'tenantry_developer';

/** The fixed roles that log in, lanes aside. */
export const fixedLogins = [
  'tenantry_auth',
  'tenantry_api',
  'tenantry_audit',
  'tenantry_worker',
  'tenantry_maintenance',
  'tenantry_monitor',
  'tenantry_blueprint',
] as const satisfies readonly FixedRoleName[];

/** Where a database is, without who logs in. */
export interface DatabaseEndpoint {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** false on loopback; elsewhere the server's certificate is always verified */
  readonly ssl: false | { readonly ca?: string; readonly rejectUnauthorized: true };
}

/** A database address that cannot be used; the message names the remedy. */
export class EndpointError extends Refusal {
  override readonly name = 'EndpointError';
}

/** Rounds of PBKDF2 in a verifier: PostgreSQL's own default (scram_iterations). */
const scramIterations = 4096;

/** @returns a fixed role's name in this installation */
export function fixedRole(prefix: string, name: FixedRoleName): string {
  return `${prefix}${name}`;
}

/** @returns the login of a lane, numbered from 0 and written with two digits at least */
export function laneRole(prefix: string, lane: number): string {
  return `${prefix}tenantry_lane_${String(lane).padStart(2, '0')}`;
}

/**
 * The password of a login: HMAC-SHA-256 of its name and a version under the master key, as base64url.
 * Raise the version to give a role a new one.
 */
export function loginPassword(masterKey: Buffer, role: string, version = 1): string {
  return createHmac('sha256', masterKey).update(`login:${version}:${role}`).digest('base64url');
}

/**
 * What PostgreSQL stores for a password under SCRAM-SHA-256 (RFC 5803). The salt is derived as well, so that the same
 * password always gives the same verifier and migrating twice changes nothing.
 */
export function scramVerifier(password: string, role: string): string {
  const salt = createHash('sha256').update(`salt:${role}:${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, scramIterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${scramIterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

/** What `pg` needs to log in as a role of this installation, and what keeps a session's statements out of PostgreSQL's log. */
export interface LoginConfig extends ClientConfig {
  readonly statementLogKey: string;
  /** Of pools: each of their sessions is kept out of the log before it is lent. Other sessions call `stopStatementLog`. */
  readonly onConnect: (client: ClientBase) => Promise<void>;
}

/** @returns what `pg` needs to log in as a role of this installation */
export function loginConfig(endpoint: DatabaseEndpoint, role: string, masterKey: Buffer): LoginConfig {
  const key = statementLogKey(masterKey);
  return {
    statementLogKey: key,
    onConnect: async (client) => await stopStatementLog(client, key),
    host: endpoint.host,
    port: endpoint.port,
    database: endpoint.database,
    ssl: endpoint.ssl,
    user: role,
    password: loginPassword(masterKey, role),
    application_name: 'tenantry',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  };
}

/**
 * Reads host, port and database out of a connection URL.
 * @throws EndpointError when it is no PostgreSQL URL, names no database, or asks for plaintext off loopback
 */
export function endpointFromUrl(url: string, ca: string | null): DatabaseEndpoint {
  const parsed = parseUrl(url);
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (database === '') throw new EndpointError('DATABASE_URL names no database: postgres://user:password@host:5432/database');
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = parsed.port === '' ? 5432 : Number(parsed.port);
  if (isLoopback(host)) return { host, port, database, ssl: false };
  if (parsed.searchParams.get('sslmode') === 'disable') {
    throw new EndpointError(
      `DATABASE_URL asks for plaintext to ${host}. Off loopback the connection is encrypted and the server's certificate ` +
        'verified: remove sslmode=disable and give the certificate authority as DATABASE_CA if it is your own.',
    );
  }
  return { host, port, database, ssl: { ...(ca === null ? {} : { ca }), rejectUnauthorized: true } };
}

/**
 * What `pg` needs to log in with the URL's own user: the migrator. TLS is decided by `endpointFromUrl`, never by the URL.
 * @throws EndpointError as `endpointFromUrl`
 */
export function migratorConfig(url: string, ca: string | null): ClientConfig {
  const parsed = parseUrl(url);
  const { host, port, database, ssl } = endpointFromUrl(url, ca);
  return {
    host,
    port,
    database,
    ssl,
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    application_name: 'tenantry migrate',
    connectionTimeoutMillis: 5_000,
  };
}

/** @returns the URL with another database */
export function withDatabase(url: string, database: string): string {
  const parsed = parseUrl(url);
  parsed.pathname = `/${encodeURIComponent(database)}`;
  return parsed.toString();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function parseUrl(url: string): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new EndpointError('DATABASE_URL is no URL: postgres://user:password@host:5432/database');
  }
  if (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:') {
    throw new EndpointError('DATABASE_URL must begin with postgres:// or postgresql://');
  }
  return parsed;
}
