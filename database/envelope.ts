import { fixedRole } from './logins.ts';

/** Who asks, as the server verified it. Every key is set by every envelope; `''` when it does not apply. */
export interface Claims {
  readonly tenantId: string;
  readonly userId: string;
  readonly role: string;
  readonly sessionId: string;
  readonly operatorId: string;
  readonly serviceId: string;
  readonly requestId: string;
}

export type Access = 'read' | 'write';

export type OperatorRole = 'tenantry_admin' | 'tenantry_operator' | 'tenantry_security' | 'tenantry_developer';

/** Where a tenant lives, as `identity.tenant_route` returns it. */
export interface TenantRoute {
  readonly id: string;
  readonly status: string;
  readonly lane: number;
  readonly role: string;
  readonly schema: string;
  readonly schemaVersion: number;
}

/** The scope of one request. Only the two builders below can make one that a connection accepts. */
export interface Envelope {
  readonly role: string;
  readonly searchPath: string;
  readonly access: Access;
  readonly statementTimeoutMs: number;
  readonly claims: Claims;
  /** Goes into the names of prepared statements, so that tenants on different versions never share a plan. */
  readonly statementVersion: string;
  readonly tenantId: string | null;
  readonly lane: number | null;
}

const OPERATOR_ROLES: readonly OperatorRole[] = [
  'tenantry_admin',
  'tenantry_operator',
  'tenantry_security',
  'tenantry_developer',
];

/** The claim settings in the order of the envelope statement's parameters. */
const CLAIM_SETTINGS: readonly (readonly [setting: string, claim: keyof Claims])[] = [
  ['tenantry.tenant_id', 'tenantId'],
  ['tenantry.user_id', 'userId'],
  ['tenantry.role', 'role'],
  ['tenantry.session_id', 'sessionId'],
  ['tenantry.operator_id', 'operatorId'],
  ['tenantry.service_id', 'serviceId'],
  ['tenantry.request_id', 'requestId'],
];

/** Role first: when it is refused, no other setting of the request has been made. */
const SETTINGS: readonly string[] = [
  'role',
  'search_path',
  'statement_timeout',
  ...CLAIM_SETTINGS.map(([setting]) => setting),
];

/** Names of roles and schemas are checked when they are made; this keeps anything else out of role and search_path. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * What the session looks like, as one text: no envelope, so no role, no claim. The setting `role` of a login is
 * `none`; a claim nobody ever set is null and a claim whose transaction ended is `''`, hence the coalesce.
 */
const SESSION_STATE = `pg_catalog.concat_ws('|', ${SETTINGS.map(
  (setting) => `coalesce(pg_catalog.current_setting('${setting}', true), '')`,
).join(', ')})`;

/** Reads the state of a session before anything ran on it; what it returns is the measure for every later envelope. */
export const SESSION_STATE_TEXT = `select ${SESSION_STATE} as state`;

/** A statement prepared once a connection, and how many settings it makes. */
export interface EnvelopeStatement {
  readonly name: string;
  readonly text: string;
  readonly settings: number;
}

/**
 * The envelope statement. One constant text, prepared once a connection, values as parameters, every setting local
 * to the transaction. Expressions are evaluated from left to right, so `before` shows the session as the previous
 * request left it: a setting that outlived its transaction is found here, in the statement that is sent anyway,
 * instead of by a query of its own after each request.
 */
export const ENVELOPE_STATEMENT: EnvelopeStatement = {
  name: 'envelope',
  text: `select ${SESSION_STATE} as before, pg_catalog.num_nonnulls(${SETTINGS.map(
    (setting, index) => `pg_catalog.set_config('${setting}', $${index + 1}, true)`,
  ).join(', ')}) as applied`,
  settings: SETTINGS.length,
};

/** Parameters of every envelope made here. An object that is not a key of this map is not an envelope. */
const parametersOf = new WeakMap<Envelope, readonly string[]>();

/**
 * The scope of a request inside one tenant.
 * @throws if the claims name another tenant than the route, or a name or limit cannot be right
 */
export function tenantEnvelope(
  route: TenantRoute,
  claims: Claims,
  access: Access,
  statementTimeoutMs: number,
): Envelope {
  if (claims.tenantId !== route.id) throw new TypeError('the claims belong to another tenant');
  if (!NAME.test(route.schema)) throw new TypeError('not the name of a schema');
  if (!Number.isInteger(route.lane) || route.lane < 0) throw new TypeError('not a lane');
  return seal({
    role: route.role,
    searchPath: `${route.schema}, tenantry_shared, pg_temp`,
    access,
    statementTimeoutMs,
    claims,
    statementVersion: `v${route.schemaVersion}`,
    tenantId: route.id,
    lane: route.lane,
  });
}

/**
 * The scope of an operator's request in the control plane.
 * @throws if the role is none of the operators', or the claims name a tenant
 */
export function operatorEnvelope(
  role: OperatorRole,
  prefix: string,
  claims: Claims,
  access: Access,
  statementTimeoutMs: number,
): Envelope {
  if (!OPERATOR_ROLES.includes(role)) throw new TypeError('not a role of operators');
  if (claims.tenantId !== '') throw new TypeError('an operator acts in no tenant');
  return seal({
    role: fixedRole(prefix, role),
    searchPath: 'platform, pg_temp',
    access,
    statementTimeoutMs,
    claims,
    statementVersion: 'p',
    tenantId: null,
    lane: null,
  });
}

/**
 * The values for the envelope statement.
 * @throws if the object was not made by a builder of this module, whatever it looks like
 */
export function envelopeParameters(envelope: Envelope): readonly string[] {
  const parameters = parametersOf.get(envelope);
  if (parameters === undefined) throw new TypeError('a request scope comes from tenantEnvelope or operatorEnvelope');
  return parameters;
}

function seal(fields: Envelope): Envelope {
  if (!NAME.test(fields.role)) throw new TypeError('not the name of a role');
  if (!Number.isInteger(fields.statementTimeoutMs) || fields.statementTimeoutMs <= 0) {
    throw new TypeError('a statement timeout is a whole number of milliseconds above 0');
  }
  const claims = Object.freeze({ ...fields.claims });
  const envelope = Object.freeze({ ...fields, claims });
  parametersOf.set(
    envelope,
    Object.freeze([
      envelope.role,
      envelope.searchPath,
      String(envelope.statementTimeoutMs),
      ...CLAIM_SETTINGS.map(([, claim]) => claimValue(claims, claim)),
    ]),
  );
  return envelope;
}

function claimValue(claims: Claims, claim: keyof Claims): string {
  const value: unknown = claims[claim];
  if (typeof value !== 'string') throw new TypeError(`claim ${claim} is not a text`);
  return value;
}
