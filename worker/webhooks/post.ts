/** Sends one webhook to the address that a tenant chose: nowhere but the public internet, and of the answer only its status is read. */
import { callOutside } from '../../network/call.ts';
import type { Call, CallOptions } from '../../network/call.ts';

/** What to send. */
export interface Post extends Omit<Call, 'method'> {
  readonly body: string;
}

/** How a request is sent. */
export interface PostOptions extends Pick<CallOptions, 'allowLoopback' | 'resolve'> {
  /** For everything from the resolution of the name to the head of the answer, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * @returns the status of the answer, whatever it is
 * @throws ClosedAddressError before anything is sent; otherwise what the resolver, the socket or TLS says
 */
export async function post(message: Post, { timeoutMs, ...options }: PostOptions): Promise<number> {
  const answer = await callOutside({ ...message, method: 'POST' }, { ...options, signal: AbortSignal.timeout(timeoutMs) });
  answer.on('error', () => undefined);
  answer.destroy();
  return answer.statusCode ?? 0;
}
