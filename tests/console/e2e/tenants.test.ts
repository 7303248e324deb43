import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatBytes } from '../../../admin/text/format.ts';
import { MOMENT, cellsOf, startConsole, violationsInBothThemes } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';

/** Figures that the console asks for again by itself do so every half minute. */
const MEASURED = { timeout: 40_000 };

let run: ConsoleRun;
/** An administrator's window, in which most of this happens. */
let page: Page;

beforeAll(async () => {
  run = await startConsole({ worker: true, tenants: ['aurora', 'borealis'] });
  page = await run.signedIn('admin', '/tenants');
});
afterAll(async () => {
  await run.close();
});

/** What the database says, as its owner. */
async function sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await run.server.db.withOwner((client) => client.query(text, values))).rows;
}

/** Each row of a list of a tenant's business as it has to show: what SQL says, in the words and the order of the page. */
const BUSINESS: Readonly<Record<string, string>> = {
  Brands: `select name, coalesce(category, 'none') as category, coalesce(trademark_number, 'none') as trademark, initcap(status::text) as status, to_char(updated_at at time zone 'UTC', '${MOMENT}') as changed
             from tenant_aurora.brands order by name, id`,
  Licensees: `select name, coalesce(legal_name, 'none') as legal_name, coalesce(country, 'none') as country, coalesce(contact_email, 'none') as contact, initcap(status::text) as status
                from tenant_aurora.licensees order by name, id`,
  Agreements: `select a.number, b.name as brand, l.name as licensee, case a.status::text when 'pending_approval' then 'Waits for approval' else initcap(a.status::text) end as status,
                      replace(coalesce(to_char(a.starts_on, 'FMDD Mon YYYY'), 'open') || ' – ' || coalesce(to_char(a.ends_on, 'FMDD Mon YYYY'), 'open'), 'Sep', 'Sept') as term,
                      trim_scale(a.royalty_rate)::text || ' %' as royalty, to_char(a.minimum_guarantee, 'FM999,999,999') || coalesce(' ' || a.currency, '') as guarantee
                 from tenant_aurora.agreements a join tenant_aurora.brands b on b.id = a.brand_id join tenant_aurora.licensees l on l.id = a.licensee_id order by a.number, a.id`,
  Approvals: `select a.number, initcap(p.kind::text) as kind, initcap(p.status::text) as status, to_char(p.created_at at time zone 'UTC', '${MOMENT}') as asked,
                     coalesce(to_char(p.decided_at at time zone 'UTC', '${MOMENT}'), 'none') as decided
                from tenant_aurora.approvals p join tenant_aurora.agreements a on a.id = p.agreement_id order by p.created_at desc, p.id`,
};

/** Does something as another operator, elsewhere. */
async function elsewhere(mutation: string): Promise<void> {
  const response = await fetch(`${run.server.url}/platform/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await run.server.operatorToken('admin')}` },
    body: JSON.stringify({ query: `mutation { ${mutation} }` }),
  });
  const { errors } = (await response.json()) as { errors?: unknown };
  expect(errors).toBeUndefined();
}

const go = async (path: string, heading: string | RegExp = /aurora|Aurora/): Promise<void> => {
  await page.goto(path);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
};
/** The figure of a card. */
const figure = (name: string) => page.locator(`xpath=//p[normalize-space()="${name}"]/../following-sibling::*[1]/*[1]`).first();
const status = async (id: string): Promise<unknown> => (await sql('select status from platform.tenants where id = $1', [id]))[0]?.['status'];

