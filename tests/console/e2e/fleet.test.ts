/** The lists over ten thousand tenants: rows of the registry, as the bench of the console writes them. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startConsole } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';

const TENANTS = 10_000;
/** On a machine with little time. */
const SOON = { timeout: 15_000 };

let run: ConsoleRun;
let page: Page;

const sql = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await run.server.db.withOwner((client) => client.query(text, values))).rows as Record<string, unknown>[];
const names = async (text: string): Promise<unknown[]> => (await sql(`select name from platform.tenants ${text}`)).map(({ name }) => name);
const shown = async (): Promise<string[]> => (await page.getByRole('rowheader').allInnerTexts()).map((words) => words.trim());

beforeAll(async () => {
  run = await startConsole();
  await sql(
    `insert into platform.tenants (id, name, status, lane, size_bytes, created_at)
     select 'brand_' || n, 'Brand ' || md5(n::text), (array['active', 'suspended', 'archived', 'failed'])[1 + n % 4], 0, n * 1000, now() - n * interval '1 minute'
       from generate_series(1, $1) n`, [TENANTS]);
  await sql('analyze platform.tenants');
  page = await run.signedIn('admin', '/tenants');
});
afterAll(async () => {
  await run.close();
});

/** Opens an address of the list and waits for the row that has to be its first. */
async function expectPage(path: string, order: string): Promise<void> {
  await page.goto(path);
  const expected = await names(order);
  await page.getByRole('rowheader', { name: String(expected[0]) }).waitFor();
  await expect.poll(shown, SOON).toEqual(expected);
}

describe('ten thousand tenants', () => {
  test('are counted, and no page loads more of them than it shows', async () => {
    const asked: string[] = [];
    page.on('response', (response) => void response.text().then((text) => asked.push(text), () => undefined));
    await expectPage('/tenants', 'order by created_at desc, id limit 25');
    await page.getByRole('link', { name: `${TENANTS.toLocaleString('en')} tenants`, exact: true }).waitFor();
    expect(Math.max(...asked.map((text) => text.split('"rowId":"brand_').length - 1))).toBeLessThanOrEqual(25);
    page.removeAllListeners('response');
  });

  test('are paged to the last, by the buttons and by the address', async () => {
    await expectPage('/tenants?sort=name', 'order by name, id limit 25');
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForURL(/page=2/);
    await expect.poll(shown, SOON).toEqual(await names('order by name, id limit 25 offset 25'));
    await expectPage('/tenants?sort=name&rows=100&page=100', 'order by name, id limit 100 offset 9900');
    expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);
  });

  test('are sorted by the server, either way', async () => {
    await expectPage('/tenants?sort=-size', 'order by size_bytes desc, id limit 25');
    await page.getByRole('columnheader', { name: /Schema size/ }).getByRole('button').first().click();
    await expect.poll(() => new URL(page.url()).searchParams.get('sort'), SOON).toBe('size');
    await expect.poll(shown, SOON).toEqual(await names('order by size_bytes, id limit 25'));
  });

  test('are filtered and searched, the count with them', async () => {
    await expectPage('/tenants?status=failed&sort=name', `where status = 'failed' order by name, id limit 25`);
    await page.getByText(`of ${(TENANTS / 4).toLocaleString('en')}`, { exact: false }).first().waitFor();
    await page.getByRole('searchbox').fill('brand_99');
    await page.waitForURL(/q=brand_99/);
    await expect.poll(shown, SOON).toEqual(await names(`where status = 'failed' and id like '%brand\\_99%' order by name, id limit 25`));
    await page.getByRole('searchbox').fill('nobody at all');
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await expect.poll(() => new URL(page.url()).search, SOON).not.toContain('status');
  });

  test('are found by the selector and by the isolation matrix, a page at a time', async () => {
    await page.keyboard.press('Alt+t');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').fill('brand_7777');
    await dialog.getByRole('option', { name: /brand_7777/ }).waitFor();
    expect(await dialog.getByRole('option').count()).toBeLessThanOrEqual(8);
    await page.keyboard.press('Escape');
    await page.goto('/security?sort=name');
    const expected = await names(`where status in ('ready', 'active', 'suspended', 'archived') order by name, id limit 25`);
    await page.getByRole('rowheader', { name: String(expected[0]) }).waitFor();
    expect(await page.getByRole('rowheader').locator('p:first-child').allInnerTexts()).toHaveLength(25);
  });
});
