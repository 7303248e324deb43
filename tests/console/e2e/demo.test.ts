/**
 * The tutorial, clicked: what a person does who has started everything with `npm start` and follows docs/tutorial/demo.md. Each numbered line has its
 * function here, in the same order; what the line has in bold or as code is what the function has to use, all of it and nothing else.
 */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../browser.ts';
import type { TestBrowser } from '../browser.ts';
import { startEverything } from './started.ts';
import type { Started } from './started.ts';
import { tutorialSteps } from './tutorial.ts';

const TUTORIAL = new URL('../../../docs/tutorial/demo.md', import.meta.url);
const OPERATOR = 'operator@tenantry.example';
const OWN_PASSWORD = 'correct horse battery staple';

/** All that may be asked over REST: to sign in, and for files. */
const REST_CALLS = [
  /^POST \/api\/v1\/(?:tenants\/[^/]+\/)?auth\/(?:login|refresh|logout|accept)$/,
  /^GET \/api\/v1\/tenants\/[^/]+\/(?:auth\/)?(?:attestation|evidence)$/,
];

let started: Started;
let browser: TestBrowser;
/** The operator's window. */
let page: Page;
/** The auditor's private window. */
let auditor: Page;
/** Whose page called what: method and path, `WS` for a websocket. */
const calls: { readonly who: 'operator' | 'auditor'; readonly call: string }[] = [];
/** Words of the tutorial that the step under way has used. */
const used = new Set<string>();

beforeAll(async () => {
  [started, browser] = await Promise.all([startEverything(), startBrowser()]);
  page = await window('operator');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await started?.stop();
});

async function window(who: 'operator' | 'auditor'): Promise<Page> {
  const opened = await browser.open({ baseURL: started.url });
  opened.context.on('request', (request) => {
    if (['fetch', 'xhr'].includes(request.resourceType())) calls.push({ who, call: `${request.method()} ${new URL(request.url()).pathname}` });
  });
  opened.page.on('websocket', (socket) => calls.push({ who, call: `WS ${new URL(socket.url()).pathname}` }));
  return opened.page;
}

const sql = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await started.db.withOwner((owner) => owner.query(text, [...values]))).rows as Record<string, unknown>[];
const status = async (id: string): Promise<unknown> => (await sql('select status from platform.tenants where id = $1', [id]))[0]?.['status'];

/** A word of the tutorial. */
const word = (text: string): string => {
  used.add(text);
  return text;
};
type Scope = Pick<Page | Locator, 'getByRole' | 'getByLabel' | 'getByText'>;
const press = async (name: string, scope: Scope = page): Promise<void> => await scope.getByRole('button', { name: word(name), exact: true }).click();
const choose = async (name: string, scope: Scope = page): Promise<void> => await scope.getByRole('link', { name: word(name), exact: true }).click();
const fill = async (label: string, value: string, scope: Scope = page): Promise<void> => await scope.getByLabel(word(label), { exact: true }).or(scope.getByLabel(`${word(label)} (optional)`, { exact: true })).fill(value);
const see = async (text: string, scope: Scope = page): Promise<void> => await scope.getByText(word(text), { exact: true }).first().waitFor();
const heading = async (name: string, scope: Scope = page): Promise<void> => await scope.getByRole('heading', { name: word(name), exact: true }).first().waitFor();
const dialog = (): Locator => page.getByRole('dialog');
const confirmation = (): Locator => page.getByRole('alertdialog');
const sections = (): Locator => page.getByRole('navigation', { name: 'Sections' });
const parts = (): Locator => page.getByRole('navigation', { name: 'Parts of this tenant' });
const row = (name: string): Locator => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

/** Takes a file by a button, and finds in it the statement that is stored. */
async function takeAttestation(button: Locator, from: Page): Promise<void> {
  const [download] = await Promise.all([from.waitForEvent('download'), button.click()]);
  expect(download.suggestedFilename()).toBe(word('attestation-cygnus.json'));
  const { statement } = JSON.parse(await readFile(await download.path(), 'utf8')) as { statement: string };
  expect(await sql(`select statement from platform.attestations where tenant_id = 'cygnus' order by at desc limit 1`)).toEqual([{ statement }]);
}

