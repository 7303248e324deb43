/** Bringing up a tenant by the wizard: to its end, into a real failure and out of it, called off, and by keyboard alone. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startConsole, violationsInBothThemes } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';

const SUPPORT = 'help@platform.example';
let run: ConsoleRun;

beforeAll(async () => {
  run = await startConsole({ worker: true, tenants: ['aurora', 'borealis'], environment: { SUPPORT_CONTACT: SUPPORT } });
});
afterAll(async () => {
  await run.close();
});

const owned = async (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await run.server.db.withOwner((client) => client.query(sql, values))).rows as Record<string, unknown>[];

const dialogOf = (page: Page) => page.getByRole('dialog');

/** A dialog hides what is behind it from assistive technology, and so from `signedIn`: it is opened after. */
async function openWizard(title: 'operator' | 'developer'): Promise<Page> {
  const page = await run.signedIn(title);
  await page.goto('/tenants/new-tenant');
  await dialogOf(page).waitFor();
  return page;
}

async function toReview(page: Page, name: string): Promise<void> {
  const dialog = dialogOf(page);
  await dialog.getByLabel('Name').fill(name);
  for (const heading of ['Template and settings', 'Keys and access', 'Review']) {
    await dialog.getByRole('button', { name: 'Continue', disabled: false }).click();
    await dialog.getByRole('heading', { name: heading }).waitFor();
  }
}

/** Makes every proof of isolation fail to be recorded, as a full disk would, until it is undone. */
async function breakProofs(): Promise<() => Promise<void>> {
  await owned(`create function platform_private.refuse_for_test() returns trigger language plpgsql as $$ begin raise exception 'the proof could not be kept' using errcode = 'TN014'; end $$`);
  await owned('create trigger refuse_for_test before insert on platform.isolation_runs for each row execute function platform_private.refuse_for_test()');
  return async () => {
    await owned('drop trigger refuse_for_test on platform.isolation_runs');
    await owned('drop function platform_private.refuse_for_test()');
  };
}

