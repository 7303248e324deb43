/**
 * The environment, parsed once at start and passed in from there. Nothing else reads process.env.
 * A bad value stops the start with its name and the accepted form; the value itself is never printed,
 * since half of these are secrets and a start-up error ends up in a log.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseNetwork } from './addresses.ts';
import type { Network } from './addresses.ts';
import { Refusal } from './refusal.ts';

/** What the process was started with, checked and frozen. Absent optional values are null. */
export interface Config {
  /** production switches off introspection and GraphiQL */
  readonly environment: 'development' | 'test' | 'production';
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** origin without a trailing slash; the issuer of every token begins with it */
    readonly publicUrl: string;
    /** PEM texts */
    readonly tls: { readonly cert: string; readonly key: string } | null;
    /** peers whose X-Forwarded-For and X-Forwarded-Proto are believed; empty: nobody's */
    readonly trustedProxies: readonly Network[];
    /** bearer token that opens /metrics to other machines; null: loopback only */
    readonly metricsToken: string | null;
    readonly supportContact: string | null;
  };
  readonly database: {
    /** the migrator's login; null: the embedded cluster */
    readonly url: string | null;
    /** PEM text of the authority that signed the database server's certificate */
    readonly ca: string | null;
    /** an existing database to build the blueprint in, for a migrator without CREATEDB */
    readonly blueprintUrl: string | null;
    /** put before the name of every fixed role */
    readonly prefix: string;
    readonly lanes: number;
    /** connections of one lane in one server process */
    readonly laneConnections: number;
    /** how many server processes share the cluster; only the connection budget needs it */
    readonly serverProcesses: number;
    readonly statementTimeoutMs: number;
  };
  readonly mail: {
    /** null: messages are printed to the log in development, and fail in production */
    readonly smtpUrl: string | null;
    readonly from: string;
  };
  readonly embedded: {
    /** absolute */
    readonly dataDir: string;
    /** 0: a free one is chosen at every start */
    readonly port: number;
  };
  /** 32 bytes as base64; `resolveMasterKey` turns it into the key, or makes one */
  readonly masterKey: string | null;
  /** the one before, while what it sealed is sealed anew; the same form */
  readonly previousMasterKey: string | null;
  /** how long a signing key signs, in days */
  readonly keyRotationDays: number;
  readonly operator: {
    readonly email: string;
    /** null: one is made at the first start and printed once */
    readonly password: string | null;
  };
  readonly demo: boolean;
  readonly audit: {
    /** whether an event of a read is written before the answer, or within 200 ms */
    readonly mode: 'batched' | 'strict';
    /** absolute path of the folder outside the database for signed checkpoints; null: there is none */
    readonly checkpoints: string | null;
    /** absolute path of PostgreSQL's own log, a file or a folder, in which the worker finds access past the API; null: it isn't read */
    readonly serverLog: string | null;
  };
  /** Webhooks may call this machine itself: for tests of receivers, refused in production. */
  readonly webhookAllowLoopback: boolean;
  /** Keys of tenants' issuers may be fetched from this machine itself: for tests of an issuer, refused in production. */
  readonly issuerAllowLoopback: boolean;
}

/** A start that cannot go on; the message tells its reader which variable to change and how. */
export class ConfigError extends Refusal {
  override readonly name = 'ConfigError';
}

const wholeNumber = (least: number, most: number, standard: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most)
    .default(standard)
    .describe(`a whole number from ${least} to ${most}`);

const oneOf = <const T extends readonly [string, ...string[]]>(values: T, standard: T[number]) =>
  z
    .enum(values as readonly string[] as [T[number], ...T[number][]])
    .default(standard)
    .describe(`one of ${values.join(', ')}`);

const postgresUrl = z
  .string()
  .refine((value) => {
    const url = URL.parse(value);
    return (
      url !== null &&
      /^postgres(ql)?:$/.test(url.protocol) &&
      url.hostname !== '' &&
      url.username !== '' &&
      /^\/[^/]+$/.test(url.pathname)
    );
  })
  .optional()
  .describe('postgres://login:password@host:port/database');

const pemFile = (kind: string) =>
  z
    .string()
    .transform((path, context) => {
      try {
        const text = readFileSync(path, 'utf8');
        if (text.includes('-----BEGIN ')) return text;
      } catch {
        // An unreadable file and a file of another kind have one remedy, given by the description.
      }
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    })
    .optional()
    .describe(`the path of a readable PEM file with ${kind}`);

const masterKey = z
  .string()
  .refine((value) => /^[A-Za-z0-9+/]{43}=$/.test(value) && Buffer.from(value, 'base64').length === 32)
  .optional()
  .describe('32 bytes as base64 (44 characters)');

const publicOrigin = z
  .string()
  .transform((value, context) => {
    const url = URL.parse(value);
    const plain = url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
    if (plain) return url.origin;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  })
  .optional()
  .describe('http:// or https://, a host and perhaps a port, without a path');

