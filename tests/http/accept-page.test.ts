/** The page of invitations and resets: what is served, and its script, run over the page's own elements against a server that answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installAcceptPages } from '../../server/rest/accept-page.ts';
import { createApp } from '../../server/http/app.ts';
import { createFront } from '../../server/http/front.ts';
import { securityHeaders } from '../../server/http/headers.ts';
import { problem } from '../../server/http/problems.ts';

const calls: { path: string; body: unknown; referrer: string | undefined }[] = [];
const app = createApp((express) => {
  installAcceptPages(express);
  express.post(['/api/v1/auth/accept', '/api/v1/tenants/aurora/auth/accept'], (req, res) => {
    let text = '';
    req.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    req.on('end', () => {
      const body = JSON.parse(text) as { token: string; newPassword: string };
      calls.push({ path: req.path, body, referrer: req.get('referer') });
      if (body.newPassword === 'too common') {
        res.status(422).json({ detail: 'Not accepted.', errors: [{ field: 'newPassword', message: 'Choose another.' }] });
      } else if (body.token === 'used') res.status(422).json({ detail: 'x', errors: [{ field: 'token', message: 'This link was used before.' }] });
      else if (body.token === 'many') res.status(429).json({ detail: 'Too many.' });
      else res.json({ email: 'anna@aurora.example' });
    });
  });
  express.get('/boom', () => {
    throw problem('NOT_FOUND', 'x');
  });
});
const server = createServer(
  createFront({ logger: pino({ level: 'silent' }), headers: securityHeaders(false), account: () => undefined, endpoints: [], rest: app }),
);
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What the script sees of an element. */
function element(tag: string) {
  const attributes = new Map([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  const listeners = new Map<string, (event: object) => void>();
  return {
    hidden: / hidden\b/.test(tag),
    type: attributes.get('type'),
    value: '',
    textContent: '',
    disabled: false,
    focused: 0,
    dataset: { call: attributes.get('data-call') },
    attributes,
    focus() {
      this.focused += 1;
    },
    setAttribute: (name: string, value: string) => attributes.set(name, value),
    removeAttribute: (name: string) => attributes.delete(name),
    addEventListener: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
    fire(name: string) {
      let prevented = false;
      listeners.get(name)?.({ preventDefault: () => (prevented = true) });
      return prevented;
    },
  };
}

/** Opens the page as a browser does: its markup, then its script, which finds the elements that are there. */
async function open(path: string, hash: string, network: typeof fetch = fetch) {
  const markup = await (await fetch(`${url}${path}`)).text();
  const [, source = ''] = /<script type="module" src="([^"]+)"><\/script>/.exec(markup) ?? [];
  const script = await (await fetch(`${url}${source}`)).text();
  const elements = new Map([...markup.matchAll(/<[^>]*\bid="(\w+)"[^>]*>/g)].map(([tag, id = '']) => [id, element(tag)]));
  const replaced: string[] = [];
  runInNewContext(script, {
    document: { getElementById: (id: string) => elements.get(id) ?? null },
    location: { hash, pathname: path },
    history: { replaceState: (_state: unknown, _title: string, to: string) => replaced.push(to) },
    URLSearchParams,
    fetch: async (call: string, init: RequestInit) => await network(`${url}${call}`, init),
  });
  const at = (id: string) => {
    const found = elements.get(id);
    if (found === undefined) throw new Error(`the page has no ${id}`);
    return found;
  };
  return { at, replaced, submit: async (words: string) => {
    at('password').value = words;
    expect(at('accept').fire('submit')).toBe(true);
    await expect.poll(() => at('send').disabled).toBe(false);
  } };
}

describe('the page', () => {
  test.each(['/accept', '/t/aurora/accept'])('%s loads one script of ours and nothing else, and is not to be found or referred to', async (path) => {
    const response = await fetch(`${url}${path}`);
    expect([response.status, response.headers.get('x-robots-tag'), response.headers.get('referrer-policy')]).toEqual([200, 'noindex, nofollow', 'no-referrer']);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none';style-src 'sha256-[^']+';script-src 'self';connect-src 'self'$/);
    const markup = await response.text();
    expect(markup.match(/<script[^>]*>[^<]*<\/script>/g)).toEqual(['<script type="module" src="/assets/accept-page.js"></script>']);
    expect(markup).not.toMatch(/https?:\/\/| on\w+=| style=/);
    expect(markup).toContain('<label for="password">');
    expect(markup).toContain('At least 12 characters');
    const script = await fetch(`${url}/assets/accept-page.js`);
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  });

  test('of an id that no tenant can have is not there', async () => {
    expect((await fetch(`${url}/t/Aurora/accept`)).status).toBe(404);
  });
});

describe('its script', () => {
  test.each([
    ['/accept', '/api/v1/auth/accept', '/'],
    ['/t/aurora/accept', '/api/v1/tenants/aurora/auth/accept', '/t/aurora/assurance'],
  ])('on %s posts token and password to %s, and says who may sign in now, at %s', async (path, call, next) => {
    expect(await (await fetch(`${url}${path}`)).text()).toContain(`<a href="${next}">Go to sign-in</a>`);
    const page = await open(path, '#token=abc_-9');
    expect([page.at('accept').hidden, page.at('done').hidden]).toEqual([false, true]);
    await page.submit('a sentence to remember');
    expect(calls.at(-1)).toEqual({ path: call, body: { token: 'abc_-9', newPassword: 'a sentence to remember' }, referrer: undefined });
    expect([page.at('accept').hidden, page.at('done').hidden, page.at('email').textContent]).toEqual([true, false, 'anna@aurora.example']);
    // Neither the password nor the token stays behind.
    expect([page.at('password').value, page.replaced]).toEqual(['', [path]]);
    expect(page.at('done').focused).toBe(1);
  });

  test('says what is wrong with the password, at the field, and takes a better one', async () => {
    const page = await open('/t/aurora/accept', '#token=abc');
    await page.submit('too common');
    expect([page.at('error').textContent, page.at('error').hidden, page.at('password').attributes.get('aria-invalid'), page.at('password').focused]).toEqual([
      'Choose another.', false, 'true', 1,
    ]);
    await page.submit('a better sentence');
    expect([page.at('error').hidden, page.at('password').attributes.has('aria-invalid'), page.at('done').hidden]).toEqual([true, false, false]);
  });

  test.each([
    ['#token=used', 'This link was used before.'],
    ['#token=many', 'Too many.'],
  ])('says why %s is refused', async (hash, words) => {
    const page = await open('/accept', hash);
    await page.submit('a sentence to remember');
    expect([page.at('error').textContent, page.at('done').hidden, page.at('accept').hidden]).toEqual([words, true, false]);
  });

  test('shows no form without a token, and says so when the server is away', async () => {
    const without = await open('/accept', '');
    expect([without.at('accept').hidden, without.at('error').textContent]).toEqual([true, expect.stringContaining('not complete')]);
    const away = await open('/accept', '#token=abc', () => Promise.reject(new TypeError('fetch failed')));
    await away.submit('a sentence to remember');
    expect(away.at('error').textContent).toContain('cannot be reached');
  });

  test('shows the password and hides it again', async () => {
    const page = await open('/accept', '#token=abc');
    page.at('reveal').fire('click');
    expect([page.at('password').type, page.at('reveal').attributes.get('aria-pressed')]).toEqual(['text', 'true']);
    page.at('reveal').fire('click');
    expect([page.at('password').type, page.at('reveal').attributes.get('aria-pressed')]).toEqual(['password', 'false']);
  });
});
