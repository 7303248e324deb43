import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds: a request must be here, headers and body, within these. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for requests beyond their time; its own 30 s would come on top of it. */
const CONNECTIONS_CHECK_MS = 1_000;
/** A little more than common proxies keep a connection, so that they are the ones who close it. */
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 16_384;
const SWEEP_MS = 50;

/** Makes the raw server; TLS 1.2 or newer if there is a certificate. */
export function createRawServer(tls: { cert: string; key: string } | null, listener: RequestListener): Server {
  const options = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const server =
    tls === null
      ? createHttpServer(options, listener)
      : createHttpsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }, listener);
  server.on('clientError', answerUnreadable);
  return server;
}

/** What can't even be parsed as HTTP gets the plainest refusal there is: no request, so no id. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, code] =
    error.code === 'HPE_HEADER_OVERFLOW' ? ['413 Content Too Large', 'TOO_LARGE'] : ['400 Bad Request', 'MALFORMED_REQUEST'];
  const body = JSON.stringify({ status: Number(status.slice(0, 3)), code, detail: 'The request could not be read.' });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Binds a server. @returns the port, which PORT=0 leaves to the system. @throws what Node throws, EADDRINUSE for one */
export async function bind(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Accepts nobody new, lets requests under way finish for `deadlineMs`, then cuts what is left. */
export async function drain(server: Server, deadlineMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  const patience = new AbortController();
  const cut = sleep(deadlineMs, undefined, { signal: patience.signal, ref: false }).then(
    () => {
      server.closeAllConnections();
    },
    () => undefined,
  );
  // A connection whose request has just ended would be kept for the next one.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, SWEEP_MS);
  await closed;
  clearInterval(sweep);
  patience.abort();
  await cut;
}
