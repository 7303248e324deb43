/** What is tried over HTTP with one tenant's token against another tenant, as data. Nothing here sends anything. */
import type { Sent } from './wire.ts';

/** A tenant as it is seen from outside: its token, and what only it may be shown. */
export interface Party {
  readonly id: string;
  readonly token: string;
  /** Stands in its brand and agreement, and nowhere else in the world. */
  readonly canary: string;
  readonly brand: string;
  readonly agreement: string;
  readonly brandNode: string;
  readonly agreementNode: string;
  readonly cursor: string;
  /** An id of its own open session, as its list of sessions shows it. */
  readonly session: string;
}

/** What is asked about `rival`. Sent with the rival's token it must show what `shown` finds, sent with the intruder's it must not. */
export interface OutsideAttempt {
  readonly kind: string;
  readonly target: string;
  request(rival: Party, intruder: Party): Sent;
  /** Whether an answer shows something of the rival's; unless said otherwise its canary, its ids aside. */
  shown?(text: string, rival: Party): boolean;
  /** Statuses of which a refusal must have one. */
  readonly refused: readonly number[];
  /** false where even the rival is refused: a way that leads nowhere has nothing to show. */
  readonly opens: boolean;
  /** A token of its own making, in place of the asker's. */
  token?(asker: Party, rival: Party): string | null;
}

const query = (kind: string, target: string, text: string, variables: (rival: Party, intruder: Party) => Record<string, unknown>, more: Partial<OutsideAttempt> = {}): OutsideAttempt => ({
  kind, target, refused: [200], opens: true,
  request: (rival, intruder) => ({ method: 'POST', path: '/graphql', body: { query: text, variables: variables(rival, intruder) } }),
  ...more,
});

/** Sent by the rival first: whatever is kept of a text is kept with its literals. */
const literal = (kind: string, target: string, text: (rival: Party) => string): OutsideAttempt => ({
  kind, target, refused: [200], opens: true, request: (rival) => ({ method: 'POST', path: '/graphql', body: { query: text(rival) } }),
});

const ONE = /"totalCount":"?1\b/;
/** Asks for canaries and names no tenant. */
export const OWN_QUERY = '{ brands(filter: { name: { startsWith: "Canary" } }) { nodes { name } } }';

