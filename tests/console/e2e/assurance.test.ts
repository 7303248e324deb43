/** The page of a brand's own auditor, and what leads to it. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPassword } from '../../harness/database.ts';
import { signIn, startConsole, violationsInBothThemes } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';
import { expectAssurance } from './figures.ts';

let run: ConsoleRun;

const owned = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await run.server.db.withOwner((owner) => owner.query(text, [...values]))).rows as Record<string, unknown>[];

beforeAll(async () => {
  run = await startConsole({ worker: true, tenants: ['aurora', 'borealis'] });
  // Its viewer answers for it from now on.
  await owned(`update tenant_aurora.users set role = 'auditor' where email = 'viewer@aurora.example'`);
  // The first had nobody to reach for when it was proven.
  const officer = await run.signedIn('security', '/security');
  await officer.getByRole('button', { name: 'Prove the isolation of Tenant aurora now' }).click();
  await officer.getByRole('dialog', { name: 'Proving Tenant aurora' }).getByText(/attempts, each ended as it has to/).waitFor();
  await officer.context().close();
});
afterAll(async () => {
  await run.close();
});

describe('the assurance page', () => {
  test('gives a tenant’s own auditor the evidence in plain words, as it is stored, and nobody else’s', async () => {
    await owned(`insert into platform.tenant_visits (tenant_id, operator_id, reason, role, access, started_at, expires_at, ended_at)
                 select 'aurora', id, 'Ticket 4711', 'viewer', 'read', now() - interval '1 hour', now() - interval '50 minutes', now() - interval '55 minutes'
                   from platform.operators where email = 'security@console.example'`);
    await owned(`insert into platform.tenant_visits (tenant_id, operator_id, reason, role, access, started_at, expires_at)
                 select 'aurora', id, 'Ticket 4712', 'manager', 'write', now() - interval '3 hours', now() - interval '2 hours' from platform.operators where email = 'security@console.example'`);
    await owned(`insert into audit.retention (tenant_id, class, hold_reason, held_at) values ('aurora', '7y', 'A court asked', now())`);
    await owned(`update platform_private.signing_keys set created_at = created_at - interval '3 days' where tenant_id = 'aurora' and state = 'next'`);
    await expect.poll(() => owned(`select passed from platform.attestations where tenant_id = 'aurora' order by at desc limit 1`), { timeout: 30_000 }).toEqual([{ passed: true }]);
    const auditor = await run.visitor('/t/aurora/assurance');
    await auditor.getByText('For the people of aurora').waitFor();
    expect(await violationsInBothThemes(auditor)).toEqual([]);
    await signIn(auditor, 'viewer@aurora.example', testPassword);
    await auditor.getByRole('heading', { name: 'Isolated', exact: true }).waitFor();
    const [newest] = await owned(`select attempts, posture_checks from platform.isolation_runs where tenant_id = 'aurora' and status = 'passed' order by started_at desc limit 1`);
    await auditor.getByText(`${Number(newest?.['attempts']).toLocaleString('en')} statements were really tried`).waitFor();
    await auditor.getByText('Ticket 4711').waitFor();
    await auditor.getByText(/points that are known are met/).waitFor({ timeout: 20_000 });
    const [keys] = await owned(`select count(*)::integer as count from platform_private.signing_keys where tenant_id = 'aurora'`);
    expect(await auditor.getByRole('table', { name: 'Your signing keys' }).getByRole('row').count()).toBe(Number(keys?.['count']) + 1);
    expect(await auditor.getByText(/borealis/i).count()).toBe(0);
    // As it is called; its id stands below.
    await auditor.getByRole('heading', { level: 1, name: 'Assurance for Tenant aurora', exact: true }).waitFor();
    await auditor.getByRole('main').getByText('aurora', { exact: true }).waitFor();
    expect(await violationsInBothThemes(auditor)).toEqual([]);
    await expectAssurance(auditor, owned);

    const [download] = await Promise.all([auditor.waitForEvent('download'), auditor.getByRole('button', { name: 'Attestation', exact: true }).click()]);
    const { statement } = JSON.parse(await readFile(await download.path(), 'utf8')) as { statement: string };
    expect(await owned(`select statement from platform.attestations where tenant_id = 'aurora' order by at desc limit 1`)).toEqual([{ statement }]);

    await auditor.evaluate(() => localStorage.setItem('tenantry.scheme', 'dark'));
    await auditor.reload();
    await auditor.getByRole('heading', { name: 'Isolated', exact: true }).waitFor();
    const dark = (): Promise<readonly [boolean, string]> =>
      auditor.evaluate(() => [document.documentElement.classList.contains('dark'), document.documentElement.style.colorScheme] as const);
    expect(await dark()).toEqual([true, 'dark']);
    await auditor.emulateMedia({ media: 'print' });
    expect(await auditor.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
    // Ink on paper, whatever the screen was; colours take a moment to change.
    await expect.poll(() => auditor.evaluate(() => getComputedStyle(document.querySelector('h1') ?? document.body).color)).toBe('rgb(9, 9, 11)');
    await auditor.emulateMedia({ media: 'screen' });
    await expect.poll(dark).toEqual([true, 'dark']);
    // A printer's own way, and a system that is dark and turns light for it.
    await auditor.evaluate(() => localStorage.removeItem('tenantry.scheme'));
    await auditor.emulateMedia({ colorScheme: 'dark' });
    await auditor.reload();
    await auditor.getByRole('heading', { name: 'Isolated', exact: true }).waitFor();
    await auditor.pdf();
    await expect.poll(dark).toEqual([true, 'dark']);
    await auditor.emulateMedia({ colorScheme: 'light' });

    // A session of this tenant is none of another's page.
    await auditor.goto('/t/borealis/assurance');
    await auditor.getByText('For the people of borealis').waitFor();
    await auditor.context().close();
  });

  test('lets its auditor change the password and sign out', async () => {
    const auditor = await run.visitor('/t/aurora');
    await signIn(auditor, 'viewer@aurora.example', testPassword);
    const menu = auditor.getByRole('button', { name: /^Account of / });
    const choose = async (entry: string): Promise<void> => {
      await menu.click();
      await auditor.getByRole('menuitem', { name: entry }).click();
    };
    await menu.click();
    await auditor.getByText('viewer@aurora.example, auditor').waitFor();
    await auditor.keyboard.press('Escape');
    await choose('Change password');
    const dialog = auditor.getByRole('dialog', { name: 'Change password' });
    await dialog.getByLabel('Current password').fill(testPassword);
    await dialog.getByLabel('New password', { exact: true }).fill('a sentence of the auditor');
    await dialog.getByLabel('New password again').fill('a sentence of the auditor');
    expect(await violationsInBothThemes(auditor)).toEqual([]);
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await dialog.waitFor({ state: 'detached' });
    await choose('Sign out');
    await auditor.getByText('You are signed out.').waitFor();
    await signIn(auditor, 'viewer@aurora.example', testPassword);
    await auditor.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    await signIn(auditor, 'viewer@aurora.example', 'a sentence of the auditor');
    await auditor.getByRole('heading', { level: 1, name: 'Assurance for Tenant aurora', exact: true }).waitFor();
    await auditor.context().close();
  });

  test('tells a person without that role what to ask for', async () => {
    const user = await run.visitor('/t/aurora/assurance');
    await signIn(user, 'user@aurora.example', testPassword);
    await user.getByText('Your role does not show this page').waitFor();
    expect(await violationsInBothThemes(user)).toEqual([]);
    await user.context().close();
  });
});
