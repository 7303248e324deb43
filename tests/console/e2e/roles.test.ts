/** What each role of operators sees in the browser: sections, parts, actions, and what its deep links to the rest end in. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES, mayRole, rights } from '../../../admin/session/rights.ts';
import type { Right, Role } from '../../../admin/session/rights.ts';
import { frame } from '../../../admin/text/frame.ts';
import { startConsole, violationsInBothThemes } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';

let run: ConsoleRun;

beforeAll(async () => {
  run = await startConsole({ tenants: ['aurora', 'borealis'] });
});
afterAll(async () => {
  await run.close();
});

/** What is said of a boundary that was reached across, and what of a right that a role lacks. */
const ACROSS = 'Access denied. This operation is not permitted across tenant boundaries.';
const DENIED = /^Your role is (Platform administrator|Operator|Security officer|Developer)\. This is for (.+)\.$/;

/** Addresses that not every role shows. */
const PAGES: readonly (readonly [path: string, right: Right])[] = [
  ['/security/accesses', 'accesses.read'],
  ['/security/compliance', 'compliance.read'],
  ['/security/audit', 'audit.read'],
  ['/security/incidents', 'incidents.read'],
  ['/security/lockdown', 'lockdowns.read'],
  ['/tenants/aurora/users', 'users.read'],
  ['/tenants/aurora/roles', 'users.read'],
  ['/tenants/aurora/audit', 'chains.read'],
  ['/tenants/aurora/data', 'tenants.enter'],
  ['/tenants/aurora/danger', 'tenants.suspend'],
  ['/tenants/new-tenant', 'tenants.create'],
];

/** Links and buttons that not every role has, by the page they are on. */
const ACTIONS: readonly (readonly [path: string, find: (page: Page) => Locator, right: Right])[] = [
  ['/tenants', (page) => page.getByRole('link', { name: 'Add new tenant' }), 'tenants.create'],
  ['/tenants', (page) => page.getByRole('link', { name: 'Manage users of Tenant aurora' }), 'users.read'],
  ['/tenants/aurora', (page) => page.getByRole('button', { name: 'Edit facts' }), 'tenants.change'],
  ['/tenants/aurora/configuration', (page) => page.getByRole('button', { name: 'Review changes' }), 'tenants.change'],
  ['/tenants/aurora/users', (page) => page.getByRole('button', { name: 'Invite a user' }), 'users.manage'],
  ['/tenants/aurora/roles', (page) => page.getByRole('button', { name: 'New role' }), 'roles.manage'],
  ['/tenants/aurora/security', (page) => page.getByRole('button', { name: 'Run proof now' }), 'security.verify'],
  ['/tenants/aurora/security', (page) => page.getByRole('button', { name: 'Rotate' }), 'keys.rotate'],
  ['/tenants/aurora/security', (page) => page.getByRole('button', { name: 'Emergency revocation' }), 'keys.revoke'],
  ['/tenants/aurora/security', (page) => page.getByRole('button', { name: 'Enter tenant' }), 'tenants.enter'],
  ['/tenants/aurora/security', (page) => page.getByRole('table', { name: 'Signing keys' }).or(page.getByText('No key yet.', { exact: false })), 'keys.read'],
  ['/security', (page) => page.getByRole('button', { name: 'Prove the isolation of Tenant aurora now' }), 'security.verify'],
  ['/security/evidence', (page) => page.getByRole('button', { name: 'Download evidence of Tenant aurora' }), 'security.evidence'],
  ['/security/incidents', (page) => page.getByRole('button', { name: 'Report an incident' }), 'incidents.report'],
  ['/security/lockdown', (page) => page.getByRole('button', { name: /^Lock down/ }), 'security.lockdown'],
  ['/security/audit', (page) => page.getByRole('button', { name: 'Export' }), 'audit.export'],
];

