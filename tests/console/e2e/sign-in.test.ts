import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../../server/identity/passwords.ts';
import { testPassword } from '../../harness/database.ts';
import { call } from '../../rest/api.ts';
import { signIn, startConsole, violationsInBothThemes } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';

let run: ConsoleRun;

beforeAll(async () => {
  run = await startConsole({ tenants: ['aurora', 'borealis'] });
});
afterAll(async () => {
  await run.close();
});

/** Ends every session of an operator, as that operator does from elsewhere. */
async function endSessionsOf(email: string): Promise<void> {
  const auth = '/api/v1/auth';
  const { body: signedIn } = await call(run.server.url, 'POST', `${auth}/login`, { body: { email, password: testPassword } });
  const token = String(signedIn['accessToken']);
  const { body } = await call(run.server.url, 'GET', `${auth}/sessions`, { token });
  for (const { id, current } of body['items'] as { id: string; current: boolean }[]) {
    if (!current) await call(run.server.url, 'DELETE', `${auth}/sessions/${id}`, { token });
  }
}

describe('signing in', () => {
  test('leads to the page that was asked for, and a reload stays there', async () => {
    const page = await run.signedIn('admin', '/tenants?sort=-name');
    await page.getByRole('rowheader', { name: /aurora/i }).waitFor();
    expect(new URL(page.url()).search).toBe('?sort=-name');
    const names = await page.getByRole('rowheader').allInnerTexts();
    expect(names).toEqual(names.toSorted().toReversed());
    await page.reload();
    await page.getByRole('rowheader', { name: /borealis/i }).waitFor();
  });

  test('is refused with a wrong password, in words, and works with the right one', async () => {
    await run.server.db.addOperator('wrong@console.example', 'security');
    const page = await run.visitor();
    await signIn(page, 'wrong@console.example', 'not the password');
    await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    await signIn(page, 'wrong@console.example', testPassword);
    await page.getByRole('heading', { name: 'Tenants', exact: true }).waitFor();
  });

  test('with a one-time password asks for one of one’s own first', async () => {
    const email = 'new@console.example';
    const hash = await hashPassword(testPassword);
    await run.server.db.withOwner((client) => client.query('select platform_private.add_operator($1, $2, $3, $4, true)', [email, 'New One', 'admin', hash]));
    const page = await run.visitor();
    await signIn(page, email, testPassword);
    await page.getByRole('heading', { name: 'Choose your own password' }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByLabel('New password', { exact: true }).fill('a sentence of my very own');
    await page.getByLabel('New password again').fill('a sentence of my very own');
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    await page.getByRole('heading', { name: 'Tenants', exact: true }).waitFor();
    await page.context().clearCookies();
    await page.reload();
    await signIn(page, email, testPassword);
    await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    await signIn(page, email, 'a sentence of my very own');
    await page.getByRole('heading', { name: 'Tenants', exact: true }).waitFor();
  });

  test('of an account that is locked says until when', async () => {
    const page = await run.visitor();
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await signIn(page, 'locked@console.example', `wrong ${attempt}`);
      await page.getByRole('alert').waitFor();
      await page.getByRole('button', { name: 'Sign in', disabled: false }).waitFor();
    }
    await page.getByRole('alert').getByText(/It opens again at \d\d:\d\d:\d\d/).waitFor();
  });
});

describe('a session', () => {
  test('that was ended elsewhere leads to signing in by itself, where live updates arrive', async () => {
    const page = await run.signedIn('operator', '/tenants?q=bor');
    await page.getByRole('rowheader', { name: /borealis/i }).waitFor();
    await endSessionsOf('operator@console.example');
    await page.getByText('Sign in to go on where you were.', { exact: false }).waitFor();
    expect(await page.getByRole('rowheader').count()).toBe(0);
  });

  test('that was ended elsewhere leads to signing in with a word why as soon as anything is asked, and back to the same page', async () => {
    const page = await run.visitor();
    // A network without websockets: nothing tells of the end but the next answer.
    await page.routeWebSocket('**/platform/graphql', (socket) => void socket.close());
    await page.goto('/tenants?q=bor');
    await signIn(page, 'operator@console.example', testPassword);
    await page.getByRole('rowheader', { name: /borealis/i }).waitFor();
    await endSessionsOf('operator@console.example');
    await page.getByRole('combobox', { name: 'Status' }).selectOption('active');
    await page.getByText('Sign in to go on where you were.', { exact: false }).waitFor();
    await signIn(page, 'operator@console.example', testPassword);
    await page.getByRole('rowheader', { name: /borealis/i }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('bor');
  });

  test('ends by signing out: the page shows nothing more, also after a reload', async () => {
    const page = await run.signedIn('developer');
    await page.getByRole('rowheader', { name: /aurora/i }).waitFor();
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    expect(await page.getByRole('rowheader').count()).toBe(0);
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  test('keeps its access token out of what scripts find later: the storage says that there is a session, and nothing of it', async () => {
    const page = await run.signedIn('admin');
    expect(await page.evaluate(() => [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie])).toEqual(['{"tenantry.session":"known"}', '{}', '']);
  });
});

describe('the page', () => {
  test.each([
    ['operators', '/tenants', 'admin@known.example', '/api/v1/auth/refresh', 'rowheader'],
    ['a tenant’s people', '/t/aurora/assurance', 'viewer@aurora.example', '/api/v1/tenants/aurora/auth/refresh', 'main'],
  ] as const)('of %s asks nothing of who was never here, and once of who comes back', async (_whose, at, email, refresh, there) => {
    if (at === '/tenants') await run.server.db.addOperator(email, 'admin');
    const { page } = await run.browser.open({ baseURL: run.server.url });
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/') || pathname.endsWith('/graphql')) asked.push(pathname);
    });
    await page.goto(at);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect([said, asked]).toEqual([[], []]);
    await signIn(page, email, testPassword);
    await page.getByRole('button', { name: 'Sign in' }).waitFor({ state: 'detached' });
    asked.length = 0;
    await page.reload();
    await page.getByRole(there).first().waitFor();
    await page.waitForLoadState('networkidle');
    expect([await page.getByRole('button', { name: 'Sign in' }).count(), asked.filter((path) => path === refresh).length]).toEqual([0, 1]);
    // One whose session is over is told so once, and from then on is as one who was never here.
    await page.context().clearCookies();
    asked.length = 0;
    for (const tries of [1, 1]) {
      await page.reload();
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(asked.filter((path) => path === refresh)).toHaveLength(tries);
    }
    await page.context().close();
  });

  test('breaks no policy, asks nobody else, and has nothing against axe in either theme', async () => {
    const page = await run.visitor();
    const said: string[] = [];
    const asked = new Set<string>();
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await run.server.db.addOperator('axe@console.example', 'admin');
    await signIn(page, 'axe@console.example', testPassword);
    await page.getByRole('rowheader', { name: /aurora/i }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    expect(said).toEqual([]);
    expect([...asked]).toEqual([new URL(run.server.url).origin]);
  });
});
