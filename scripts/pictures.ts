/**
 * `npm run pictures`: every screen of the console as docs/images/<screen>-<theme>.png, filled and empty, light and dark, from a real server over
 * a cluster of its own and a real Chromium. A screen is a row of `screens`. With a folder, `npm run pictures -- <folder>`, each screen goes there too
 * as wide as a tablet and as a phone.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { runCommand } from '../config/run-command.ts';
import { hashPassword } from '../server/identity/passwords.ts';
import { startBrowser } from '../tests/console/browser.ts';
import { serverEnvironment, startOurWorker, startServer } from '../bench/processes.ts';
import { root } from './check/files.ts';
import { ensureConsole } from './console.ts';
import { benchPassword, makeInstallation } from './temporary-installation.ts';

interface Screen {
  /** The beginning of its file's name. */
  readonly name: string;
  readonly at: string;
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
  /** What has to be there; absent: the page's heading. */
  readonly ready?: (page: Page) => Promise<void>;
  /** It shows the places of things that don't come. */
  readonly places?: boolean;
  /** What is done when the picture is taken, so that the next finds things as they were. */
  readonly undo?: (page: Page) => Promise<void>;
}

const dialog = (page: Page) => page.getByRole('dialog');

async function toReview(page: Page, name = 'Cassini Watches'): Promise<void> {
  await dialog(page).getByLabel('Name').fill(name);
  for (const heading of ['Template and settings', 'Keys and access', 'Review']) {
    await dialog(page).getByRole('button', { name: 'Continue', disabled: false }).click();
    await dialog(page).getByRole('heading', { name: heading }).waitFor();
  }
  await page.getByText('Expected time').waitFor();
}

/** Screens of a platform on which there is nothing yet. */
const empty: readonly Screen[] = [
  { name: 'tenants-empty', at: '/tenants', ready: (page) => page.getByText('No tenants configured.', { exact: false }).waitFor() },
  { name: 'security-empty', at: '/security' },
];

/** Screens of a platform with two rivals. */
const filled: readonly Screen[] = [
  { name: 'tenants', at: '/tenants', ready: (page) => page.getByRole('rowheader').first().waitFor() },
  { name: 'tenant', at: '/tenants/aurora' },
  { name: 'tenant-configuration', at: '/tenants/aurora/configuration' },
  { name: 'tenant-users', at: '/tenants/aurora/users' },
  { name: 'tenant-roles', at: '/tenants/aurora/roles' },
  { name: 'tenant-security', at: '/tenants/aurora/security' },
  { name: 'tenant-audit', at: '/tenants/aurora/audit' },
  { name: 'tenant-danger', at: '/tenants/aurora/danger' },
  { name: 'security', at: '/security' },
  {
    name: 'security-proof',
    at: '/security',
    act: (page) => page.getByRole('row', { name: /Aurora Brands/ }).getByRole('link', { name: /ago|now/ }).first().click(),
    ready: (page) => page.getByRole('heading', { name: 'What was tried' }).waitFor(),
  },
  { name: 'security-alerts', at: '/security/alerts' },
  { name: 'security-accesses', at: '/security/accesses' },
  { name: 'security-compliance', at: '/security/compliance' },
  { name: 'security-audit', at: '/security/audit' },
  { name: 'security-evidence', at: '/security/evidence' },
  { name: 'security-incidents', at: '/security/incidents' },
  { name: 'security-lockdown', at: '/security/lockdown' },
  { name: 'account', at: '/account', ready: (page) => page.getByRole('button', { name: 'Set up a second factor' }).waitFor() },
  { name: 'tenant-required', at: '/tenant/users', places: true, ready: (page) => dialog(page).getByRole('option').first().waitFor() },
  { name: 'wizard', at: '/tenants/new-tenant', act: (page) => dialog(page).getByLabel('Name').fill('Cassini Watches'), ready: (page) => dialog(page).getByText('Free').nth(1).waitFor() },
  { name: 'wizard-review', at: '/tenants/new-tenant', act: (page) => toReview(page) },
  {
    name: 'suspend',
    at: '/tenants/aurora/danger',
    act: (page) => page.getByRole('button', { name: 'Suspend', exact: true }).click(),
    ready: (page) => page.getByRole('alertdialog').getByRole('textbox').first().waitFor(),
  },
  {
    name: 'palette',
    at: '/tenants',
    act: async (page) => {
      await page.getByRole('rowheader').first().waitFor();
      await page.keyboard.press('Control+k');
    },
    ready: (page) => dialog(page).getByRole('option').first().waitFor(),
  },
  {
    name: 'health',
    at: '/tenants',
    act: async (page) => {
      await page.getByRole('button', { name: /^System health: (?!Health not known)/ }).click();
    },
    ready: (page) => page.getByText('Sealing of the trail').waitFor(),
  },
];