const SECURITY_TABS: readonly (readonly [label: string, right: Right])[] = [
  ['Isolation', 'security.read'], ['Alerts', 'security.read'], ['Live accesses', 'accesses.read'], ['Compliance', 'compliance.read'], ['Audit trail', 'audit.read'],
  ['Evidence', 'security.read'], ['Incidents', 'incidents.read'], ['Lock-down', 'lockdowns.read'],
];
const TENANT_PARTS: readonly (readonly [label: string, right: Right])[] = [
  ['Overview', 'tenants.read'], ['Configuration', 'tenants.read'], ['Users', 'users.read'], ['Roles', 'users.read'], ['Security', 'security.read'],
  ['Audit', 'chains.read'], ['Business data', 'tenants.enter'], ['Danger zone', 'tenants.suspend'],
];

/** Opens an address and waits until nothing on it is on its way. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  // A dialog that is open hides the page’s title.
  await page.getByRole('heading', { level: 1 }).or(page.getByRole('dialog')).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
}

const links = async (page: Page, name: string): Promise<string[]> => await page.getByRole('navigation', { name, exact: true }).getByRole('link').allInnerTexts();

/** Who has opened what their role does not show, as the trail has it. */
const noted = async (role: Role): Promise<string[]> =>
  (await run.server.db.withOwner((client) => client.query<{ subject: string }>(
    `select b.subject from audit.buffer b join platform.operators o on b.actor = 'operator:' || o.id
      where b.action = 'pages.refused' and b.outcome = 'refused' and o.email = $1 order by 1`, [`${role}@console.example`]))).rows.map(({ subject }) => subject);

describe.each(ROLES)('%s', (role) => {
  let page: Page;
  beforeAll(async () => {
    page = await run.signedIn(role, '/tenants');
  });
  afterAll(async () => {
    await page.context().close();
  });
  const shown = (table: readonly (readonly [string, Right])[]): string[] => table.filter(([, right]) => mayRole(role, right)).map(([label]) => label);

  test('sees its sections, its tabs and its parts of a tenant, and no other', async () => {
    await open(page, '/security');
    expect(await links(page, 'Sections')).toEqual(['Security', 'Tenants']);
    expect(await links(page, 'Security')).toEqual(shown(SECURITY_TABS));
    await open(page, '/tenants/aurora');
    expect(await links(page, 'Parts of this tenant')).toEqual(shown(TENANT_PARTS));
  });

  test('sees its actions, and no other', async () => {
    let at = '';
    for (const [path, find, right] of ACTIONS) {
      // Where the page itself is hidden, there is nothing more to see.
      const page1 = PAGES.find(([address]) => address === path);
      if (page1 !== undefined && !mayRole(role, page1[1])) continue;
      if (at !== path) await open(page, path);
      at = path;
      if (mayRole(role, right)) await find(page).first().waitFor();
      else expect([path, right, await find(page).count()]).toEqual([path, right, 0]);
    }
  });

  test('comes by a deep link to what it has, and for the rest to whose it is, which is written down', async () => {
    const hidden = PAGES.filter(([, right]) => !mayRole(role, right)).map(([path]) => path);
    for (const [path, right] of PAGES) {
      await open(page, path);
      const denied = page.getByText(DENIED);
      if (hidden.includes(path)) {
        const [, own, others] = DENIED.exec(await denied.innerText()) ?? [];
        expect([path, own, others?.split(/, | and /)]).toEqual([path, frame.roles[role], rights[right].map((each) => frame.roles[each])]);
      } else expect([path, await denied.count()]).toEqual([path, 0]);
      // No boundary was crossed, so nothing says so.
      expect([path, await page.getByText(ACROSS).count()]).toEqual([path, 0]);
    }
    await expect.poll(() => noted(role), { timeout: 15_000 }).toEqual(hidden.map((path) => `pages:${path}`).toSorted());
    const [first] = hidden;
    if (first === undefined) return;
    await open(page, first);
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Report an incident' }).last().click();
    await page.getByRole('dialog', { name: 'Report an incident' }).getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('link', { name: 'Back to the tenants' }).click();
    await page.getByRole('rowheader', { name: /aurora/i }).waitFor();
  });
});