describe('the list of tenants', () => {
  test('has figures as SQL has them, and changes as soon as a tenant does', async () => {
    await page.getByRole('rowheader', { name: 'Tenant aurora' }).waitFor();
    const [counts] = await sql(`select count(*) filter (where status = 'active')::text as active from platform.tenants`);
    expect(await figure('Active').innerText()).toBe(counts?.['active']);
    // The worker measures anew whenever it is time.
    const bytes = async (of: string) => formatBytes(String((await sql(`select sum(size_bytes)::text as bytes from platform.tenants ${of}`))[0]?.['bytes']));
    await expect.poll(async () => (await figure('Storage').innerText()) === (await bytes('')), MEASURED).toBe(true);
    const [all] = await sql('select c.total, c.provisioning, c.failed, e.median_ms from platform.tenant_counts() c, platform.provisioning_estimate() e');
    expect(await figure('Provisioning').innerText()).toBe(String(all?.['provisioning']));
    expect(await page.getByRole('link', { name: `${String(all?.['total'])} tenants`, exact: true }).count()).toBe(1);
    expect(await page.getByRole('row').filter({ has: page.getByRole('rowheader') }).count()).toBe(all?.['total']);
    const [room] = await sql(`select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most, (select sum(numbackends)::int from pg_stat_database) as used`);
    await page.getByText(`of ${Number(room?.['most']).toLocaleString('en')}`, { exact: true }).waitFor();
    // Others share this cluster and come and go: what shows is of the same order.
    expect(Math.abs(Number(await figure('Connections').innerText()) - Number(room?.['used']))).toBeLessThan(60);
    for (const { id, name } of await sql('select id, name from platform.tenants')) {
      await expect.poll(async () => (await page.getByRole('row', { name: new RegExp(String(name)) }).innerText()).includes(await bytes(`where id = '${String(id)}'`)), MEASURED).toBe(true);
    }
    await elsewhere('suspendTenant(input: {id: "borealis", reason: "tried"}) { result { status } }');
    await page.getByRole('row', { name: /Tenant borealis/ }).getByText('Suspended').waitFor();
    await page.getByText('of 2, 1 suspended').waitFor();
    await elsewhere('activateTenant(input: {id: "borealis"}) { result { status } }');
    await page.getByRole('row', { name: /Tenant borealis/ }).getByText('Active').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  test('leads to each tenant, its users and its security, and to a new one', async () => {
    expect(await page.getByRole('link', { name: 'Add new tenant' }).getAttribute('href')).toBe('/tenants/new-tenant');
    await page.getByRole('link', { name: 'Manage users of Tenant aurora' }).click();
    await page.getByRole('rowheader', { name: /Ada Lindqvist/ }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Security of Tenant aurora' }).click();
    await page.getByRole('heading', { name: 'Proof of isolation' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'View details of Tenant aurora' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tenant aurora' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/tenants/aurora');
  });
});

describe('the overview', () => {
  test('shows what SQL says, and takes a new name', async () => {
    await go('/tenants/aurora');
    const inSql = async () => (await sql('select schema_version, size_bytes::text as bytes from platform.tenants where id = $1', ['aurora']))[0];
    const row = await inSql();
    expect(await figure('Schema').innerText()).toBe(`Version ${String(row?.['schema_version'])}`);
    await page.getByText('As expected').waitFor();
    await expect.poll(async () => (await figure('Size').innerText()) === formatBytes(String((await inSql())?.['bytes'])), MEASURED).toBe(true);
    const proof = async () => (await sql(`select attempts from platform.isolation_runs where tenant_id = 'aurora' and status <> 'running' order by started_at desc limit 1`))[0]?.['attempts'];
    await expect.poll(async () => (await figure('Isolation proof').innerText()) === String(await proof()), MEASURED).toBe(true);
    const [alerts] = await sql(`select count(*)::text as open from platform.alerts where tenant_id = 'aurora' and acknowledged_at is null`);
    expect(await figure('Open alerts').innerText()).toBe(alerts?.['open']);
    expect(await page.getByRole('table', { name: 'How it came here' }).getByRole('row').count()).toBe(
      Number((await sql('select count(*) from platform.tenant_transitions where tenant_id = $1', ['aurora']))[0]?.['count']) + 1,
    );
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Edit facts' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Aurora Sports');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Aurora Sports' }).waitFor();
    expect(await sql('select name from platform.tenants where id = $1', ['aurora'])).toEqual([{ name: 'Aurora Sports' }]);
  });

  test('of a tenant that is not there says so', async () => {
    await page.goto('/tenants/nobody');
    await page.getByText('This does not exist, or is not open to you').waitFor();
  });
});

describe('the configuration', () => {
  const color = () => page.getByLabel('Primary color');
  const stored = async (): Promise<unknown> => (await sql(`select settings -> 'branding' as branding from platform.tenants where id = 'aurora'`))[0]?.['branding'];

  test('is refused as one types, shown as it will change, saved, and stands in its history', async () => {
    await go('/tenants/aurora/configuration');
    await color().fill('red');
    await page.getByText('This does not have the form that is asked for.').waitFor();
    expect(await page.getByRole('button', { name: 'Review changes' }).isDisabled()).toBe(true);
    await color().fill('#1a5f7a');
    await page.getByRole('button', { name: 'Review changes' }).click();
    const dialog = page.getByRole('dialog', { name: 'Review changes of Branding' });
    await dialog.getByRole('row', { name: /branding\.primaryColor.*#1a5f7a/ }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('table', { name: 'History of this section' }).getByText('#1a5f7a').waitFor();
    expect(await stored()).toMatchObject({ primaryColor: '#1a5f7a' });
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  test('that somebody else changed meanwhile says so, and keeps both changes', async () => {
    await color().fill('#222222');
    await elsewhere('updateTenant(input: {id: "aurora", patch: {settings: {branding: {primaryColor: "#1a5f7a", logoUrl: "https://cdn.example/a.svg"}}}}) { result { version } }');
    await page.getByRole('button', { name: 'Review changes' }).click();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Somebody else changed this tenant while you were editing').waitFor();
    expect(await stored()).toMatchObject({ primaryColor: '#1a5f7a' });
    expect(await page.getByRole('button', { name: 'Review changes' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Take the present values' }).click();
    expect(await page.getByLabel('Logo url').inputValue()).toBe('https://cdn.example/a.svg');
    await page.getByRole('button', { name: 'Review changes' }).click();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('table', { name: 'History of this section' }).getByText('#222222').waitFor();
    expect(await stored()).toMatchObject({ primaryColor: '#222222', logoUrl: 'https://cdn.example/a.svg' });
  });
});

describe('the users', () => {
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });
  const choose = async (name: string, action: string): Promise<void> => {
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: action, exact: true }).click();
  };
  const user = async (email: string) => (await sql('select status, role from tenant_aurora.users where email = $1', [email]))[0];

  test('are those of the tenant’s table; a person is invited, gets another role, and is disabled', async () => {
    await go('/tenants/aurora/users');
    await row('Ada Lindqvist').waitFor();
    // One who has signed in; the others came with the template and have no password.
    await sql(`update tenant_aurora.users set last_sign_in_at = now() where email = 'user@aurora.example'`);
    const people = await sql('select name, last_sign_in_at is not null as was_in from tenant_aurora.users order by name, id');
    expect((await page.getByRole('rowheader').locator('p:first-child').allInnerTexts())).toEqual(people.map(({ name }) => name));
    // Who has a second factor, and who set one up without confirming it.
    await sql(`insert into platform_private.second_factors (tenant_id, person_id, sealed, confirmed_at, last_step)
               select 'aurora', id, '', case email when 'manager@aurora.example' then now() end, case email when 'manager@aurora.example' then 0 end
                 from tenant_aurora.users where email in ('manager@aurora.example', 'user@aurora.example')`);
    await page.reload();
    await row('Ada Lindqvist').waitFor();
    const protectedOnes = await sql(`select u.name from tenant_aurora.users u join platform_private.second_factors f on f.tenant_id = 'aurora' and f.person_id = u.id where f.confirmed_at is not null`);
    expect(protectedOnes).toHaveLength(1);
    for (const { name, was_in: wasIn } of people) {
      const on = protectedOnes.some((one) => one['name'] === name);
      expect(await row(String(name)).getByRole('cell', { name: on ? 'On' : wasIn === true ? 'Password alone' : 'Not signed in yet', exact: true }).count(), String(name)).toBe(1);
    }
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Invite a user' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite a user' });
    await dialog.getByLabel('E-mail').fill('not an address');
    await dialog.getByLabel('Name').fill('Nora New');
    await page.getByRole('button', { name: 'Send invitation' }).click();
    await dialog.getByText('Some values are not acceptable').waitFor();
    await dialog.getByLabel('E-mail').fill('nora@aurora.example');
    await page.getByRole('button', { name: 'Send invitation' }).click();
    await row('Nora New').getByText('Invited').waitFor();
    await choose('Ada Lindqvist', 'Change role');
    await page.getByRole('dialog').getByLabel('Role').selectOption('manager');
    await page.getByRole('button', { name: 'Change role' }).click();
    await row('Ada Lindqvist').getByText('manager').waitFor();
    await choose('Ada Lindqvist', 'Disable');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
    await row('Ada Lindqvist').getByText('Disabled').waitFor();
    expect(await user('viewer@aurora.example')).toEqual({ status: 'disabled', role: 'manager' });
    expect(await user('nora@aurora.example')).toEqual({ status: 'invited', role: 'viewer' });
  });

  test('have sessions that are seen and ended, and a removal is typed', async () => {
    await run.server.tenantToken('aurora', 'user');
    await page.reload();
    await row('Farah Haddad').getByRole('cell', { name: '1', exact: true }).waitFor();
    await choose('Farah Haddad', 'Sessions');
    const drawer = page.getByRole('dialog', { name: 'Sessions of Farah Haddad' });
    await drawer.getByRole('button', { name: 'End session' }).click();
    await drawer.getByText('No session is open.').waitFor();
    await drawer.getByRole('button', { name: 'Close' }).click();
    await choose('Nora New', 'Remove user');
    const confirm = page.getByRole('alertdialog', { name: 'Remove Nora New?' });
    const button = confirm.getByRole('button', { name: 'Remove user' });
    await confirm.getByRole('textbox').fill('somebody@else.example');
    expect(await button.isDisabled()).toBe(true);
    await confirm.getByRole('textbox').fill('nora@aurora.example');
    await button.click();
    await row('Nora New').waitFor({ state: 'detached' });
    await expect.poll(() => user('nora@aurora.example')).toBeUndefined();
  });
});

describe('the roles', () => {
  test('show what each may do as the tables say it; a role of one’s own is made, changed and removed', async () => {
    await go('/tenants/aurora/roles');
    await page.getByRole('rowheader', { name: /brands\.read/ }).waitFor();
    const truth = await sql('select role_name, permission::text from tenant_aurora.role_permissions');
    const names = ['viewer', 'user', 'manager', 'admin', 'auditor'];
    const rows = page.getByRole('row').filter({ has: page.getByRole('rowheader') });
    for (const line of await rows.all()) {
      const permission = await line.getByRole('rowheader').locator('code').innerText();
      const cells = await line.getByRole('cell').allInnerTexts();
      expect({ permission, cells }).toEqual({ permission, cells: names.map((name) => (truth.some((one) => one['role_name'] === name && one['permission'] === permission) ? 'may' : 'may not')) });
    }
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'New role' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('legal');
    // In a list that scrolls within a dialog.
    const permit = async (name: RegExp): Promise<void> => {
      await page.getByRole('checkbox', { name }).scrollIntoViewIfNeeded();
      await page.getByRole('checkbox', { name }).check({ force: true });
    };
    await permit(/^brands\.read/);
    await page.getByRole('button', { name: 'Save role' }).click();
    await page.getByRole('columnheader', { name: /legal/ }).waitFor();
    await page.getByRole('button', { name: 'Change role legal' }).click();
    await permit(/^agreements\.read/);
    await page.getByRole('button', { name: 'Save role' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await sql(`select permission::text from tenant_aurora.role_permissions where role_name = 'legal' order by 1`)).toEqual([{ permission: 'agreements.read' }, { permission: 'brands.read' }]);
    await page.getByRole('button', { name: 'Remove role legal' }).click();
    const confirm = page.getByRole('alertdialog');
    await confirm.getByRole('textbox').fill('legal');
    await confirm.getByRole('button', { name: 'Remove role legal' }).click();
    await page.getByRole('columnheader', { name: /legal/ }).waitFor({ state: 'detached' });
  });
});

describe('the security of a tenant', () => {
  test('has the newest proof as SQL has it, and proves anew on demand', async () => {
    await go('/tenants/aurora/security');
    const before = (await sql(`select id from platform.isolation_runs where tenant_id = 'aurora' order by started_at desc limit 1`))[0]?.['id'];
    await page.getByRole('button', { name: 'Run proof now' }).click();
    await expect.poll(async () => await sql(`select id <> $1 as newer, status from platform.isolation_runs where tenant_id = 'aurora' order by started_at desc limit 1`, [before ?? null]), { timeout: 20_000 })
      .toEqual([{ newer: before === undefined ? null : true, status: 'passed' }]);
    const [run1] = await sql(`select attempts, posture_checks, attempt_failures from platform.isolation_runs where tenant_id = 'aurora' order by started_at desc limit 1`);
    await page.getByText('Isolation proven').first().waitFor();
    await page.getByText(`of ${Number(run1?.['attempts']).toLocaleString('en')}`, { exact: true }).waitFor();
    expect(await figure('Attempts that ended wrong').innerText()).toBe(String(run1?.['attempt_failures']));
    await page.getByText(`of ${Number(run1?.['posture_checks']).toLocaleString('en')}`, { exact: true }).waitFor();
  });

  test('gives the attestation as a file', async () => {
    // The worker signs it a moment after the proof.
    await expect.poll(async () => await sql(`select 1 as signed from platform.attestations where tenant_id = 'aurora' limit 1`), { timeout: 30_000 }).toHaveLength(1);
    await page.reload();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download attestation' }).click();
    expect((await waiting).suggestedFilename()).toBe('attestation-aurora.json');
  });

  test('has its keys, which are rotated with a reason and revoked with a typed word', async () => {
    const kids = async () => (await sql(`select kid from platform_private.signing_keys where tenant_id = 'aurora' order by state, created_at`)).map(({ kid }) => kid);
    const shown = async () => await page.getByRole('table', { name: 'Signing keys' }).getByRole('rowheader').allInnerTexts();
    await go('/tenants/aurora/security');
    await page.getByRole('table', { name: 'Signing keys' }).waitFor();
    expect(await shown()).toEqual(await kids());
    // The next key was published a moment ago, however long the tests before this one took.
    await sql(`update platform_private.signing_keys set state_since = now() where tenant_id = 'aurora' and state = 'next'`);
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('alertdialog').getByRole('textbox').fill('tried by a test');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('alertdialog').getByRole('alert').getByText(/next key has not been published long enough/).waitFor();
    await sql(`update platform_private.signing_keys set state_since = now() - interval '3 minutes' where tenant_id = 'aurora' and state = 'next'`);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('table', { name: 'Signing keys' }).getByText('Previous', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Emergency revocation' }).click();
    const confirm = page.getByRole('alertdialog', { name: 'Revoke every key of this tenant?' });
    const button = confirm.getByRole('button', { name: 'Revoke all keys' });
    await confirm.getByLabel('Reason, for the audit trail').fill('tried by a test');
    expect(await button.isDisabled()).toBe(true);
    await confirm.getByLabel('Type aurora to confirm').fill('aurora');
    expect(await violationsInBothThemes(page)).toEqual([]);
    await button.click();
    await page.getByRole('table', { name: 'Signing keys' }).getByText('Revoked').first().waitFor();
    expect(await sql(`select 1 from platform_private.signing_keys where tenant_id = 'aurora' and state = 'revoked' limit 1`)).toHaveLength(1);
  });

  test('lets in with a reason, shows that one is inside, and out again; the trail has both', async () => {
    await go('/tenants/aurora/security');
    await page.getByRole('button', { name: 'Enter tenant' }).click();
    const dialog = page.getByRole('dialog', { name: /^Enter / });
    expect(await dialog.getByRole('button', { name: 'Enter tenant' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('Ticket 4711');
    await dialog.getByRole('button', { name: 'Enter tenant' }).click();
    await page.getByText(/^You are inside .+ until/).waitFor();
    const visit = async () => (await sql(`select reason, role, access, ended_at is not null as ended from platform.tenant_visits where tenant_id = 'aurora'`))[0];
    expect(await visit()).toEqual({ reason: 'Ticket 4711', role: 'viewer', access: 'read', ended: false });
    await page.getByText('As viewer, reads, because: Ticket 4711').waitFor();
    expect(await page.getByRole('timer').innerText()).toMatch(/1[45] minutes left/);
    await page.getByRole('table', { name: 'Visits of operators' }).getByText('Ticket 4711').waitFor();
    // Who is inside is not asked in.
    await page.getByRole('button', { name: 'Enter tenant' }).waitFor({ state: 'detached' });
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByText(/^You are inside .+ until/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Enter tenant' }).waitFor();
    expect(await visit()).toMatchObject({ ended: true });
  });

  test.each([1440, 1024, 390])('shows at once, and whole, that one is inside, on a screen of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 844 });
    await go('/tenants/aurora/security');
    await page.getByRole('button', { name: 'Enter tenant' }).scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'Enter tenant' }).click();
    const dialog = page.getByRole('dialog', { name: /^Enter / });
    await dialog.getByRole('textbox').fill('Ticket 4713');
    await dialog.getByRole('button', { name: 'Enter tenant' }).click();
    await dialog.waitFor({ state: 'detached' });
    const bar = page.getByRole('status').filter({ hasText: /^You are inside .+ until/ });
    await bar.waitFor();
    const hidden = async (): Promise<number> => {
      const [header, box] = [await page.getByRole('banner').boundingBox(), await bar.boundingBox()];
      const top = (box?.y ?? Number.NaN) - (header?.y ?? Number.NaN) - (header?.height ?? Number.NaN);
      const bottom = (page.viewportSize()?.height ?? Number.NaN) - (box?.y ?? Number.NaN) - (box?.height ?? Number.NaN);
      return Math.min(0, top, bottom);
    };
    await expect.poll(hidden).toBe(0);
    // The focus that goes back to the button does not take it away again.
    await page.waitForTimeout(500);
    expect(await hidden()).toBe(0);
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await bar.waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('shows the business of the tenant to who is inside, as its own tables have it, and to nobody else', async () => {
    await go('/tenants/aurora/data');
    await page.getByText('You are outside this tenant').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Enter tenant' }).click();
    const dialog = page.getByRole('dialog', { name: /^Enter / });
    await dialog.getByRole('textbox').fill('Ticket 4712');
    await dialog.getByRole('button', { name: 'Enter tenant' }).click();
    await page.getByRole('table', { name: 'Brands' }).waitFor();
    const lists = page.getByRole('navigation', { name: 'Lists of this tenant’s business' });
    for (const [list, rows] of Object.entries(BUSINESS)) {
      const [counted] = await sql(`select count(*)::int as n from tenant_aurora.${list.toLowerCase()}`);
      expect(await figure(list).innerText()).toBe(Number(counted?.['n']).toLocaleString('en'));
      await lists.getByRole('link', { name: list }).click();
      await page.getByRole('table', { name: list }).getByRole('rowheader').first().waitFor();
      const truth = (await sql(`${rows} limit 25`)).map((row) => Object.values(row));
      expect(truth.length).toBeGreaterThan(1);
      expect(await cellsOf(page.getByRole('table', { name: list }))).toEqual(truth);
      expect(await violationsInBothThemes(page)).toEqual([]);
    }
    // What opens the tenant's API is sent with each request, and lies nowhere that outlives this page or that another script finds.
    await lists.getByRole('link', { name: 'Brands' }).click();
    // A list that was seen a moment ago is not asked for again; what is looked for is.
    const [asked] = await Promise.all([page.waitForRequest((request) => new URL(request.url()).pathname === '/graphql'), page.getByRole('searchbox').fill('a')]);
    const token = /^Bearer (ey\S+\.\S+\.\S+)$/.exec((await asked.allHeaders())['authorization'] ?? '')?.[1] ?? '';
    expect(token.length).toBeGreaterThan(100);
    const kept = await page.evaluate(async () => JSON.stringify([
      localStorage, sessionStorage, document.cookie, window.name, location.href, history.state, await indexedDB.databases(), await caches.keys(), document.documentElement.outerHTML,
    ]));
    expect([kept.includes(token), JSON.stringify(await page.context().cookies()).includes(token), kept.includes('Ticket 4712')]).toEqual([false, false, true]);
    // What was looked at is in the tenant's own trail, with both identities.
    await expect.poll(async () => (await sql(
      `select count(*)::int as n from (select action, actor, detail from audit.buffer where tenant_id = 'aurora' union all select action, actor, detail from audit.events where chain = 'aurora') e
        where e.action = 'call.query' and e.actor like 'operator:%'`))[0]?.['n']).toBeGreaterThan(3);
    // The rival's page shows nothing of it, also from this window.
    await go('/tenants/borealis/data', 'Tenant borealis');
    await page.getByText('You are outside this tenant').waitFor();
    await page.goBack();
    // A reload that cuts the renewal of the session off ends it: what the browser has then was used.
    await page.getByRole('heading', { level: 1, name: /aurora|Aurora/ }).waitFor();
    await page.reload();
    await page.getByText('This window has no key to the visit').waitFor();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByText('You are outside this tenant').waitFor();
    const security = await run.signedIn('security', '/tenants/aurora/data');
    await security.getByText('Your role does not show this section').waitFor();
    await security.context().close();
  });
});

describe('the trail of a tenant', () => {
  test('has its events, and counts them as the chain does', async () => {
    await go('/tenants/aurora/audit');
    await page.getByRole('rowheader', { name: 'visit.begin' }).first().waitFor();
    await expect.poll(async () => (await figure('Events').innerText()).replace(',', ''), { timeout: 40_000 }).toBe(String((await sql(`select seq from audit.heads where chain = 'aurora'`))[0]?.['seq']));
    expect(await violationsInBothThemes(page)).toEqual([]);
  });
});

describe('the danger zone', () => {
  /** Opens the question of a step, fills it, and says yes. */
  const step = async (name: string, typed: boolean): Promise<void> => {
    await page.getByRole('button', { name, exact: true }).click();
    const confirm = page.getByRole('alertdialog');
    const button = confirm.getByRole('button', { name, exact: true });
    expect(await button.isDisabled()).toBe(true);
    await confirm.getByLabel('Reason, for the audit trail').fill('tried by a test');
    if (typed) {
      await confirm.getByLabel('Type borealis to confirm').fill('aurora');
      expect(await button.isDisabled()).toBe(true);
      await confirm.getByLabel('Type borealis to confirm').fill('borealis');
    }
    await button.click();
    await confirm.waitFor({ state: 'detached' });
  };

  test('suspends, activates, archives, deletes and restores, each asked for with its consequences', async () => {
    await go('/tenants/borealis/danger', 'Tenant borealis');
    expect(await violationsInBothThemes(page)).toEqual([]);
    await step('Suspend', true);
    await page.getByText('Suspended').waitFor();
    expect(await status('borealis')).toBe('suspended');
    await step('Activate', false);
    expect(await status('borealis')).toBe('active');
    await step('Delete', true);
    expect(await status('borealis')).toBe('deleted');
    expect(await page.getByRole('button', { name: 'Purge' }).isDisabled()).toBe(true);
    await step('Restore', true);
    expect(await status('borealis')).toBe('suspended');
    await step('Archive', true);
    expect(await status('borealis')).toBe('archived');
    await step('Restore', true);
    await step('Activate', false);
    expect(await status('borealis')).toBe('active');
  });
});

describe('who is no administrator', () => {
  test('sees the parts of the own role alone, and what an address leads to says so', async () => {
    const developer = await run.signedIn('developer', '/tenants/aurora');
    await developer.getByRole('heading', { name: 'Facts' }).waitFor();
    expect(await developer.getByRole('navigation', { name: 'Parts of this tenant' }).getByRole('link').allInnerTexts()).toEqual(['Overview', 'Configuration', 'Security']);
    for (const part of ['users', 'roles', 'audit']) {
      await developer.goto(`/tenants/aurora/${part}`);
      await developer.getByText('Your role does not show this section').waitFor();
    }
    await developer.goto('/tenants/aurora/danger');
    await developer.getByText('Your role does not change the life of tenants.').waitFor();
    await developer.goto('/tenants/aurora/configuration');
    await developer.getByText('Your role reads the configuration and does not change it.').waitFor();
    expect(await developer.getByLabel('Primary color').isDisabled()).toBe(true);
    expect(await developer.getByRole('button', { name: 'Review changes' }).count()).toBe(0);
  });

  test('as an operator decides nothing in the tenant’s place', async () => {
    const operator = await run.signedIn('operator', '/tenants/aurora/configuration?section=businessRules');
    await operator.getByLabel('Ending notice days').waitFor();
    expect(await operator.getByLabel('Approvals required').isDisabled()).toBe(true);
    expect(await operator.getByLabel('Ending notice days').isDisabled()).toBe(false);
    await operator.goto('/tenants/aurora/roles');
    await operator.getByRole('rowheader', { name: /brands\.read/ }).waitFor();
    expect(await operator.getByRole('button', { name: 'New role' }).count()).toBe(0);
  });
});