/** Looks for an action in the trail that shows: nothing else shows, and of it at least so many events. */
const recorded = (action: string, least = 1) => async (): Promise<void> => {
  await page.getByLabel('Action', { exact: true }).fill(word(action));
  const actions = page.getByRole('table', { name: 'Audit trail' }).getByRole('rowheader');
  await expect
    .poll(async () => {
      const found = await actions.allInnerTexts();
      return found.length >= least && found.every((one) => one === action);
    }, { timeout: 15_000 })
    .toBe(true);
};

const steps: readonly (() => Promise<void>)[] = [
  // Sign in
  async () => {
    expect(word('http://127.0.0.1:4000/')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    await page.goto('/');
    await heading('Sign in');
  },
  async () => {
    const [, password = ''] = await started.read(/one-time password: (\S+)/);
    await fill('E-mail', word(OPERATOR));
    await fill('Password', password);
    await press('Sign in');
  },
  async () => {
    await fill('New password', OWN_PASSWORD);
    await fill('New password again', OWN_PASSWORD);
    await press('Save and sign in');
    await sections().waitFor();
  },
  // Meet the two rivals
  async () => {
    for (const rival of ['Aurora Brands', 'Borealis Licensing']) await see('Active', row(word(rival)));
    await see('2 tenants');
  },
  // Bring in a third
  async () => {
    await choose('Add new tenant');
    await dialog().waitFor();
  },
  async () => {
    await fill('Name', word('Cygnus Outdoor'), dialog());
    await fill('Id', word('cygnus'), dialog());
    await dialog().getByText(word('Free'), { exact: true }).nth(1).waitFor();
    await press('Continue', dialog());
  },
  async () => {
    await dialog().getByRole('radio', { name: word('Demonstration') }).check();
    await press('Continue', dialog());
    await dialog().getByRole('heading', { name: 'Keys and access' }).waitFor();
  },
  async () => {
    await press('Continue', dialog());
    await dialog().getByRole('heading', { name: 'Review' }).waitFor();
  },
  async () => {
    await see('Capacity', dialog());
    await see('Expected time', dialog());
    expect(await status('cygnus')).toBeUndefined();
    await press('Create tenant', dialog());
  },
  async () => {
    await see('Cygnus Outdoor is open', dialog());
    for (const name of ['Proof of isolation', 'Activation']) await dialog().getByRole('listitem').filter({ hasText: word(name) }).getByText(/Done/).waitFor();
    expect(await status('cygnus')).toBe('active');
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
  },
  async () => {
    await dialog().getByRole('button', { name: word('Close'), exact: true }).first().click();
    await row('Cygnus Outdoor').waitFor();
    await see('3 tenants');
  },
  // Show that a rival can't reach it
  async () => {
    await choose('Security', sections());
    await see('Isolation matrix');
    for (const tenant of ['Aurora Brands', 'Borealis Licensing', 'Cygnus Outdoor']) {
      await row(tenant).getByRole('link', { name: new RegExp(word('refused')) }).first().waitFor();
      expect(await row(tenant).getByRole('link', { name: /failed/ }).count()).toBe(0);
    }
  },
  async () => {
    await press('Prove the isolation of Aurora Brands now');
    await see('Aurora Brands is isolated: everything that was tried ended as it has to.', dialog());
  },
  async () => {
    await choose('See the proof', dialog());
    await heading('What was tried');
    await see('Nothing failed: every attempt ended as it has to.');
    await see('Rivals reached for');
    const [newest] = await sql(`select cause, status, sampled, attempts from platform.isolation_runs where tenant_id = 'aurora' order by started_at desc limit 1`);
    expect(newest).toMatchObject({ cause: 'demand', status: 'passed' });
    expect(await page.locator('dd').allInnerTexts()).toEqual(expect.arrayContaining([String(newest?.['sampled']), `${String(newest?.['attempts'])} attempts, each ended as it has to`]));
  },
  async () => {
    await choose('Security', sections());
    await choose('Evidence', page.getByRole('navigation', { name: 'Security' }));
    await takeAttestation(row('Cygnus Outdoor').getByRole('button', { name: 'Download the attestation of Cygnus Outdoor' }).filter({ hasText: word('Attestation') }), page);
  },
  // Let its auditor see for himself
  async () => {
    await page.keyboard.press(word('Alt+T').replace('T', 't'));
    await dialog().getByRole('combobox').waitFor();
    await page.keyboard.type(word('cygnus'));
    await dialog().getByRole('option', { name: /Cygnus/, selected: true }).waitFor();
    await dialog().getByRole('option', { name: /Aurora/ }).waitFor({ state: 'detached' });
    await page.keyboard.press(word('Enter'));
    await heading('Cygnus Outdoor');
    await page.getByRole('button', { name: 'Tenant: Cygnus Outdoor' }).waitFor();
  },
  async () => {
    await choose('Users', parts());
    await press('Invite a user');
    await fill('E-mail', word('arne@cygnus.example'), dialog());
    await fill('Name', word('Arne Auditor'), dialog());
    await dialog().getByLabel(word('Role')).selectOption(word('auditor'));
    await press('Send invitation', dialog());
    await row('Arne Auditor').getByText('Invited').waitFor();
  },
  async () => {
    const [, link = ''] = await started.read(/Message to arne@cygnus\.example: [^]*?(http:\S+\/t\/cygnus\/accept#token=\S+)/);
    auditor = await window('auditor');
    await auditor.goto(link);
    await heading('Choose your password', auditor);
  },
  async () => {
    await fill('New password', OWN_PASSWORD, auditor);
    await press('Save password', auditor);
    await choose('Go to sign-in', auditor);
    await auditor.waitForURL('**/t/cygnus/assurance');
  },
  async () => {
    await fill('E-mail', word('arne@cygnus.example'), auditor);
    await fill('Password', OWN_PASSWORD, auditor);
    await press('Sign in', auditor);
  },
  async () => {
    for (const title of ['Isolated', 'What was tried', 'Your audit trail', 'Who from the platform came in, and why']) await heading(title, auditor);
    await see('No operator has come in.', auditor);
    expect(await auditor.getByText(/aurora|borealis/i).count()).toBe(0);
  },
  async () => {
    await takeAttestation(auditor.getByRole('button', { name: word('Attestation'), exact: true }), auditor);
    await auditor.context().close();
  },
  // Change a setting and a role
  async () => {
    await choose('Configuration', parts());
    await fill('Primary color', word('#1a5f7a'));
    await press('Review changes');
    await dialog().getByRole('row', { name: /#1a5f7a/ }).waitFor();
    await press('Save changes', dialog());
    await page.getByRole('table', { name: word('History of this section') }).getByText('#1a5f7a').waitFor();
    expect(await sql(`select settings #>> '{branding,primaryColor}' as color from platform.tenants where id = 'cygnus'`)).toEqual([{ color: '#1a5f7a' }]);
  },
  async () => {
    await choose('Users', parts());
    await press('Actions for Ada Lindqvist');
    await page.getByRole('menuitem', { name: word('Change role'), exact: true }).click();
    await dialog().getByLabel(word('Role')).selectOption(word('manager'));
    await press('Change role', dialog());
    await row('Ada Lindqvist').getByText('manager').waitFor();
    expect(await sql(`select role from tenant_cygnus.users where name = 'Ada Lindqvist'`)).toEqual([{ role: 'manager' }]);
  },
  // Enter the tenant
  async () => {
    await choose('Security', parts());
    await press('Enter tenant');
    expect(await dialog().getByRole('button', { name: 'Enter tenant' }).isDisabled()).toBe(true);
    await dialog().getByLabel(word('Reason')).fill(word('Ticket 4711'));
    await press('Enter tenant', dialog());
  },
  async () => {
    await page.getByText(new RegExp(`^${word('You are inside Cygnus Outdoor until')}`)).waitFor();
    await page.getByRole('table', { name: word('Visits of operators') }).getByText('Ticket 4711').waitFor();
    await choose('Business data', parts());
    const lists = page.getByRole('navigation', { name: 'Lists of this tenant’s business' });
    for (const [list, table] of [['Brands', 'brands'], ['Licensees', 'licensees'], ['Agreements', 'agreements']] as const) {
      await choose(list, lists);
      const [count] = await sql(`select count(*)::int as n from tenant_cygnus.${table}`);
      await page.getByRole('table', { name: list }).getByRole('rowheader').first().waitFor();
      expect(await page.getByRole('table', { name: list }).getByRole('rowheader').count()).toBe(Math.min(25, Number(count?.['n'])));
    }
    await press('Leave');
    await page.getByText('You are outside this tenant').waitFor();
    await page.getByText(/^You are inside/).waitFor({ state: 'detached' });
    expect(await sql(`select reason, ended_at is not null as ended from platform.tenant_visits where tenant_id = 'cygnus'`)).toEqual([{ reason: 'Ticket 4711', ended: true }]);
  },
  // Suspend and resume
  async () => {
    await choose('Danger zone', parts());
    await press('Suspend');
    await confirmation().getByLabel(word('Reason, for the audit trail')).fill(word('A drill'));
    await confirmation().getByLabel('Type cygnus to confirm').fill(word('cygnus'));
    await press('Suspend', confirmation());
    await see('Suspended');
    expect(await status('cygnus')).toBe('suspended');
  },
  async () => {
    await press('Activate');
    await confirmation().getByLabel(word('Reason, for the audit trail')).fill(word('The drill is over'));
    await press('Activate', confirmation());
    await see('Active');
    expect(await status('cygnus')).toBe('active');
  },
  // Find it all in the trail
  async () => {
    await choose('Audit', parts());
    word('Action');
    await recorded('tenants.create')();
  },
  recorded('users.invite'),
  recorded('invitation.accept'),
  recorded('sign_in.succeed'),
  recorded('evidence.request'),
  recorded('settings.update'),
  recorded('users.update'),
  async () => {
    await recorded('visit.begin')();
    await press('Details of visit.begin');
    await dialog().getByText(/Ticket 4711/).first().waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  },
  recorded('visit.end'),
  recorded('tenants.status', 3),
  async () => {
    await choose('Security', sections());
    await choose('Audit trail', page.getByRole('navigation', { name: 'Security' }));
    word('Action');
    await recorded('sign_in.succeed')();
  },
  async () => {
    await recorded('call.mutation')();
    expect(await sql(`select count(*)::integer as calls from platform.audit_events where action = 'call.mutation' and detail ->> 'operation' ilike '%isolation%'`)).toEqual([{ calls: 1 }]);
    await page.getByRole('button', { name: word('Details of call.mutation') }).first().click();
    await dialog().getByText(/operation/i).first().waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  },
  recorded('call.rest'),
];

/** The step under way, and the one that did not work. */
let failedAt: number | null = null;

describe('the tutorial', async () => {
  const lines = await tutorialSteps(TUTORIAL);

  test('has a step for each of the test’s, and the test one for each of the tutorial’s', () => {
    expect(lines.length).toBe(steps.length);
  });

  steps.forEach((step, index) => {
    const line = lines[index];
    test(`${index + 1}. ${line?.text ?? 'is not in the text'}`, { timeout: 60_000 }, async ({ skip }) => {
      // What follows a step that did not work says nothing.
      skip(failedAt !== null, `step ${String(failedAt)} failed`);
      failedAt = index + 1;
      used.clear();
      await step();
      expect([...used].toSorted()).toEqual([...new Set([...(line?.shown ?? []), ...(line?.typed ?? [])])].toSorted());
      failedAt = null;
    });
  });
});

test('pages call REST to sign in and for files, and GraphQL for all else', () => {
  const rest = calls.filter(({ call }) => !/^(?:POST|WS) \/(?:platform\/)?graphql$/.test(call));
  expect(rest.filter(({ call }) => !REST_CALLS.some((allowed) => allowed.test(call)))).toEqual([]);
  // Each of the kinds was seen, so the list above is not empty for want of calls.
  for (const allowed of REST_CALLS) expect(rest.some(({ call }) => allowed.test(call))).toBe(true);
  const endpoints = (who: string) => [...new Set(calls.filter((one) => one.who === who).map(({ call }) => call))].filter((call) => call.includes('graphql')).toSorted();
  // Inside a tenant an operator asks what its own people ask.
  expect({ operator: endpoints('operator'), auditor: endpoints('auditor') }).toEqual({ operator: ['POST /graphql', 'POST /platform/graphql', 'WS /platform/graphql'], auditor: ['POST /graphql'] });
});
