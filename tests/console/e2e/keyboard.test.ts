/** Work that is done by keyboard alone: each stop of the focus shows, dialogs give it back, Escape leads out. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onboarding } from '../../../admin/text/onboarding.ts';
import { settled, startConsole, violationsInBothThemes } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';

let run: ConsoleRun;
let page: Page;

beforeAll(async () => {
  run = await startConsole({ worker: true, tenants: ['aurora', 'borealis'] });
  page = await run.signedIn('admin', '/tenants');
});
afterAll(async () => {
  await run.close();
});

const owned = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await run.server.db.withOwner((owner) => owner.query(text, [...values]))).rows as Record<string, unknown>[];

interface Stop {
  readonly name: string;
  /** Whether the ring around it is drawn. */
  readonly shows: boolean;
}

/** Where the focus is. */
const stop = (): Promise<Stop> =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLElement | null;
    if (at === null || at === document.body) return { name: '', shows: false };
    const labels = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement ? [...(at.labels ?? [])] : [];
    const name = at.getAttribute('aria-label') ?? (labels.length > 0 ? labels.map((label) => label.textContent).join(' ') : at.textContent);
    const ringed = (element: Element): boolean => getComputedStyle(element).outlineStyle !== 'none' && Number.parseFloat(getComputedStyle(element).outlineWidth) >= 1;
    return { name: name.trim().replaceAll(/\s+/g, ' '), shows: ringed(at) || [...(at.parentElement?.children ?? [])].some(ringed) };
  });

/** Goes on by Tab until the focus is on something; every stop on the way has to show. */
async function tabTo(name: RegExp | string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let at = 0; at < 90; at += 1) {
    await page.keyboard.press(key);
    const here = await stop();
    if (here.name !== '') expect(here).toMatchObject({ shows: true });
    if (typeof name === 'string' ? here.name === name : name.test(here.name)) return;
    passed.push(here.name.slice(0, 40));
  }
  throw new Error(`The focus never came to ${String(name)}: ${passed.join(' | ')}`);
}

const focused = (): Promise<string> => stop().then(({ name }) => name);
const inDialog = (): Promise<boolean> => page.evaluate(() => document.activeElement?.closest('[role=dialog], [role=alertdialog]') !== null);
const gone = (): Promise<void> => page.locator('[role=dialog], [role=alertdialog]').first().waitFor({ state: 'detached' });

