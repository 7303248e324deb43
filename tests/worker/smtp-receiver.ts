/** An SMTP server for tests: takes messages on loopback, and fails in the ways that a test asks for. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A message as it came. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly id: string;
  readonly text: string;
}

export interface SmtpReceiver {
  readonly url: string;
  readonly mails: Mail[];
  /** What becomes of the next message to an address: refused for now, or taken and the connection cut before that is said. */
  readonly trouble: Map<string, 'refuse' | 'cut'>;
  close(): void;
}

/** Starts one. */
export async function startSmtpReceiver(): Promise<SmtpReceiver> {
  const mails: Mail[] = [];
  const trouble: SmtpReceiver['trouble'] = new Map();
  const server = createServer((socket) => {
    let buffer = '';
    let to = '';
    let inData = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      buffer += chunk.toString();
      for (;;) {
        const end = inData ? '\r\n.\r\n' : '\r\n';
        const at = buffer.indexOf(end);
        if (at < 0) return;
        const part = buffer.slice(0, at);
        buffer = buffer.slice(at + end.length);
        if (inData) {
          inData = false;
          mails.push(parse(to, part));
          if (trouble.get(to) === 'cut') {
            trouble.delete(to);
            socket.destroy();
            return;
          }
          say('250 taken');
        } else if (/^RCPT TO:/i.test(part)) {
          to = /<(.*)>/.exec(part)?.[1] ?? '';
          if (trouble.get(to) === 'refuse') {
            trouble.delete(to);
            say('451 later');
          } else say('250 ok');
        } else if (/^DATA/i.test(part)) {
          inData = true;
          say('354 go on');
        } else if (/^QUIT/i.test(part)) {
          say('221 bye');
          socket.end();
        } else say('250 ok');
      }
    });
    say('220 test');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, mails, trouble, close: () => server.close() };
}

function parse(to: string, raw: string): Mail {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'mi').exec(unfolded)?.[1]?.trim() ?? '';
  const text = body.join('\n\n').replaceAll('\r\n', '\n');
  return { to, subject: header('Subject'), id: header('Message-ID'), text: /quoted-printable/i.test(head) ? text.replaceAll(/=\n/g, '') : text };
}
