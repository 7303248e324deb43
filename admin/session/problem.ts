/** A refusal of the server, by its stable code: what REST answers as problem+json and GraphQL as `extensions.code`. */

/** One value that was refused. */
export interface FieldFlaw {
  readonly field: string;
  readonly message: string;
}

/** The codes of docs/error-codes.md, and `OFFLINE` for a server that could not be reached. A test compares the lists. */
export const CODES = [
  'MALFORMED_REQUEST', 'QUERY_TOO_COSTLY', 'UNAUTHENTICATED', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'TOKEN_REVOKED', 'BAD_CREDENTIALS',
  'SECOND_FACTOR_REQUIRED', 'TENANT_CONTEXT_REQUIRED', 'TENANT_FORBIDDEN', 'TENANT_SUSPENDED', 'FORBIDDEN', 'SECOND_FACTOR_MISSING', 'NOT_FOUND',
  'TENANT_EXISTS', 'INVALID_TRANSITION', 'NOT_PROVEN', 'CONFLICT', 'STALE_VERSION', 'TOO_LARGE', 'INVALID_INPUT', 'ACCOUNT_LOCKED',
  'RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE', 'TENANT_BEHIND', 'LOCKED_DOWN', 'STORAGE_LIMIT',
] as const;

export type ServerCode = (typeof CODES)[number];
export type Code = ServerCode | 'OFFLINE';

/** Codes by which a token is refused: worth one renewal. */
export const TOKEN_CODES: ReadonlySet<Code> = new Set<Code>(['UNAUTHENTICATED', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'TOKEN_REVOKED']);

interface Details {
  readonly errors?: readonly FieldFlaw[] | undefined;
  readonly requestId?: string | undefined;
  /** Seconds until it is worth trying again. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** What every failed call throws. Its message is the server's sentence and may be shown. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: Code;
  readonly errors: readonly FieldFlaw[];
  readonly requestId: string | null;
  readonly retryAfter: number | null;

  constructor(code: Code, message: string, { errors, requestId, retryAfter, cause }: Details = {}) {
    super(message, { cause });
    this.code = code;
    this.errors = errors ?? [];
    this.requestId = requestId ?? null;
    this.retryAfter = retryAfter ?? null;
  }
}

/** A code as the server sent it; one that this console doesn't know is its own failure. */
export function codeOf(value: unknown): ServerCode {
  return CODES.find((code) => code === value) ?? 'INTERNAL';
}

/** Sends a request. @throws Problem `OFFLINE` when nothing answers */
export async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Problem('OFFLINE', 'The server cannot be reached.', { cause });
  }
}

/** What an answer of problem+json says. Anything else, a proxy's page for one, is `UNAVAILABLE` or `INTERNAL` by its status. */
export async function problemIn(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(wait) ? wait : undefined;
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null || !('code' in body)) {
    const code = response.status === 502 || response.status === 503 || response.status === 504 ? 'UNAVAILABLE' : 'INTERNAL';
    return new Problem(code, `The server answered ${response.status}.`, { retryAfter });
  }
  const { code, detail, errors, requestId } = body as { code: unknown; detail?: unknown; errors?: readonly FieldFlaw[]; requestId?: string };
  return new Problem(codeOf(code), typeof detail === 'string' ? detail : '', { errors, requestId, retryAfter });
}