const GRAPHQL: readonly OutsideAttempt[] = [
  query('node', 'node', 'query($id: ID!) { node(id: $id) { ... on Brand { name } ... on Agreement { notes } } }', ({ brandNode }) => ({ id: brandNode })),
  query('node', 'node of an agreement', 'query($id: ID!) { node(id: $id) { ... on Brand { name } ... on Agreement { notes } } }', ({ agreementNode }) => ({ id: agreementNode })),
  query('node', 'brandById', 'query($id: ID!) { brandById(id: $id) { name } }', ({ brandNode }) => ({ id: brandNode })),
  query('node', 'agreementById', 'query($id: ID!) { agreementById(id: $id) { notes } }', ({ agreementNode }) => ({ id: agreementNode })),
  query('row-id', 'brand', 'query($id: UUID!) { brand(rowId: $id) { name description agreements { nodes { notes } } } }', ({ brand }) => ({ id: brand })),
  query('row-id', 'agreement', 'query($id: UUID!) { agreement(rowId: $id) { notes brand { name } } }', ({ agreement }) => ({ id: agreement })),
  query('row-id', 'agreementByNumber', 'query($number: String!) { agreementByNumber(number: $number) { notes } }', ({ canary }) => ({ number: numberOf(canary) })),
  query('filter', 'by row id', 'query($ids: [UUID!]) { brands(filter: { rowId: { in: $ids } }) { nodes { name } } }', (rival, intruder) => ({ ids: [rival.brand, intruder.brand] })),
  query('filter', 'by text', 'query($text: String) { brands(filter: { name: { startsWith: $text } }) { nodes { name } } }', () => ({ text: 'Canary' })),
  query('filter', 'condition', 'query($id: UUID) { brands(condition: { rowId: $id }) { nodes { name } } }', ({ brand }) => ({ id: brand })),
  query('relation-filter', 'agreements of a brand', 'query($id: UUID) { agreements(filter: { brand: { rowId: { equalTo: $id } } }) { nodes { notes } } }', ({ brand }) => ({ id: brand })),
  query('relation-filter', 'brands with an agreement', 'query($id: UUID) { brands(filter: { agreements: { some: { rowId: { equalTo: $id } } } }) { nodes { name } } }', ({ agreement }) => ({ id: agreement })),
  query('aggregate', 'totalCount', 'query($id: UUID) { brands(filter: { rowId: { equalTo: $id } }) { totalCount } }', ({ brand }) => ({ id: brand }), { shown: (text) => ONE.test(text) }),
  query('aggregate', 'distinctCount', 'query($id: UUID) { agreements(filter: { rowId: { equalTo: $id } }) { aggregates { distinctCount { rowId } } } }', ({ agreement }) => ({ id: agreement }), { shown: (text) => /"rowId":"?1\b/.test(text) }),
  query('alias', 'two of one field', 'query($one: UUID!, $two: UUID!) { a: brand(rowId: $one) { name } b: brand(rowId: $two) { name } }', (rival, intruder) => ({ one: intruder.brand, two: rival.brand })),
  query('alias', 'fifty of one field', `query($id: UUID!) { ${Array.from({ length: 50 }, (_, n) => `a${n}: brand(rowId: $id) { name }`).join(' ')} }`, ({ brand }) => ({ id: brand })),
  query('fragment', 'on a type', 'query($id: ID!) { node(id: $id) { ...f } } fragment f on Brand { name ...g } fragment g on Brand { description agreements { nodes { ... on Agreement { notes } } } }', ({ brandNode }) => ({ id: brandNode })),
  query('nested-query', 'query in query', 'query($id: UUID!) { query { query { brand(rowId: $id) { name } } } }', ({ brand }) => ({ id: brand })),
  query('cursor', 'after, of the rival’s list', 'query($cursor: Cursor) { brands(first: 5, orderBy: NAME_ASC, after: $cursor) { nodes { name } } }', ({ cursor }) => ({ cursor }), { opens: false }),
  query('cursor', 'before, of the rival’s list', 'query($cursor: Cursor) { brands(last: 5, orderBy: NAME_ASC, before: $cursor) { nodes { name } } }', ({ cursor }) => ({ cursor }), { opens: false }),
  query('mutation', 'updateBrand', 'mutation($id: UUID!, $text: String!) { updateBrand(input: { rowId: $id, patch: { category: $text } }) { brand { name } } }', ({ brand }) => ({ id: brand, text: 'tried' })),
  query('mutation', 'updateBrandById', 'mutation($id: ID!, $text: String!) { updateBrandById(input: { id: $id, patch: { category: $text } }) { brand { name } } }', ({ brandNode }) => ({ id: brandNode, text: 'tried' })),
  query('mutation', 'updateAgreementByNumber', 'mutation($number: String!) { updateAgreementByNumber(input: { number: $number, patch: { currency: "EUR" } }) { agreement { notes } } }', ({ canary }) => ({ number: numberOf(canary) })),
  query('mutation', 'the query of a payload', 'mutation($id: UUID!, $rival: UUID!) { updateBrand(input: { rowId: $id, patch: { category: "tried" } }) { query { brand(rowId: $rival) { name } } } }', (rival, intruder) => ({ id: intruder.brand, rival: rival.brand }), { opens: false }),
  query('mutation', 'an agreement on a brand of the rival’s', 'mutation($brand: UUID!, $licensee: UUID!) { createAgreement(input: { agreement: { number: "PROBE-1", brandId: $brand, licenseeId: $licensee } }) { agreement { brand { name } } } }', ({ brand }) => ({ brand, licensee: brand }), { opens: false }),
  literal('cached-text', 'a literal of the rival’s', ({ brand }) => `{ brand(rowId: "${brand}") { name } }`),
  literal('cached-text', 'a literal node id', ({ brandNode }) => `query cached { node(id: "${brandNode}") { ... on Brand { name } } }`),
  literal('cached-text', 'the same text, no id at all', () => OWN_QUERY),
  {
    kind: 'cached-text', target: 'operationName', refused: [200], opens: true,
    request: ({ brand }) => ({ method: 'POST', path: '/graphql', body: { query: `query a { brands(first: 0) { totalCount } } query b { brand(rowId: "${brand}") { name } }`, operationName: 'b' } }),
  },
  {
    kind: 'batch', target: 'a list of operations', refused: [400], opens: false,
    request: ({ brand }) => ({ method: 'POST', path: '/graphql', body: [{ query: OWN_QUERY }, { query: `{ brand(rowId: "${brand}") { name } }` }] }),
  },
  {
    kind: 'persisted', target: 'a hash without a text', refused: [400], opens: false,
    request: () => ({ method: 'POST', path: '/graphql', body: { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } } }),
  },
  ...(['GET', 'PUT', 'HEAD'] as const).map((method): OutsideAttempt => ({
    kind: 'method', target: method, refused: [400, 404, 405], opens: false,
    request: ({ brand }) => ({ method, path: `/graphql?query=${encodeURIComponent(`{ brand(rowId: "${brand}") { name } }`)}` }),
  })),
];

/** Says in many places that the rival is meant. The intruder gets its own, and only that. */
const NAMED: readonly OutsideAttempt[] = (
  [
    ['a header', (id) => ({ headers: { 'X-Tenant': id, 'X-Tenant-Id': id, 'X-Forwarded-Host': `${id}.example`, 'X-Original-URL': `/t/${id}/graphql`, Cookie: `tenant=${id}; tid=${id}` } })],
    ['the query string', (id) => ({ path: `/graphql?tenant=${id}&tid=${id}&tenantId=${id}` })],
    ['the body', (id) => ({ body: { query: OWN_QUERY, tenant: id, tid: id, claims: { tid: id }, extensions: { tenant: id } } })],
    ['variables', (id) => ({ body: { query: OWN_QUERY, variables: { tenant: id, tid: id, tenantId: id } } })],
    ['a matrix parameter', (id) => ({ path: `/graphql;tenant=${id}` })],
    ['the path', (id) => ({ path: `/graphql/${id}` })],
    ['the path before', (id) => ({ path: `/t/${id}/graphql` })],
  ] as const satisfies readonly (readonly [string, (id: string) => Partial<Sent>])[]
).map(([target, named]) => ({
  kind: 'tenant-named', target, refused: [200, 404], opens: !/matrix|path/.test(target),
  request: ({ id }) => ({ method: 'POST', path: '/graphql', body: { query: OWN_QUERY }, ...named(id) }),
}));

const SESSIONS = (id: string) => `/api/v1/tenants/${id}/auth/sessions`;
const showsSession = (text: string, { session }: Party) => text.includes(session);
const rest = (target: string, path: (rival: Party, intruder: Party) => string, opens: boolean, method = 'GET'): OutsideAttempt => ({
  kind: 'address', target, refused: [400, 401, 403, 404, 405, 422], opens, shown: showsSession, request: (rival, intruder) => ({ method, path: path(rival, intruder) }),
});

const ADDRESSES: readonly OutsideAttempt[] = [
  rest('sessions', ({ id }) => SESSIONS(id), true),
  rest('a session, to end it', ({ id, session }) => `${SESSIONS(id)}/${session.replace(/.$/, '0')}`, false, 'DELETE'),
  rest('users', ({ id }) => `/api/v1/tenants/${id}/users`, false),
  rest('the tenant', ({ id }) => `/api/v1/tenants/${id}`, false),
  rest('its proofs', ({ id }) => `/api/v1/tenants/${id}/isolation-runs`, false),
  rest('all tenants', () => '/api/v1/tenants', false),
  rest('capitals', ({ id }) => SESSIONS(id.toUpperCase()), false),
  rest('a letter encoded', ({ id }) => SESSIONS(`%${id.charCodeAt(0).toString(16)}${id.slice(1)}`), true),
  rest('encoded twice', ({ id }) => SESSIONS(`%25${id.charCodeAt(0).toString(16)}${id.slice(1)}`), false),
  rest('behind the own one', (rival, intruder) => `/api/v1/tenants/${intruder.id}/../${rival.id}/auth/sessions`, false),
  rest('behind the own one, encoded', (rival, intruder) => `/api/v1/tenants/${intruder.id}%2f..%2f${rival.id}/auth/sessions`, false),
  rest('both', (rival, intruder) => SESSIONS(`${rival.id},${intruder.id}`), false),
  rest('a semicolon', (rival, intruder) => SESSIONS(`${rival.id};${intruder.id}`), false),
  rest('a zero byte', ({ id }) => SESSIONS(`${id}%00`), false),
  rest('a space', ({ id }) => SESSIONS(`${id}%20`), false),
  rest('two slashes', ({ id }) => `//api/v1/tenants//${id}/auth/sessions`, false),
  rest('a query beside', (rival, intruder) => `${SESSIONS(rival.id)}?id=${intruder.id}`, false),
];

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The parts of a token, one of them changed. */
function changed(token: string, part: number, change: (claims: Record<string, unknown>) => Record<string, unknown>): string {
  return token.split('.').map((text, index) => {
    if (index !== part) return text;
    try {
      return encode(change(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Record<string, unknown>));
    } catch {
      // Encrypted: then another piece of it is broken.
      return `${text.slice(0, -2)}AA`;
    }
  }).join('.');
}
/** Of a signed token: header, payload, signature. */
const PAYLOAD = 1;
const piece = (token: string, part: number) => token.split('.')[part] ?? '';

const forged = (target: string, token: (asker: Party, rival: Party) => string | null): OutsideAttempt => ({
  kind: 'token', target, refused: [401], opens: false, token, request: () => ({ method: 'POST', path: '/graphql', body: { query: OWN_QUERY } }),
});

const TOKENS: readonly OutsideAttempt[] = [
  forged('none', () => null),
  forged('the rival’s as tid', (asker, rival) => changed(asker.token, PAYLOAD, (claims) => ({ ...claims, tid: rival.id }))),
  forged('the rival as issuer', (asker, rival) => changed(asker.token, PAYLOAD, (claims) => ({ ...claims, iss: String(claims['iss']).replace(asker.id, rival.id), tid: rival.id }))),
  forged('no signature', (asker) => `${encode({ alg: 'none', typ: 'at+jwt' })}.${piece(asker.token, PAYLOAD)}.`),
  forged('the rival’s claims under the own signature', (asker, rival) => [piece(asker.token, 0), piece(rival.token, PAYLOAD), piece(asker.token, 2)].join('.')),
  forged('the rival’s header and claims, cut', (_asker, rival) => rival.token.slice(0, Math.floor(rival.token.length * 0.8))),
];

/** All of them. */
export const OUTSIDE_ATTEMPTS: readonly OutsideAttempt[] = [...GRAPHQL, ...NAMED, ...ADDRESSES, ...TOKENS];

/** A number for an agreement that holds a canary: those are capitals. */
export function numberOf(canary: string): string {
  return canary.toUpperCase().replaceAll(' ', '-');
}

