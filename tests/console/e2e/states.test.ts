/** The states that are nobody's plan: no tenant yet, none selected, one that is out of reach, slow answers, a server that goes away. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../config/config.ts';
import { createLogger } from '../../../server/observability/logger.ts';
import { createServer } from '../../../server/server.ts';
import { testPassword } from '../../harness/database.ts';
import { signIn, startConsole, violationsInBothThemes } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';

let run: ConsoleRun;

beforeAll(async () => {
  run = await startConsole();
});
afterAll(async () => {
  await run.close();
});

const owned = async (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await run.server.db.withOwner((client) => client.query(sql, values))).rows as Record<string, unknown>[];

/** Whether a page at a width needs no scrolling sideways. */
const fitsItsWidth = (page: Page): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

test('a console without any tenant says how to begin, and begins; the first tenants then appear by themselves', async () => {
  const page = await run.signedIn('admin', '/tenants');
  await page.getByText('No tenants configured. Create your first tenant to begin multi-tenant operations.', { exact: true }).waitFor();
  expect((await page.getByRole('main').locator('svg[viewBox="0 0 240 132"]').boundingBox())?.width).toBeGreaterThan(150);
  expect(await violationsInBothThemes(page)).toEqual([]);
  await page.getByRole('link', { name: 'Get started' }).click();
  await page.getByRole('dialog', { name: 'Add new tenant' }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL('**/tenants');
  // None of nothing is no good sign.
  await page.goto('/security');
  await expect.poll(() => page.getByText('Nothing yet').count()).toBe(4);
  await page.goto('/tenants');
  await page.getByText('No tenants configured.', { exact: false }).waitFor();
  await run.server.db.provision('cirrus');
  await page.getByRole('rowheader', { name: /cirrus/i }).waitFor();
  await page.getByRole('link', { name: '1 tenant' }).waitFor();
});

describe('the console', () => {
  beforeAll(async () => {
    for (const id of ['aurora', 'borealis']) await run.server.db.provision(id, { template: 'demo' });
  });

  test('asks for a tenant where a page needs one, and goes on with it', async () => {
    const page = await run.signedIn('admin');
    await page.goto('/tenant/users');
    const dialog = page.getByRole('dialog', { name: 'Tenant context required. Please select a tenant to continue.' });
    await dialog.waitFor();
    expect(await page.evaluate(() => document.querySelector('#content [inert]') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    expect(await violationsInBothThemes(page)).toEqual([]);
    await dialog.getByRole('option', { name: /aurora/i }).click();
    await page.waitForURL('**/tenants/aurora/users');
    await page.getByRole('button', { name: 'Tenant: Tenant aurora' }).waitFor();
  });

  test('has room for a tenant of any id: the wizard’s address is none', async () => {
    await run.server.db.provision('new');
    const page = await run.signedIn('admin', '/tenants/new');
    await page.getByRole('heading', { level: 1, name: 'Tenant new' }).waitFor();
    await page.getByRole('button', { name: 'Tenant: Tenant new' }).waitFor();
    await page.goto('/tenants/new-tenant');
    const dialog = page.getByRole('dialog', { name: 'Add new tenant' });
    await dialog.getByLabel('Id', { exact: true }).fill('new-tenant');
    await dialog.getByRole('alert').getByText('lower-case letters, digits and underscores', { exact: false }).waitFor();
    await page.goto('/t/new/assurance');
    await page.getByText('For the people of new').waitFor();
  });

  test('leads from the address of a tenant alone to its people’s page, and shows nobody’s words as a tenant', async () => {
    const page = await run.visitor('/t/aurora');
    await page.getByText('For the people of aurora').waitFor();
    expect(new URL(page.url()).pathname).toBe('/t/aurora/assurance');
    await page.goto('/t/aurora/');
    await page.getByText('For the people of aurora').waitFor();
    for (const address of ['/t/Your%20password%20is%20wanted/assurance', '/t/A/assurance', '/t/new-tenant/assurance', '/t/aurora/elsewhere']) {
      await page.goto(address);
      await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
      expect([address, await page.getByLabel('Password', { exact: true }).count(), await page.getByText('Your password is wanted').count()]).toEqual([address, 0, 0]);
    }
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.context().close();
  });

  test('denies what is beyond an operator’s tenants over the whole screen, writes it down, and takes a report', async () => {
    const email = 'limited@console.example';
    await run.server.db.addOperator(email, 'operator');
    await owned(`insert into platform.operator_tenants (operator_id, tenant_id) select id, 'aurora' from platform.operators where email = $1`, [email]);
    const page = await run.visitor('/tenants/aurora');
    await signIn(page, email, testPassword);
    await page.getByRole('button', { name: 'Tenant: Tenant aurora' }).waitFor();
    await page.goto('/tenants/borealis/users');
    const denied = page.getByRole('alertdialog', { name: 'Access denied. This operation is not permitted across tenant boundaries.' });
    await denied.waitFor();
    expect(await denied.boundingBox()).toEqual({ x: 0, y: 0, width: 1440, height: 900 });
    expect(await violationsInBothThemes(page)).toEqual([]);
    await expect.poll(async () => (await owned(`select subject from audit.buffer where action = 'tenants.boundary' union all select subject from audit.events where action = 'tenants.boundary'`)).length).toBeGreaterThan(0);
    await denied.getByRole('button', { name: 'Report an incident' }).click();
    const report = page.getByRole('dialog', { name: 'Report an incident' });
    await report.getByLabel('How bad is it?').selectOption('high');
    await report.getByRole('button', { name: 'Report' }).click();
    await report.waitFor({ state: 'detached' });
    expect(await owned('select severity, summary from platform.incidents')).toEqual([
      { severity: 'high', summary: 'Access across tenant boundaries was denied at /tenants/borealis/users.' },
    ]);
    await denied.getByRole('link', { name: 'Back to the tenants' }).click();
    await page.getByRole('rowheader', { name: /aurora/i }).waitFor();
    expect(await page.getByRole('rowheader', { name: /borealis/i }).count()).toBe(0);
  });

  test('says after ten seconds that an answer takes long, with the skeleton of what will come', async () => {
    const page = await run.signedIn('admin', '/account');
    // The real server, whose answers are held on their way.
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/platform/graphql', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto('/tenants');
    await page.locator('[aria-busy=true] table').waitFor();
    const note = page.getByText('Data loading taking longer than expected', { exact: true });
    expect(await note.count()).toBe(0);
    const columns = async (): Promise<string[]> => await page.getByRole('columnheader').allInnerTexts();
    const skeleton = await columns();
    await note.first().waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    release?.();
    await page.getByRole('rowheader', { name: /aurora/i }).waitFor();
    await note.first().waitFor({ state: 'detached' });
    // It stood in the place of what came.
    expect(skeleton.length).toBeGreaterThan(4);
    expect(await columns()).toEqual(skeleton);
  });

  test('fits a screen at twice its size, forced colours and a phone', async () => {
    const large = await run.signedIn('admin', '/tenants', { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, forcedColors: 'active' });
    await large.getByRole('rowheader', { name: /aurora/i }).waitFor();
    expect(await fitsItsWidth(large)).toBe(true);
    await large.getByRole('button', { name: /^Tenant:|^No tenant selected/ }).click();
    await large.getByRole('dialog').getByRole('option', { name: /aurora/i }).waitFor();
    // What is marked shows by its edge, since forced colours take its ground away.
    const edge = await large.getByRole('option', { selected: true }).evaluate((option) => getComputedStyle(option).borderTopWidth);
    expect(edge).not.toBe('0px');
    const phone = await run.signedIn('admin', '/tenants', { viewport: { width: 390, height: 844 } });
    await phone.getByRole('rowheader', { name: /aurora/i }).waitFor();
    expect(await fitsItsWidth(phone)).toBe(true);
    await phone.getByRole('button', { name: 'No tenant selected' }).waitFor();
    await phone.goto('/tenants/new-tenant');
    await phone.getByRole('dialog').getByLabel('Name').fill('Phone');
    await phone.getByRole('dialog').getByRole('button', { name: 'Continue', disabled: false }).waitFor();
    expect(await fitsItsWidth(phone)).toBe(true);
    expect(await violationsInBothThemes(phone)).toEqual([]);
  });
});

test('a page whose file never came says so in words while the server is away, and shows by itself when it is back', async () => {
  const page = await run.signedIn('admin', '/account');
  const hint = page.getByText('This page comes from the server, which does not answer. It shows as soon as it does.');
  await page.getByRole('heading', { level: 1, name: 'My account' }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Security' }).click();
  await hint.waitFor();
  await page.getByRole('main').getByText('The server cannot be reached').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Try again' }).click();
  await hint.waitFor();
  expect([await page.getByRole('navigation', { name: 'Sections' }).isVisible(), new URL(page.url()).pathname]).toEqual([true, '/security']);
  expect(await violationsInBothThemes(page)).toEqual([]);
  await page.context().setOffline(false);
  await page.getByRole('heading', { level: 1, name: 'Security' }).waitFor();
  await page.context().close();
});

test('a server that goes away is told of, and so is its return', async () => {
  const { db } = run.server;
  const start = async (port: string) => {
    const logger = createLogger('silent');
    const config = readConfig({ NODE_ENV: 'test', PORT: port, DATABASE_URL: db.url, TENANTRY_PREFIX: db.prefix, SERVER_PROCESSES: '2', LANES: String((await owned('select lanes from platform.installation'))[0]?.['lanes']) });
    const server = createServer({ config, endpoint: db.endpoint, blueprintEndpoint: db.blueprintEndpoint, masterKey: db.masterKey, logger });
    return { server, url: (await server.listen()).url };
  };
  const first = await start('0');
  const email = 'reconnect@console.example';
  await db.addOperator(email, 'security');
  const { page } = await run.browser.open({ baseURL: first.url });
  await page.goto('/tenants');
  await signIn(page, email, testPassword);
  await page.getByRole('button', { name: 'System health: All systems work' }).or(page.getByRole('button', { name: /System health: (?!Health not known)/ })).first().waitFor();
  const feed = await page.context().newPage();
  await feed.goto('/security/accesses');
  await feed.getByText('Live', { exact: true }).waitFor();
  await first.server.close();
  await feed.getByText('Not live', { exact: true }).waitFor();
  expect(await feed.getByText('Live', { exact: true }).count()).toBe(0);
  await feed.close();
  await page.getByText('The connection for live updates was lost. Reconnecting…').waitFor();
  await page.getByRole('button', { name: 'System health: Health not known' }).waitFor();
  expect(await violationsInBothThemes(page)).toEqual([]);
  // What is asked for meanwhile fails, in words and with what to do.
  await page.getByRole('combobox', { name: 'Status' }).selectOption('active');
  const failure = page.getByRole('alert').filter({ hasText: 'The server cannot be reached' });
  await failure.getByText('Check your connection. This page tries again by itself.', { exact: true }).waitFor();
  expect(await failure.getByText(/server (?:can|could) ?not be reached/).count()).toBe(1);
  expect(await violationsInBothThemes(page)).toEqual([]);
  const second = await start(new URL(first.url).port);
  try {
    await page.getByText('Connected again.').waitFor({ state: 'attached', timeout: 40_000 });
    await page.getByText('Reconnecting…', { exact: false }).waitFor({ state: 'detached' });
    await page.getByRole('rowheader', { name: /aurora/i }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline.', { exact: false }).waitFor();
    await page.context().setOffline(false);
    await page.getByText('You are offline.', { exact: false }).waitFor({ state: 'detached' });
  } finally {
    await page.context().close();
    await second.server.close();
  }
});
