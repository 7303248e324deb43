/** Operations over HTTP: GraphQL and REST of a server of its own, over sockets that all tenants share. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchPassword } from '../scripts/temporary-installation.ts';
import { pick } from './isolation-lane.ts';
import type { Subject } from './isolation-lane.ts';
import { stampOf } from './isolation-stamps.ts';
import { increase, noteAnswer, noteFailure } from './isolation-tally.ts';
import type { Tally } from './isolation-tally.ts';

/** One request; `own` and `other` are the tenant and another one, whose ids it may name. */
interface Operation {
  readonly surface: string;
  make(own: Subject, other: Subject): { readonly method: string; readonly path: string; readonly body?: unknown };
}

const graphql = (surface: string, query: string, variables: (own: Subject, other: Subject) => unknown = () => ({})): Operation => ({
  surface,
  make: (own, other) => ({ method: 'POST', path: '/graphql', body: { query, variables: variables(own, other) } }),
});
const someId = (own: Subject, other: Subject) => pick(Math.random() < 0.5 ? own.brands : other.brands);
const someNode = (own: Subject, other: Subject) => pick(Math.random() < 0.5 ? own.nodeIds : other.nodeIds);

const OPERATIONS: readonly Operation[] = [
  graphql('GraphQL query', '{ brands(first: 5, orderBy: NAME_DESC) { totalCount pageInfo { endCursor } nodes { name description category agreements(first: 2) { nodes { number notes licensee { name } } } } } }'),
  graphql('GraphQL query', 'query one($id: UUID!) { brand(rowId: $id) { name description } agreement(rowId: $id) { number } }', (own, other) => ({ id: someId(own, other) })),
  graphql('GraphQL query', '{ me: users(first: 3) { nodes { name } } settings { nodes { section value } } }'),
  graphql('GraphQL node', 'query node($id: ID!) { node(id: $id) { id ... on Brand { name } ... on Agreement { number notes } } brandById(id: $id) { name } }', (own, other) => ({ id: someNode(own, other) })),
  graphql('GraphQL filter', 'query f($ids: [UUID!]) { brands(filter: { rowId: { in: $ids } }) { totalCount nodes { name } } }', (own, other) => ({ ids: [pick(own.brands), pick(other.brands)] })),
  graphql('GraphQL filter', 'query f($id: UUID) { agreements(filter: { brand: { rowId: { equalTo: $id } } }) { totalCount nodes { number notes brand { name } } } }', (own, other) => ({ id: someId(own, other) })),
  graphql('GraphQL aggregate', '{ brands { totalCount } agreements { aggregates { distinctCount { rowId } } groupedAggregates(groupBy: STATUS) { keys } } }'),
  graphql('GraphQL mutation', 'mutation m($id: UUID!, $text: String!) { updateBrand(input: { rowId: $id, patch: { description: $text } }) { brand { name description } } }', (own, other) => ({ id: someId(own, other), text: `${stampOf(own.route.id)} by HTTP` })),
  graphql('GraphQL mutation', 'mutation m($id: ID!, $text: String!) { updateBrandById(input: { id: $id, patch: { category: $text } }) { brand { name category } } }', (own, other) => ({ id: someNode(own, other), text: `${stampOf(own.route.id)} c` })),
  { surface: 'REST', make: (own) => ({ method: 'GET', path: `/api/v1/tenants/${own.route.id}/auth/sessions` }) },
  { surface: 'REST, a rival’s address', make: (_own, other) => ({ method: 'GET', path: `/api/v1/tenants/${other.route.id}/users` }) },
  { surface: 'REST, a rival’s address', make: (_own, other) => ({ method: 'GET', path: `/api/v1/tenants/${other.route.id}/auth/sessions` }) },
];

/** Of a hundred requests, so many are broken off before their answer. */
const ABORTED_PERCENT = 3;
/** Signing in again is for one in a while: the server limits it. */
const SIGN_IN_PAUSE_MS = 3_000;

export interface HttpDriver {
  /** One random operation of a random tenant, counted. */
  operate(tally: Tally): Promise<void>;
  /** The answer to a query with the token of a tenant, whole. */
  ask(tenantId: string, query: string): Promise<string>;
  close(): void;
}

/** Makes a driver against a server; signs in as the manager of every tenant when it first needs to. */
export function createHttpDriver(url: string, subjects: readonly Subject[]): HttpDriver {
  const agent = new Agent({ keepAlive: true, maxSockets: 24 });
  const tokens = new Map<string, string>();
  const signIns = new Map<string, number>();

  const send = async (method: string, path: string, body: unknown, token: string | null, abortMs: number | null): Promise<{ status: number; answer: string }> =>
    await new Promise((resolve, reject) => {
      const payload = body === undefined ? null : JSON.stringify(body);
      const sent = request(
        `${url}${path}`,
        { agent, method, headers: { ...(payload !== null && { 'Content-Type': 'application/json' }), ...(token !== null && { Authorization: `Bearer ${token}` }) } },
        (response) => {
          const parts: Buffer[] = [Buffer.from(response.rawHeaders.join('\n'), 'latin1')];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, answer: Buffer.concat(parts).toString('utf8') }));
          response.on('error', reject);
          response.on('aborted', () => reject(new Error('aborted')));
        },
      );
      sent.on('error', reject);
      if (abortMs !== null) setTimeout(() => sent.destroy(new Error('aborted')), abortMs);
      sent.end(payload ?? undefined);
    });

  async function tokenOf(tenantId: string): Promise<string | null> {
    const held = tokens.get(tenantId);
    if (held !== undefined) return held;
    if (Date.now() - (signIns.get(tenantId) ?? 0) < SIGN_IN_PAUSE_MS) return null;
    signIns.set(tenantId, Date.now());
    const { status, answer } = await send('POST', `/api/v1/tenants/${tenantId}/auth/login`, { email: `manager@${tenantId}.example`, password: benchPassword }, null, null);
    const token = /"accessToken":"([^"]+)"/.exec(answer)?.[1];
    if (status !== 200 || token === undefined) return null;
    tokens.set(tenantId, token);
    return token;
  }

  return {
    async operate(tally) {
      const own = pick(subjects);
      const { id } = own.route;
      const { surface, make } = pick(OPERATIONS);
      const { method, path, body } = make(own, pick(subjects.filter((other) => other !== own)));
      try {
        const token = await tokenOf(id);
        if (token === null) {
          // Closed, or it signed in a moment ago: nothing is sent, so nothing is counted.
          await sleep(5);
          return;
        }
        const aborted = Math.random() * 100 < ABORTED_PERCENT;
        const { status, answer } = await send(method, path, body, token, aborted ? Math.random() * 4 : null);
        if (status === 401) tokens.delete(id);
        noteAnswer(tally, surface, id, `${method} ${path} ${JSON.stringify(body)}`, answer);
        const code = status === 200 ? (/"code":"([A-Z_]+)"/.exec(answer)?.[1] ?? null) : String(status);
        if (code !== null) increase(tally.failures, `${surface} ${code}`);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        noteFailure(tally, surface, message === 'aborted' ? 'aborted by the client' : (code ?? 'unknown'));
      }
    },

    async ask(tenantId, query) {
      for (;;) {
        const token = await tokenOf(tenantId);
        if (token === null) await sleep(200);
        else return (await send('POST', '/graphql', { query }, token, null)).answer;
      }
    },

    close: () => agent.destroy(),
  };
}
