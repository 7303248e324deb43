/** HTTP as it is on the wire: whole answers, headers included, over sockets that the caller shares, pipelines or breaks off. */
import { Agent, request as requestPlain } from 'node:http';
import { Agent as TlsAgent, request as requestTls } from 'node:https';
import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** The longest that an answer may take, in milliseconds. */
const PATIENCE_MS = 15_000;

export interface Sent {
  readonly method: string;
  /** Goes out as it is, whatever it is. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer: status, and every byte of it with the headers. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Ways to one server. */
export interface Wire {
  /** Over connections that are kept and shared by all tenants. @throws what the socket says */
  send(sent: Sent): Promise<Answer>;
  /** Sends and breaks off after so many milliseconds; says nothing of the outcome. */
  abort(sent: Sent, afterMs: number): Promise<void>;
  /** Writes all requests to one socket before reading any answer. @returns the answers in their order, as far as they came */
  pipeline(all: readonly Sent[]): Promise<Answer[]>;
  /** Asks for a websocket and returns what was said until the socket closed or a moment passed. */
  upgrade(path: string, headers: Readonly<Record<string, string>>): Promise<Answer>;
  close(): void;
}

/** Makes the ways to a server; `sockets`: how many connections are kept. */
export function wireTo(url: string, sockets: number): Wire {
  const { hostname, port, protocol, host } = new URL(url);
  const secure = protocol === 'https:';
  const agent = new (secure ? TlsAgent : Agent)({ keepAlive: true, maxSockets: sockets });

  const start = ({ method, path, headers, body }: Sent) => {
    const payload = payloadOf(body);
    const sent = (secure ? requestTls : requestPlain)({
      agent, hostname, port, method, path,
      headers: { ...(payload !== '' && { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(payload)) }), ...headers },
    });
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('no answer')));
    return { sent, payload };
  };
  const connect = async (): Promise<Socket> =>
    await new Promise((resolve, reject) => {
      const at = { host: hostname, port: Number(port === '' ? (secure ? 443 : 80) : port) };
      const socket: Socket = secure ? connectTls({ ...at, servername: hostname }, () => resolve(socket)) : connectPlain(at, () => resolve(socket));
      socket.on('error', reject);
    });
  /** Everything that a socket says until it closes, `enough` is said, or patience ends. */
  const everything = async (socket: Socket, enough: (text: string) => boolean, patienceMs: number): Promise<string> =>
    await new Promise((resolve) => {
      const parts: Buffer[] = [];
      const text = () => Buffer.concat(parts).toString('utf8');
      const end = () => {
        clearTimeout(timer);
        socket.destroy();
        resolve(text());
      };
      const timer = setTimeout(end, patienceMs);
      socket.on('data', (part: Buffer) => {
        parts.push(part);
        if (enough(text())) end();
      });
      socket.on('close', end);
    });

  return {
    send: async (what) =>
      await new Promise((resolve, reject) => {
        const { sent, payload } = start(what);
        sent.on('response', (response) => {
          const parts: Buffer[] = [Buffer.from(`${response.rawHeaders.join('\n')}\n`, 'latin1')];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }));
          response.on('error', reject);
        });
        sent.on('error', reject);
        sent.end(payload);
      }),

    abort: async (what, afterMs) =>
      await new Promise((resolve) => {
        const { sent, payload } = start(what);
        sent.on('error', () => undefined);
        sent.on('response', (response) => response.resume());
        sent.on('close', () => resolve());
        sent.end(payload);
        setTimeout(() => sent.destroy(), afterMs);
      }),

    async pipeline(all) {
      const socket = await connect();
      const texts = all.map(({ method, path, headers = {}, body }, index) => {
        const payload = payloadOf(body);
        const lines = Object.entries({
          Host: host, 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(payload)),
          Connection: index === all.length - 1 ? 'close' : 'keep-alive', ...headers,
        }).map(([name, value]) => `${name}: ${value}`);
        return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${payload}`;
      });
      socket.write(texts.join(''));
      const text = await everything(socket, () => false, PATIENCE_MS);
      return text.split(/(?=HTTP\/1\.1 \d{3} )/).filter((part) => part !== '').map((part) => ({ status: Number(part.slice(9, 12)), text: part }));
    },

    async upgrade(path, headers) {
      const socket = await connect();
      const lines = Object.entries({
        Host: host, Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGVuYW50cnktcHJvYmUtMDE=', 'Sec-WebSocket-Protocol': 'graphql-transport-ws', ...headers,
      }).map(([name, value]) => `${name}: ${value}`);
      socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      const INIT = '{"type":"connection_init"}';
      // Frames of a client are masked (RFC 6455, 5.3); a mask of zeros leaves the text as it is.
      socket.write(Buffer.concat([Buffer.of(0x81, 0x80 | INIT.length, 0, 0, 0, 0), Buffer.from(INIT)]));
      const text = await everything(socket, (said) => said.includes('connection_ack'), 2_000);
      return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
    },

    close: () => agent.destroy(),
  };
}

function payloadOf(body: unknown): string {
  return body === undefined ? '' : JSON.stringify(body);
}
