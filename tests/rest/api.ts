/** A small client for the REST tests: what was answered, whatever its status. */
import type { TestServer } from '../harness/server.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & {
    readonly code?: string;
    readonly detail?: string;
    readonly errors?: readonly { readonly field: string; readonly message: string }[];
  };
}

export interface Call {
  readonly token?: string;
  readonly body?: unknown;
  /** Sent as it is, instead of a body made into JSON. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a path below the server's address. */
export async function call(url: string, method: string, path: string, options: Call = {}): Promise<Reply> {
  const payload = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(payload !== undefined && { 'Content-Type': 'application/json' }),
      ...(options.token !== undefined && { Authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    ...(payload !== undefined && { body: payload }),
  });
  const text = await response.text();
  // What is sent to be kept is no JSON document.
  const isDocument = response.headers.get('content-disposition') === null;
  return { status: response.status, headers: response.headers, body: text === '' || !isDocument ? {} : (JSON.parse(text) as Reply['body']) };
}

/** Calls under `/api/v1` as an operator. */
export function operatorApi(server: TestServer, title?: Parameters<TestServer['operatorToken']>[0]) {
  return async (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) =>
    await call(server.url, method, `/api/v1${path}`, {
      token: await server.operatorToken(title),
      ...(body !== undefined && { body }),
      ...(headers !== undefined && { headers }),
    });
}

/** A body for `POST /tenants` that is accepted. */
export function newTenant(id: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { id, name: `The ${id}`, admin: { email: `boss@${id.replaceAll('_', '-')}.example`, name: 'The Boss' }, ...changes };
}

/** Everything of a reply that names inner parts: no refusal may match. */
export const INNER_NAMES = /tenant_[a-z]+_|tenantry_|select |platform\.|42501|SQLSTATE|pg_|\bat .+\.ts/i;