const networks = z
  .string()
  .transform((value, context) => {
    const parsed = value.split(',').map((part) => parseNetwork(part.trim()));
    const known = parsed.filter((network) => network !== null);
    if (known.length === parsed.length) return known;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  })
  .optional()
  .describe('IP addresses or networks such as 10.0.0.0/8, separated by commas; not /0, which is everybody');

/** One row a variable: how it is checked, what it is when absent, and (described) the form it must have. */
const environmentSchema = z.object({
  NODE_ENV: oneOf(['development', 'test', 'production'], 'development'),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,253}$/)
    .refine((host) => URL.canParse(originOf(host, 0, false)))
    .default('127.0.0.1')
    .describe('a host name or an IP address'),
  PORT: wholeNumber(0, 65_535, 4000),
  PUBLIC_URL: publicOrigin,
  TLS_CERT: pemFile('the certificate chain'),
  TLS_KEY: pemFile('the private key'),
  TRUSTED_PROXIES: networks,
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,200}$/)
    .optional()
    .describe('16 to 200 printable ASCII characters without spaces'),
  SUPPORT_CONTACT: z
    .string()
    .regex(/^[^\p{Cc}]{1,200}$/u)
    .optional()
    .describe('up to 200 characters: an e-mail address, a telephone number or a URL'),
  SMTP_URL: z
    .string()
    .refine((value) => /^smtps?:$/.test(URL.parse(value)?.protocol ?? ''))
    .optional()
    .describe('smtp:// or smtps://, perhaps login:password@, then host:port'),
  MAIL_FROM: z
    .string()
    .regex(/^[^\p{Cc}]{3,200}$/u)
    .default('Tenantry <no-reply@localhost>')
    .describe('an address, or a name and an address in angle brackets'),
  DATABASE_URL: postgresUrl,
  DATABASE_CA: pemFile('the authority of the database server'),
  BLUEPRINT_URL: postgresUrl,
  TENANTRY_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,6}_$/)
    .refine((value) => !['tenant_', 'pg_'].includes(value))
    .default('')
    .describe('empty, or a lower-case letter, up to six letters or digits and an underscore; not tenant_ or pg_'),
  LANES: wholeNumber(1, 999, 16),
  LANE_CONNECTIONS: wholeNumber(1, 64, 2),
  SERVER_PROCESSES: wholeNumber(1, 64, 2),
  STATEMENT_TIMEOUT_MS: wholeNumber(100, 600_000, 10_000),
  DATA_DIR: z
    .string()
    .regex(/^[^\p{Cc}]{1,1000}$/u)
    .default('.tenantry')
    .describe('the path of a directory, without control characters'),
  EMBEDDED_PORT: wholeNumber(0, 65_535, 0),
  TENANTRY_MASTER_KEY: masterKey,
  TENANTRY_MASTER_KEY_PREVIOUS: masterKey,
  KEY_ROTATION_DAYS: wholeNumber(1, 3_650, 90),
  OPERATOR_EMAIL: z.email().max(254).default('operator@tenantry.example').describe('an e-mail address'),
  OPERATOR_PASSWORD: z.string().min(12).max(200).optional().describe('12 to 200 characters'),
  DEMO: z.enum(['0', '1']).optional().describe('0 or 1'),
  AUDIT_MODE: oneOf(['batched', 'strict'], 'batched'),
  AUDIT_CHECKPOINTS: z
    .string()
    .regex(/^[^\p{Cc}]{1,1000}$/u)
    .optional()
    .describe('the path of a directory, without control characters'),
  AUDIT_SERVER_LOG: z
    .string()
    .regex(/^[^\p{Cc}]{1,1000}$/u)
    .optional()
    .describe('the path of a file or a directory, without control characters'),
  WEBHOOK_ALLOW_LOOPBACK: oneOf(['0', '1'], '0'),
  ISSUER_ALLOW_LOOPBACK: oneOf(['0', '1'], '0'),
});

/** Every variable the process reads: what `.env.example` and the reference must list. */
export const environmentVariables: readonly string[] = Object.keys(environmentSchema.shape);