async function type(label: RegExp | string, text: string): Promise<void> {
  await tabTo(label);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

async function press(name: RegExp | string): Promise<void> {
  await tabTo(name);
  await page.keyboard.press('Enter');
}

describe('a tenant', () => {
  test('its parts are gone to, and a setting is changed with its difference seen before', async () => {
    await page.goto('/tenants/aurora');
    await settled(page);
    await press('Configuration');
    await page.getByRole('heading', { name: 'Branding' }).waitFor();
    expect(await focused()).toBe('Configuration');
    await type(/^Primary color/, '#1a5f7a');
    await press('Review changes');
    await expect.poll(inDialog).toBe(true);
    await page.keyboard.press('Escape');
    await gone();
    await expect.poll(focused).toBe('Review changes');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('row', { name: /#1a5f7a/ }).waitFor();
    await press('Save changes');
    await page.getByRole('table', { name: 'History of this section' }).getByText('#1a5f7a').waitFor();
    await gone();
    // The button is not for pressing any more: the focus is where reading goes on, not lost.
    await expect.poll(focused).toBe('Tenant aurora');
    expect(await owned(`select settings #>> '{branding,primaryColor}' as color from platform.tenants where id = 'aurora'`)).toEqual([{ color: '#1a5f7a' }]);
  });

  test('a person is invited', async () => {
    await press('Users');
    await page.getByRole('rowheader', { name: /Ada Lindqvist/ }).waitFor();
    await press('Invite a user');
    await expect.poll(inDialog).toBe(true);
    await page.keyboard.press('Escape');
    await gone();
    await expect.poll(focused).toBe('Invite a user');
    await page.keyboard.press('Enter');
    await expect.poll(inDialog).toBe(true);
    if (!(await focused()).startsWith('E-mail')) await tabTo(/^E-mail/);
    await page.keyboard.type('kim@aurora.example');
    await type(/^Name/, 'Kim Keys');
    await tabTo(/^Role/);
    await page.keyboard.press('m');
    await press('Send invitation');
    await page.getByRole('row', { name: /Kim Keys/ }).getByText('Invited').waitFor();
    await gone();
    await expect.poll(focused).toBe('Invite a user');
    expect(await owned(`select role from tenant_aurora.users where email = 'kim@aurora.example'`)).toEqual([{ role: 'manager' }]);
  });

  test('what is done to a person is chosen from a menu, and called off by Escape', async () => {
    await press('Actions for Kim Keys');
    await page.getByRole('menu').waitFor();
    await page.keyboard.type('Remove');
    await page.keyboard.press('Enter');
    await expect.poll(inDialog).toBe(true);
    await page.keyboard.press('Escape');
    await gone();
    await expect.poll(focused).toBe('Actions for Kim Keys');
  });

  test('is suspended and activated', async () => {
    await page.goto('/tenants/aurora');
    await settled(page);
    await press('Danger zone');
    for (const [step, status, typed] of [['Suspend', 'suspended', true], ['Activate', 'active', false]] as const) {
      await page.getByRole('button', { name: step, exact: true }).waitFor();
      await press(step);
      await expect.poll(inDialog).toBe(true);
      if (!(await focused()).startsWith('Reason')) await tabTo(/^Reason/);
      await page.keyboard.type('a drill by keyboard');
      if (typed) await type(/^Type aurora to confirm/, 'aurora');
      await press(step);
      await gone();
      await expect.poll(async () => await owned(`select status from platform.tenants where id = 'aurora'`)).toEqual([{ status }]);
      // The button that was pressed is there no more.
      await expect.poll(focused).toBe('Tenant aurora');
    }
  });
});

describe('security', () => {
  test('the matrix is walked, and a proof is begun and left', async () => {
    await page.goto('/security');
    await page.getByRole('rowheader', { name: /aurora/ }).waitFor();
    await tabTo('Isolation matrix: tenants and kinds of attempts');
    await press('Prove the isolation of Tenant aurora now');
    await page.getByRole('dialog').getByText(/attempts, each ended as it has to/).waitFor();
    expect(await inDialog()).toBe(true);
    await page.keyboard.press('Escape');
    await gone();
    await expect.poll(focused).toBe('Prove the isolation of Tenant aurora now');
  });

  test('an incident is reported', async () => {
    await tabTo('Incidents', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('No incident was ever reported.').waitFor();
    await press('Report an incident');
    await expect.poll(inDialog).toBe(true);
    await type(/^What was seen/, 'Seen from the keyboard');
    await press('Report an incident');
    await page.getByRole('button', { name: 'Close: Seen from the keyboard' }).waitFor();
    await gone();
    await expect.poll(focused).toBe('Report an incident');
    expect(await owned('select summary from platform.incidents')).toEqual([{ summary: 'Seen from the keyboard' }]);
  });

  test('a tenant is locked down, and it is lifted', async () => {
    await page.goto('/security/lockdown');
    await page.getByText('No lock-down is in force').waitFor();
    await press(/^Lock down/);
    await expect.poll(inDialog).toBe(true);
    await page.keyboard.press('Escape');
    await gone();
    await expect.poll(focused).toMatch(/^Lock down/);
    await page.keyboard.press('Enter');
    await expect.poll(inDialog).toBe(true);
    await type(/^Tenants to stop/, 'borealis');
    await page.getByRole('option', { name: /borealis/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('This reaches 1 tenant', { exact: true }).waitFor();
    await type(/^Reason/, 'a drill');
    await type(/^Type borealis to confirm/, 'borealis');
    await press('Lock down now');
    await page.getByText('A lock-down is in force').waitFor();
    await gone();
    await expect.poll(focused).toMatch(/^Lock down/);
    await press('Lift the lock-down of borealis');
    await page.getByRole('alertdialog', { name: 'Lift the lock-down' }).waitFor();
    await expect.poll(inDialog).toBe(true);
    await type(/^What was done about it/, 'the drill is over');
    await type(/^Type lift to confirm/, 'lift');
    expect(await violationsInBothThemes(page)).toEqual([]);
    await press('Lift the lock-down');
    await page.getByText('No lock-down is in force').waitFor();
    await gone();
    await expect.poll(focused).toBe('Security');
  });
});

test('a message in the corner goes by itself, also where Alt+T opened the selector beside it', async () => {
  await page.goto('/security/incidents');
  await press('Report an incident');
  await type(/^What was seen/, 'Seen beside a message');
  await press('Report an incident');
  await gone();
  const message = page.getByText('The incident is reported', { exact: true });
  await message.waitFor();
  await page.keyboard.press('Alt+t');
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await page.keyboard.press('Escape');
  await gone();
  await message.waitFor({ state: 'detached', timeout: 15_000 });
});

/** Goes through the wizard, from the list of tenants, up to what is ordered. */
async function toReview(name: string): Promise<void> {
  await page.keyboard.press('Enter');
  await expect.poll(inDialog).toBe(true);
  if (!(await focused()).startsWith('Name')) await tabTo(/^Name/);
  await page.keyboard.type(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Continue', disabled: false }).waitFor();
  for (const heading of ['Template and settings', 'Keys and access', 'Review']) {
    await press('Continue');
    await expect.poll(focused).toBe(heading);
    await page.getByRole('dialog').locator('[aria-busy=true], .chakra-skeleton').first().waitFor({ state: 'detached' });
  }
}

describe('the wizard', () => {
  test('calls off what is under way, after it has said what that means, and shows what was taken back', async () => {
    const states = async (): Promise<Record<string, string>> =>
      Object.fromEntries((await page.getByRole('dialog', { name: 'Bringing up Halfway' }).getByRole('listitem').allInnerTexts()).map((line) => line.split('\n').map((part) => part.trim()).filter(Boolean).slice(0, 2)));
    // What holds a proof up while the platform's own schema is being changed.
    await run.server.db.withOwner(async (migrating) => {
      await migrating.query('select pg_advisory_lock(74110, 1)');
      try {
        await page.goto('/tenants');
        await page.getByRole('rowheader', { name: /aurora/ }).waitFor();
        await tabTo('Add new tenant');
        await toReview('Halfway');
        await press('Create tenant');
        await expect.poll(states, { timeout: 20_000 }).toEqual({
          'Database role': 'Done', 'Schema, tables and policies': 'Done', 'First administrator': 'Done', 'Comparison with the blueprint': 'Done', 'Signing keys': 'Running',
          'Proof of isolation': 'Waiting', Activation: 'Waiting',
        });
        await page.getByText(/ so far$/).waitFor();
        await page.getByText('You can close this: it goes on, and the list shows how it ends.').waitFor();
        expect(await owned(`select status from platform.provisioning_runs where tenant_id = 'halfway'`)).toEqual([{ status: 'running' }]);
        expect(await violationsInBothThemes(page)).toEqual([]);
        await press('Call it off');
        const question = page.getByRole('alertdialog', { name: 'Call Halfway off?' });
        await question.waitFor();
        await page.keyboard.press('Escape');
        await question.waitFor({ state: 'detached' });
        await expect.poll(focused).toBe('Call it off');
        await page.keyboard.press('Enter');
        await question.waitFor();
        await expect.poll(inDialog).toBe(true);
        expect(await question.getByRole('listitem').allInnerTexts()).toEqual([...onboarding.progress.cancelConsequences]);
        expect(await question.getByRole('button', { name: 'Call it off' }).isDisabled()).toBe(true);
        await type(/^Why it is called off/, 'ordered by mistake');
        await press('Call it off');
        await question.waitFor({ state: 'detached' });
        await page.getByText('Nothing of it is left in the database. Its id stays taken.').waitFor();
        await page.getByRole('dialog').getByText('Called off', { exact: true }).waitFor();
        await expect.poll(states).toEqual({
          'Database role': 'Removed again', 'Schema, tables and policies': 'Removed again', 'First administrator': 'Removed again', 'Comparison with the blueprint': 'Removed again',
          'Signing keys': 'Not reached', 'Proof of isolation': 'Not reached', Activation: 'Not reached',
        });
        expect(await violationsInBothThemes(page)).toEqual([]);
        expect(await inDialog()).toBe(true);
      } finally {
        await migrating.query('select pg_advisory_unlock(74110, 1)');
      }
    });
    const left = `select t.status, r.status as run, to_regnamespace('tenant_halfway') is not null as schema, to_regrole($1) is not null as role,
                         exists (select from platform_private.signing_keys k where k.tenant_id = t.id and k.state <> 'revoked') as keys,
                         (select reason from platform.tenant_transitions x where x.tenant_id = t.id order by x.id desc limit 1) as reason
                    from platform.tenants t join platform.provisioning_runs r on r.tenant_id = t.id where t.id = 'halfway'`;
    expect(await owned(left, [run.server.db.tenantRole('halfway')])).toEqual([{ status: 'cancelled', run: 'cancelled', schema: false, role: false, keys: false, reason: 'ordered by mistake' }]);
    await press('Close');
    await gone();
    await page.waitForURL('**/tenants');
  });

  test('is gone through into a real failure, tried again, and left', async () => {
    await owned(`create function platform_private.refuse_for_test() returns trigger language plpgsql as $$ begin raise exception 'the proof could not be kept' using errcode = 'TN014'; end $$`);
    await owned('create trigger refuse_for_test before insert on platform.isolation_runs for each row execute function platform_private.refuse_for_test()');
    try {
      await page.goto('/tenants');
      await page.getByRole('rowheader', { name: /aurora/ }).waitFor();
      await press('Add new tenant');
      await expect.poll(inDialog).toBe(true);
      await page.keyboard.press('Escape');
      await gone();
      await expect.poll(focused).toBe('Add new tenant');
      await toReview('Fingertip');
      await press('Create tenant');
      await page.getByRole('alert').getByText('Provisioning failed: Proof of isolation').waitFor();
      expect(await violationsInBothThemes(page)).toEqual([]);
    } finally {
      await owned('drop trigger refuse_for_test on platform.isolation_runs');
      await owned('drop function platform_private.refuse_for_test()');
    }
    await press('Try again');
    await page.getByText('Fingertip is open').waitFor();
    await press('Close');
    await gone();
    await page.waitForURL('**/tenants');
    expect(await owned(`select status from platform.tenants where id = 'fingertip'`)).toEqual([{ status: 'active' }]);
    await tabTo('Add new tenant');
  });
});
