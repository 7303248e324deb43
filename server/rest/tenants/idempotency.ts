import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ScopedClient } from '../../../database/scope.ts';
import { problem } from '../../http/problems.ts';
import { parseInput } from '../validation.ts';

const idempotencyKey = z.strictObject({
  'Idempotency-Key': z.string().regex(/^[\x21-\x7e]{1,255}$/, 'Up to 255 printable characters without spaces.'),
});

const REMEMBER_REQUEST = 'select fresh, response from platform.remember_request($1::text, $2::text)';
const STORE_RESPONSE = 'select platform.store_response($1::text, $2::jsonb)';

/**
 * Does something once a key. Key, deed and answer are one transaction: two requests with one key at the same time
 * wait for each other, and a deed that failed leaves the key unused.
 *
 * @param key the `Idempotency-Key` header; without one the deed is simply done
 * @param request what the key must always stand for
 * @throws `INVALID_INPUT` if the key stood for another request
 */
export async function once<T>(
  client: ScopedClient,
  key: string | undefined,
  request: unknown,
  deed: () => Promise<T>,
): Promise<{ outcome: T; replayed: boolean }> {
  if (key === undefined) return { outcome: await deed(), replayed: false };
  const { 'Idempotency-Key': known } = parseInput(idempotencyKey, { 'Idempotency-Key': key });
  const fingerprint = createHash('sha256').update(canonical(request)).digest('hex');
  const { rows } = await client.query<{ fresh: boolean; response: T | null }>({
    text: REMEMBER_REQUEST,
    values: [known, fingerprint],
  });
  const [remembered] = rows;
  if (remembered?.fresh === true) {
    const outcome = await deed();
    await client.query({ text: STORE_RESPONSE, values: [known, JSON.stringify(outcome)] });
    return { outcome, replayed: false };
  }
  const outcome = remembered?.response ?? null;
  if (outcome === null) throw problem('CONFLICT', 'A request with this Idempotency-Key has no answer yet.');
  return { outcome, replayed: true };
}

/** JSON with the members of every object in one order: two texts of one value are one request. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