/**
 * Reads and checks the environment. An empty variable counts as absent, as `.env` files have them.
 * @throws ConfigError naming every bad variable with the form it must have
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given: Record<string, string> = {};
  for (const name of environmentVariables) {
    const value = environment[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const parsed = environmentSchema.safeParse(given);
  const complaints = parsed.success ? [] : formComplaints(parsed.error);
  complaints.push(...pairComplaints(given));
  if (!parsed.success || complaints.length > 0) {
    throw new ConfigError(`The environment is not usable:\n${complaints.map((line) => `  ${line}`).join('\n')}`);
  }
  return toConfig(parsed.data);
}

function formComplaints(error: z.ZodError): string[] {
  const names = new Set(error.issues.map((issue) => String(issue.path[0])));
  return [...names].map((name) => {
    const field = environmentSchema.shape[name as keyof typeof environmentSchema.shape];
    return `${name} must be ${field.description}.`;
  });
}

function pairComplaints(given: Readonly<Record<string, string>>): string[] {
  const complaints: string[] = [];
  const needs = (name: string, other: string) => {
    if (given[name] !== undefined && given[other] === undefined) {
      complaints.push(`${name} is of use only together with ${other}: set both or neither.`);
    }
  };
  needs('TLS_CERT', 'TLS_KEY');
  needs('TLS_KEY', 'TLS_CERT');
  needs('DATABASE_CA', 'DATABASE_URL');
  needs('BLUEPRINT_URL', 'DATABASE_URL');
  for (const name of ['WEBHOOK_ALLOW_LOOPBACK', 'ISSUER_ALLOW_LOOPBACK']) {
    if (given['NODE_ENV'] === 'production' && given[name] === '1') complaints.push(`${name} is for tests: leave it out in production.`);
  }
  if (given['TENANTRY_MASTER_KEY_PREVIOUS'] !== undefined && given['TENANTRY_MASTER_KEY_PREVIOUS'] === given['TENANTRY_MASTER_KEY']) {
    complaints.push('TENANTRY_MASTER_KEY_PREVIOUS must be another key than TENANTRY_MASTER_KEY: leave it out unless the key changes.');
  }
  return complaints;
}

function toConfig(values: z.output<typeof environmentSchema>): Config {
  const tls =
    values.TLS_CERT !== undefined && values.TLS_KEY !== undefined
      ? { cert: values.TLS_CERT, key: values.TLS_KEY }
      : null;
  return deepFreeze({
    environment: values.NODE_ENV,
    logLevel: values.LOG_LEVEL,
    http: {
      host: values.HOST,
      port: values.PORT,
      publicUrl: values.PUBLIC_URL ?? new URL(originOf(values.HOST, values.PORT, tls !== null)).origin,
      tls,
      trustedProxies: values.TRUSTED_PROXIES ?? [],
      metricsToken: values.METRICS_TOKEN ?? null,
      supportContact: values.SUPPORT_CONTACT ?? null,
    },
    database: {
      url: values.DATABASE_URL ?? null,
      ca: values.DATABASE_CA ?? null,
      blueprintUrl: values.BLUEPRINT_URL ?? null,
      prefix: values.TENANTRY_PREFIX,
      lanes: values.LANES,
      laneConnections: values.LANE_CONNECTIONS,
      serverProcesses: values.SERVER_PROCESSES,
      statementTimeoutMs: values.STATEMENT_TIMEOUT_MS,
    },
    mail: { smtpUrl: values.SMTP_URL ?? null, from: values.MAIL_FROM },
    embedded: { dataDir: resolve(values.DATA_DIR), port: values.EMBEDDED_PORT },
    masterKey: values.TENANTRY_MASTER_KEY ?? null,
    previousMasterKey: values.TENANTRY_MASTER_KEY_PREVIOUS ?? null,
    keyRotationDays: values.KEY_ROTATION_DAYS,
    operator: { email: values.OPERATOR_EMAIL, password: values.OPERATOR_PASSWORD ?? null },
    // Demo tenants belong to a first look, so a database of one's own gets them only when asked for.
    demo: values.DEMO === undefined ? values.DATABASE_URL === undefined : values.DEMO === '1',
    audit: { mode: values.AUDIT_MODE, checkpoints: checkpointsOf(values), serverLog: serverLogOf(values) },
    webhookAllowLoopback: values.WEBHOOK_ALLOW_LOOPBACK === '1',
    issuerAllowLoopback: values.ISSUER_ALLOW_LOOPBACK === '1',
  });
}

/** The embedded database has its checkpoints beside it: better than none, and a place to copy from. */
function checkpointsOf(values: z.output<typeof environmentSchema>): string | null {
  if (values.AUDIT_CHECKPOINTS !== undefined) return resolve(values.AUDIT_CHECKPOINTS);
  return values.DATABASE_URL === undefined ? resolve(values.DATA_DIR, 'checkpoints') : null;
}

/** The embedded database writes its log beside it. */
function serverLogOf(values: z.output<typeof environmentSchema>): string | null {
  if (values.AUDIT_SERVER_LOG !== undefined) return resolve(values.AUDIT_SERVER_LOG);
  return values.DATABASE_URL === undefined ? resolve(values.DATA_DIR, 'postgres', 'log') : null;
}

function originOf(host: string, port: number, secure: boolean): string {
  const anyAddress = host === '0.0.0.0' || host === '::';
  const name = anyAddress ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${secure ? 'https' : 'http'}://${name}:${port}`;
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
