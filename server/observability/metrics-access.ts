import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { problem } from '../http/problems.ts';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/**
 * Lets in who may read the metrics: whoever holds the token, and without one only this machine itself. What a proxy
 * on this machine forwards comes from loopback too and is somebody else's request, so it needs the token.
 * @throws `UNAUTHENTICATED`, `TOKEN_INVALID` or `FORBIDDEN`
 */
export function admitToMetrics(req: IncomingMessage, metricsToken: string | null): void {
  const { authorization, forwarded } = req.headers;
  if (authorization !== undefined && metricsToken !== null) {
    if (sameText(authorization, `Bearer ${metricsToken}`)) return;
    throw problem('TOKEN_INVALID', 'This is not the token for the metrics.');
  }
  const isForwarded = forwarded !== undefined || req.headers['x-forwarded-for'] !== undefined;
  if (!isForwarded && LOOPBACK.test(req.socket.remoteAddress ?? '')) return;
  throw metricsToken === null
    ? problem('FORBIDDEN', 'Metrics are open to this machine only, unless a token is configured.')
    : problem('UNAUTHENTICATED', 'Send the token for the metrics: Authorization: Bearer <token>.');
}

/** Compares in constant time; hashing first makes lengths equal. */
function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
