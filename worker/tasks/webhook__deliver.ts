/**
 * Sends one event to one webhook of a tenant: what it says is read anew, signed with the webhook's secret, for a day after a rotation with
 * the one before as well, and posted. Whatever is not
 * answered with 2xx is tried again, with growing pauses, ten times in some four hours. A private address is refused at once and for good.
 * Safe to run twice: the receiver gets the same id. Quiet when there is nothing to send any more.
 */
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { sealingContext } from '../../server/identity/sealer.ts';
import type { KeySealer } from '../../server/identity/sealer.ts';
import { ClosedAddressError } from '../../network/call.ts';
import { post } from '../webhooks/post.ts';
import { SIGNATURE_HEADER, signature } from '../webhooks/sign.ts';

const payloadShape = z.strictObject({ tenantId: z.string(), deliveryId: z.uuid() });

/** The longest that a receiver may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

interface Delivery {
  readonly webhook: string;
  readonly url: string;
  readonly event: string;
  readonly occurred_at: Date;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sealed: string;
  readonly earlier: string | null;
}

/** How an attempt went. */
interface Outcome {
  readonly status: 'delivered' | 'pending' | 'failed';
  readonly responseStatus: number | null;
  readonly error: string | null;
}

/** @returns the task `webhook__deliver`; payload `{ tenantId, deliveryId }` */
export function webhookDeliver(sealer: KeySealer, allowLoopback: boolean): Task {
  return async (payload, helpers) => {
    const { tenantId, deliveryId } = payloadShape.parse(payload);
    const { rows } = await helpers.query<Delivery>('select * from platform_private.begin_webhook_delivery($1, $2)', [tenantId, deliveryId]);
    const [delivery] = rows;
    if (delivery === undefined) return;
    const context = sealingContext(tenantId);
    const secret = await open(sealer, delivery.sealed, context);
    const earlier = delivery.earlier === null ? null : await open(sealer, delivery.earlier, context);
    const last = helpers.job.attempts >= helpers.job.max_attempts;
    const secrets = [secret, earlier].filter((one) => one !== null);
    const outcome = secret === null ? UNOPENED : await send(delivery, { tenantId, deliveryId, secrets, allowLoopback, last });
    await helpers.query('select platform_private.end_webhook_delivery($1, $2, $3, $4, $5)', [
      tenantId,
      deliveryId,
      outcome.status,
      outcome.responseStatus,
      outcome.error,
    ]);
    // The job's failure is what makes it run again; what went wrong stands on the delivery.
    if (outcome.status === 'pending') throw new Error(`the delivery ${deliveryId} is tried again: ${outcome.error}`);
  };
}

/** What was sealed under another master key stays closed, however often it is tried. */
const UNOPENED: Outcome = { status: 'failed', responseStatus: null, error: 'The signing secret does not open. Make a new one.' };

async function open(sealer: KeySealer, sealed: string, context: string): Promise<string | null> {
  try {
    return (await sealer.unseal(Buffer.from(sealed, 'base64'), context)).toString();
  } catch {
    return null;
  }
}

interface Sending {
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly secrets: readonly string[];
  readonly allowLoopback: boolean;
  readonly last: boolean;
}

async function send(delivery: Delivery, { tenantId, deliveryId, secrets, allowLoopback, last }: Sending): Promise<Outcome> {
  const body = JSON.stringify({
    id: deliveryId,
    type: delivery.event,
    tenant: tenantId,
    occurredAt: delivery.occurred_at.toISOString(),
    data: delivery.data,
  });
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'Tenantry-Webhook',
    [SIGNATURE_HEADER]: signature(secrets, Math.floor(Date.now() / 1000), body),
  };
  const again = last ? 'failed' : 'pending';
  try {
    const responseStatus = await post({ url: delivery.url, body, headers }, { allowLoopback, timeoutMs: TIMEOUT_MS });
    if (responseStatus >= 200 && responseStatus < 300) return { status: 'delivered', responseStatus, error: null };
    return { status: again, responseStatus, error: `The receiver answered ${responseStatus}.` };
  } catch (error) {
    if (error instanceof ClosedAddressError) {
      return { status: 'failed', responseStatus: null, error: 'Webhooks do not reach private addresses.' };
    }
    return { status: again, responseStatus: null, error: reasonOf(error) };
  }
}

/** Words for the tenant's administrator: the code of what failed, nothing of our own network. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return 'The receiver took longer than 10 s.';
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  return `The receiver could not be reached (${code}).`;
}