/** Screens of somebody inside a tenant: a visit lasts as long as the page isn't loaded anew, so each enters by itself. */
const inside: readonly Screen[] = [
  { name: 'tenant-outside', at: '/tenants/aurora/data', ready: (page) => page.getByText('You are outside this tenant').waitFor() },
  {
    name: 'tenant-enter',
    at: '/tenants/aurora/data',
    act: (page) => page.getByRole('button', { name: 'Enter tenant' }).click(),
    ready: (page) => dialog(page).getByRole('textbox').waitFor(),
  },
  {
    name: 'tenant-data',
    at: '/tenants/aurora/data',
    act: enter,
    ready: (page) => page.getByRole('table', { name: 'Brands' }).getByRole('rowheader').first().waitFor(),
    undo: leave,
  },
];

async function enter(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Enter tenant' }).click();
  await dialog(page).getByRole('textbox').fill('Ticket 4711: an agreement without an end');
  await dialog(page).getByRole('button', { name: 'Enter tenant' }).click();
}

async function leave(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.getByText(/^You are inside .+ until/).waitFor({ state: 'detached' });
}

/** The wizard's two ends, which each order a tenant: last, and once for each theme. */
const failed = (theme: string): Screen => ({
  name: 'wizard-failed',
  at: '/tenants/new-tenant',
  act: (page) => order(page, theme === 'light' ? 'Fornax' : 'Gemini'),
  ready: (page) => dialog(page).getByText('Provisioning failed: Proof of isolation').waitFor(),
});

const brought = (theme: string): Screen => ({
  name: 'wizard-done',
  at: '/tenants/new-tenant',
  act: (page) => order(page, theme === 'light' ? 'Delphi' : 'Elara'),
  ready: (page) => page.getByText('What comes next').waitFor(),
});

async function order(page: Page, name: string): Promise<void> {
  await toReview(page, name);
  await dialog(page).getByRole('button', { name: 'Create tenant' }).click();
}

/** Makes proofs of isolation fail to be recorded, as a full disk would. */
const BREAK_PROOFS = `
  create function platform_private.refuse_for_pictures() returns trigger language plpgsql as $$ begin raise exception 'the proof could not be kept' using errcode = 'TN014'; end $$;
  create trigger refuse_for_pictures before insert on platform.isolation_runs for each row execute function platform_private.refuse_for_pictures()`;
const MEND_PROOFS = `
  drop trigger refuse_for_pictures on platform.isolation_runs;
  drop function platform_private.refuse_for_pictures()`;

const themes = ['light', 'dark'] as const;
const folder = join(root, 'docs', 'images');
const operator = 'grace@platform.example';
const limited = 'hedy@platform.example';
const newcomer = 'mary@platform.example';
const auditor = 'viewer@aurora.example';
/** What others than the operator get to see. */
const people = [
  { name: 'first-password', email: newcomer, at: '/tenants', ready: (page: Page) => page.getByLabel('New password', { exact: true }).waitFor() },
  { name: 'denied', email: limited, at: '/tenants/borealis', ready: (page: Page) => page.getByRole('alertdialog').waitFor() },
  { name: 'assurance', email: auditor, at: '/t/aurora/assurance', ready: (page: Page) => page.getByText(/points that are known are met/).waitFor() },
] as const;
/** Where each screen goes as wide as a tablet and as a phone, which a checkout need not carry. */
const narrowFolder = process.argv[2];
const wide = { width: 1440, height: 900 } as const;
const narrow = [
  { width: 1024, height: 900 },
  { width: 390, height: 844 },
] as const;
/** Bytes of all pictures together, which a checkout has to carry. */
const MOST_BYTES = 8_000_000;

