import type { z } from 'zod';
import type { ProblemCode } from '../http/catalogue.ts';
import type { Markup } from '../http/html.ts';
import { toProblem } from '../http/problems.ts';
import { anonymousAt } from '../http/request.ts';
import type { Caller } from '../http/request.ts';
import type { OperatorTitle } from '../identity/operator-roles.ts';
import { callerOf, callerOfClaims } from '../identity/principal.ts';
import type { OperatorPrincipal, TenantPrincipal } from '../identity/principal.ts';
import type { Realm } from '../identity/realm.ts';
import type { Identity } from '../identity/tokens.ts';
import type { RouteDescription } from './description.ts';
import type { Services } from './services.ts';
import { parseInput, parsePath } from './validation.ts';

/** A request as it came, read but not checked. */
export interface RawRequest {
  readonly requestId: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Reads and parses the JSON body; undefined if there is none. */
  readonly readBody: () => Promise<unknown>;
  readonly header: (name: string) => string | undefined;
  readonly address: string;
  /** The origin it was sent to, as far as its proxies are believed; null when its host is none. */
  readonly ownOrigin: string | null;
  /** Tells the account of the request who asks. */
  readonly noteCaller: (caller: Caller) => void;
  /** Ends when the caller goes away. */
  readonly signal: AbortSignal;
}

/** A request whose parts have the form their schemas say. */
export interface CheckedRequest<P, Q, B> extends Pick<RawRequest, 'requestId' | 'header' | 'address' | 'ownOrigin' | 'signal'> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A page to be sent instead of the body: for who prefers one. */
  readonly page?: { readonly title: string; readonly body: Markup };
  /** A file to be sent instead of the body, as it is made. */
  readonly download?: { readonly type: string; readonly name: string; readonly chunks: AsyncIterable<string> };
}

/** A call: its description, and how it is answered. */
export interface Route extends RouteDescription {
  readonly answer: (raw: RawRequest, services: Services) => Promise<Answer>;
}

interface Shapes<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  readonly params: P;
  readonly query: Q;
  readonly body: B | null;
}

type Checked<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> = CheckedRequest<
  z.output<P>,
  z.output<Q>,
  z.output<B>
>;

type Undescribed = 'params' | 'query' | 'body' | 'roles';

/** Declares a call that needs no token. `realm`: whose people sign in by it; its closed door is then recorded as that tenant's. */
export function publicRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  route: Omit<RouteDescription, Undescribed> &
    Shapes<P, Q, B> & {
      readonly realm?: (params: Readonly<Record<string, unknown>>) => Realm;
      readonly handler: (request: Checked<P, Q, B>, services: Services) => Promise<Answer>;
    },
): Route {
  const { handler, realm, ...description } = route;
  return {
    ...description,
    roles: 'anyone',
    answer: async (raw, services) => {
      const request = await check(route, raw);
      try {
        return await handler(request, services);
      } catch (error) {
        const tenantId = realm?.(request.params) ?? null;
        // The registry has just said so of this very tenant: one that nobody made is another refusal, and no address makes up a tenant's event.
        if (tenantId !== null && CLOSED.has(toProblem(error).code)) raw.noteCaller(anonymousAt(tenantId));
        throw error;
      }
    },
  };
}

/** What a tenant answers that is to open again. One that is deleted has its trail closed with it: nobody adds to that from outside. */
const CLOSED: ReadonlySet<ProblemCode> = new Set(['TENANT_SUSPENDED', 'LOCKED_DOWN']);

/**
 * Declares a call of operators. Whether they may is for the database to say, by grants and row security; `roles` only documents it, and
 * tests/platform/operator-matrix.test.ts tries each role and compares.
 */
export function operatorRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  route: Omit<RouteDescription, Undescribed> &
    Shapes<P, Q, B> & {
      readonly roles: readonly OperatorTitle[];
      readonly handler: (
        request: Checked<P, Q, B> & { readonly operator: OperatorPrincipal },
        services: Services,
      ) => Promise<Answer>;
    },
): Route {
  const { handler, ...description } = route;
  return {
    ...description,
    answer: async (raw, services) => {
      const operator = await services.principals.authenticateOperator(raw.header('authorization'), raw.requestId);
      raw.noteCaller(callerOfClaims(operator.claims));
      return await handler({ ...(await check(route, raw)), operator }, services);
    },
  };
}

/** Declares a call of whoever has signed in, about themselves; `enrolling`: also of who must set up a second factor first. */
export function personRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  route: Omit<RouteDescription, Undescribed> &
    Shapes<P, Q, B> & {
      readonly enrolling?: true;
      readonly handler: (request: Checked<P, Q, B> & { readonly identity: Identity }, services: Services) => Promise<Answer>;
    },
): Route {
  const { handler, enrolling, ...description } = route;
  return {
    ...description,
    roles: 'whoever signed in',
    answer: async (raw, services) => {
      const identity = await services.principals.authenticate(raw.header('authorization'), enrolling);
      raw.noteCaller(callerOf(identity));
      return await handler({ ...(await check(route, raw)), identity }, services);
    },
  };
}

/** Declares a call of a tenant's users. What they may, the database says: the handler works inside their tenant. */
export function tenantRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  route: Omit<RouteDescription, Undescribed> &
    Shapes<P, Q, B> & {
      readonly handler: (request: Checked<P, Q, B> & { readonly user: TenantPrincipal }, services: Services) => Promise<Answer>;
    },
): Route {
  const { handler, ...description } = route;
  return {
    ...description,
    roles: 'users',
    answer: async (raw, services) => {
      const user = await services.principals.authenticateTenant(raw.header('authorization'), raw.requestId);
      raw.noteCaller(callerOfClaims(user.claims));
      return await handler({ ...(await check(route, raw)), user }, services);
    },
  };
}

async function check<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  shapes: Shapes<P, Q, B>,
  raw: RawRequest,
): Promise<Checked<P, Q, B>> {
  const { requestId, header, address, ownOrigin, signal } = raw;
  const params = parsePath(shapes.params, raw.params);
  const query = parseInput(shapes.query, raw.query);
  // A call without a body has no schema and its handler no `body` to look at; the cast says only that.
  const body = shapes.body === null ? (undefined as z.output<B>) : parseInput(shapes.body, (await raw.readBody()) ?? {});
  return { requestId, header, address, ownOrigin, signal, params, query, body };
}