describe('the wizard', () => {
  test('suggests and checks as one types, has nothing against axe in any step, and brings up what was ordered', async () => {
    const page = await openWizard('operator');
    const dialog = dialogOf(page);
    expect((await dialog.boundingBox())?.width).toBe(600);
    await dialog.getByLabel('Name').fill('Tenant Aurora');
    await dialog.getByRole('alert').getByText('Another tenant bears this name.', { exact: false }).waitFor();
    expect(await dialog.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Id', { exact: true }).fill('aurora');
    await dialog.getByRole('button', { name: 'Use tenant_aurora' }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await dialog.getByLabel('Name').fill('Café Müller');
    await dialog.getByRole('button', { name: 'Use cafe_muller' }).click();
    await dialog.getByLabel('Domain').fill('cafe.example');
    await dialog.getByRole('button', { name: 'Continue', disabled: false }).click();
    await dialog.getByRole('radio', { name: 'Demonstration' }).check();
    await dialog.getByLabel('Primary color').fill('red');
    await dialog.getByRole('alert').getByText('This does not fit.').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await dialog.getByLabel('Primary color').fill('#1a5f7a');
    await dialog.getByLabel('Approvals required').fill('2');
    await dialog.getByRole('button', { name: 'Continue', disabled: false }).click();
    await dialog.getByLabel('Require second factor').check();
    await dialog.getByLabel('E-mail').fill('anna@cafe.example');
    await dialog.getByLabel('Name (optional)').fill('Anna');
    await dialog.getByRole('button', { name: 'Continue', disabled: false }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Continue', disabled: false }).click();
    await dialog.getByText('Expected time').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    const [estimate] = await owned('select lane, lane_tenants, free_lanes from platform.provisioning_estimate()');
    expect(await dialog.innerText()).toContain(`Lane ${String(estimate?.['lane'])}, which has ${String(estimate?.['lane_tenants'])} tenant`);
    await dialog.getByRole('button', { name: 'Create tenant' }).click();
    await dialog.getByText('Café Müller is open').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    expect(new URL(page.url()).pathname).toBe('/tenants/new-tenant/cafe_muller');
    await dialog.getByText('An invitation went to the address you gave.', { exact: false }).waitFor();
    const [tenant] = await owned(`select status, domain, template, settings #>> '{branding,primaryColor}' as color, settings #>> '{security,requireSecondFactor}' as factor from platform.tenants where id = 'cafe_muller'`);
    expect(tenant).toEqual({ status: 'active', domain: 'cafe.example', template: 'demo', color: '#1a5f7a', factor: 'true' });
    // The times on the page are those of the run.
    const [recorded] = await owned(`select steps from platform.provisioning_runs where tenant_id = 'cafe_muller'`);
    const steps = recorded?.['steps'] as readonly { readonly name: string; readonly ms: number }[];
    expect(await dialog.getByRole('listitem').count()).toBe(steps.length);
    const schema = steps.find(({ name }) => name === 'schema')?.ms ?? Number.NaN;
    expect(await dialog.getByRole('listitem').filter({ hasText: 'Schema, tables and policies' }).innerText()).toContain(`${Math.round(schema)} ms`);
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await page.getByRole('rowheader', { name: /Café Müller/ }).waitFor();
  });

  test('shows a real failure with its step, that nothing is left, and whom to ask; then it succeeds', async () => {
    const page = await openWizard('operator');
    const dialog = dialogOf(page);
    const mend = await breakProofs();
    try {
      await toReview(page, 'Delphi');
      await dialog.getByRole('button', { name: 'Create tenant' }).click();
      await dialog.getByRole('alert').getByText('Provisioning failed: Proof of isolation').waitFor();
      await dialog.getByText('Everything that had been made was removed again', { exact: false }).waitFor();
      await dialog.getByRole('link', { name: SUPPORT }).waitFor();
      await dialog.getByText('the proof could not be kept').waitFor();
      expect(await dialog.getByRole('listitem').filter({ hasText: 'Schema, tables and policies' }).innerText()).toContain('Removed again');
      expect(await owned(`select count(*)::int as n from pg_namespace where nspname = 'tenant_delphi'`)).toEqual([{ n: 0 }]);
      expect(await violationsInBothThemes(page)).toEqual([]);
    } finally {
      await mend();
    }
    await page.reload();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await dialog.getByText('Delphi is open').waitFor();
    expect(await owned(`select status from platform.provisioning_runs where tenant_id = 'delphi' order by created_at`)).toEqual([{ status: 'failed' }, { status: 'succeeded' }]);
  });

  test('calls one off after saying what that means', async () => {
    const page = await openWizard('operator');
    const mend = await breakProofs();
    try {
      await toReview(page, 'Ephemera');
      await dialogOf(page).getByRole('button', { name: 'Create tenant' }).click();
      await dialogOf(page).getByText('Provisioning failed', { exact: false }).first().waitFor();
    } finally {
      await mend();
    }
    await dialogOf(page).getByRole('button', { name: 'Call it off' }).click();
    const question = page.getByRole('alertdialog');
    await question.getByText('Its id is not: no tenant will ever have it again.').waitFor();
    expect(await question.getByRole('button', { name: 'Call it off' }).isDisabled()).toBe(true);
    await question.getByLabel('Why it is called off').fill('ordered by mistake');
    expect(await violationsInBothThemes(page)).toEqual([]);
    await question.getByRole('button', { name: 'Call it off' }).click();
    await dialogOf(page).getByText('Called off').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    expect(await owned(`select status from platform.tenants where id = 'ephemera'`)).toEqual([{ status: 'cancelled' }]);
  });

  test('is not for who does not create tenants, and the server refuses what it would send', async () => {
    const page = await openWizard('developer');
    await page.getByText('Your role does not create tenants').waitFor();
    const token = await run.server.operatorToken('developer');
    const response = await fetch(`${run.server.url}/platform/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: 'mutation { createTenant(input: { id: "forged", name: "Forged" }) { result { rowId } } }' }),
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  test('goes by keyboard alone, and so do the selector and the palette', async () => {
    const page = await run.signedIn('admin', '/tenants');
    await page.getByRole('rowheader', { name: /aurora/i }).waitFor();
    const focused = (): Promise<string> => page.evaluate(() => (document.activeElement as HTMLElement | null)?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
    await page.keyboard.press('Alt+t');
    await dialogOf(page).getByRole('option', { name: /borealis/i }).waitFor();
    await page.keyboard.type('bor');
    await dialogOf(page).getByRole('option', { name: /aurora/i }).waitFor({ state: 'detached' });
    await dialogOf(page).getByRole('option', { name: /borealis/i, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/tenants/borealis');
    await page.getByRole('button', { name: 'Tenant: Tenant borealis' }).waitFor();
    await page.keyboard.press('Control+k');
    await dialogOf(page).getByRole('combobox').waitFor();
    await page.keyboard.type('add new');
    await dialogOf(page).getByRole('option', { name: 'Add new tenant' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/tenants/new-tenant');
    await dialogOf(page).getByLabel('Name').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type('Keyboard Brand');
    await dialogOf(page).getByRole('button', { name: 'Continue', disabled: false }).waitFor();
    for (const heading of ['Template and settings', 'Keys and access', 'Review']) {
      if (heading !== 'Template and settings') for (let tab = 0; tab < 30 && (await focused()) !== 'Continue'; tab += 1) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect.poll(focused).toBe(heading);
      // It waits for an operator then.
      if (heading === 'Keys and access') {
        for (let tab = 0; tab < 30 && !(await dialogOf(page).getByLabel('Open the tenant as soon as it is proven').evaluate((box) => box === document.activeElement)); tab += 1) await page.keyboard.press('Tab');
        await page.keyboard.press('Space');
      }
    }
    for (let tab = 0; tab < 30 && (await focused()) !== 'Create tenant'; tab += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialogOf(page).getByText('Keyboard Brand is ready').waitFor();
    await dialogOf(page).getByText('Its isolation is proven. It opens when an operator activates it.').waitFor();
    expect(await owned(`select status from platform.tenants where id = 'keyboard_brand'`)).toEqual([{ status: 'ready' }]);
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.waitForURL('**/tenants');
  });
});
