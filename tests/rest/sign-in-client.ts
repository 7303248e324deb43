/** Signing in as a person's program does it: passwords, cookies, and the messages that the worker writes. */
import { expect } from 'vitest';
import { testPassword } from '../harness/database.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';
import type { Reply } from './api.ts';

export const cookieOf = (reply: Reply): string => (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
export const tokenOf = (reply: Reply): string => String(reply.body['accessToken']);

/** The calls against a server that is started later, in beforeAll. */
export function signInClient(server: () => TestServer) {
  const messages = () => server().log.flatMap((line) => ('message' in line ? [line['message'] as { to: string; text: string }] : []));
  return {
    login: async (path: string, email: string, password = testPassword, more: Record<string, unknown> = {}) =>
      await call(server().url, 'POST', `${path}/login`, { body: { email, password, ...more } }),
    withCookie: async (path: string, verb: string, cookie: string) =>
      await call(server().url, 'POST', `${path}/${verb}`, { headers: { Cookie: cookie } }),
    messages,
    /** The token in the newest message to an address. */
    tokenFor: async (email: string): Promise<string> => {
      const find = () => messages().findLast((message) => message.to === email)?.text.match(/#token=([\w-]{43})/)?.[1];
      await expect.poll(find, { message: `a message to ${email}` }).toMatch(/^[\w-]{43}$/);
      return find() ?? '';
    },
  };
}