await runCommand(async () => {
  await ensureConsole();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (narrowFolder !== undefined) await mkdir(narrowFolder, { recursive: true });
  const installation = await makeInstallation();
  const owner = await installation.owner();
  for (const [email, name, role, mustChange] of [[operator, 'Grace Hopper', 'admin', false], [limited, 'Hedy Lamarr', 'operator', false], [newcomer, 'Mary Jackson', 'developer', true]]) {
    await owner.query('select platform_private.add_operator($1, $2, $3, $4, $5)', [email, name, role, await hashPassword(benchPassword), mustChange]);
  }
  const worker = await startOurWorker(installation);
  const server = await startServer('../server/main.ts', '/readyz', { ...serverEnvironment(installation), NODE_ENV: 'development' });
  const browser = await startBrowser();
  try {
    const pages = new Map<string, Page>();
    for (const theme of themes) {
      const { page } = await browser.open({ baseURL: server.url, colorScheme: theme });
      await page.goto('/tenants');
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await shoot(page, 'sign-in', theme);
      await signIn(page, operator);
      await page.getByRole('navigation', { name: 'Sections' }).waitFor();
      pages.set(theme, page);
      for (const screen of empty) await take(page, screen, theme);
    }
    for (const id of ['aurora', 'borealis']) await installation.provision(owner, id, 'demo');
    await owner.query(`update platform.tenants set name = case id when 'aurora' then 'Aurora Brands' else 'Borealis Licensing' end`);
    // The first was proven when there was nobody to reach for yet: its row of the matrix would be half empty.
    const [firstPage] = pages.values();
    if (firstPage !== undefined) await proveAgain(firstPage, 'Aurora Brands');
    for (const [theme, page] of pages) {
      for (const screen of [...filled, ...inside]) await take(page, screen, theme);
      await take(page, brought(theme), theme);
      await owner.query(BREAK_PROOFS);
      await take(page, failed(theme), theme);
      await owner.query(MEND_PROOFS);
    }
    await owner.query(`insert into platform.operator_tenants (operator_id, tenant_id) select id, 'aurora' from platform.operators where email = $1`, [limited]);
    await owner.query(`update tenant_aurora.users set role = 'auditor' where email = $1`, [auditor]);
    await owner.query('select identity.set_user_password($1, $2, $3, false)', ['aurora', auditor, await hashPassword(benchPassword)]);
    for (const theme of themes) {
      for (const { email, at, name, ready } of people) {
        const { page } = await browser.open({ baseURL: server.url, colorScheme: theme });
        await page.goto(at);
        await signIn(page, email);
        await ready(page);
        await shoot(page, name, theme);
        await page.context().close();
      }
    }
  } finally {
    await browser.close();
    await server.stop();
    await worker.stop();
    await owner.end();
    await installation.remove();
  }
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${names.length} pictures, ${(bytes / 1_000_000).toFixed(1)} MB, in docs/images`);
  if (bytes > MOST_BYTES) throw new Error(`The pictures are larger than ${MOST_BYTES / 1_000_000} MB together: take fewer, or make them smaller.`);
});

/** As an operator does it. */
async function proveAgain(page: Page, name: string): Promise<void> {
  await page.goto('/security');
  await page.getByRole('button', { name: `Prove the isolation of ${name} now` }).click();
  await dialog(page).getByText(`${name} is isolated`, { exact: false }).first().waitFor();
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(benchPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function take(page: Page, { name, at, act, ready, places = false, undo }: Screen, theme: string): Promise<void> {
  await page.goto(at);
  await act?.(page);
  if (ready === undefined) await page.getByRole('heading').first().waitFor();
  else await ready(page);
  await shoot(page, name, theme, places);
  await undo?.(page);
}

async function shoot(page: Page, name: string, theme: string, places = false): Promise<void> {
  await settled(page, places);
  await page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
  if (narrowFolder === undefined) return;
  for (const size of narrow) {
    await page.setViewportSize(size);
    await gone(page, places);
    await page.screenshot({ path: join(narrowFolder, `${name}-${theme}-${size.width}.png`) });
  }
  await page.setViewportSize(wide);
}

/** Until everything that was asked for is there: nothing is on its way, no place is held for what comes, and the type is loaded. */
async function settled(page: Page, places: boolean): Promise<void> {
  await page.waitForLoadState('networkidle');
  await gone(page, places);
  await page.waitForLoadState('networkidle');
  await page.evaluate('document.fonts.ready.then(() => undefined)');
}

async function gone(page: Page, places: boolean): Promise<void> {
  // The first of those that there are: it is gone when all are.
  if (!places) await page.locator('[aria-busy=true], .chakra-skeleton').first().waitFor({ state: 'detached' });
}
