import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPassword } from '../../harness/database.ts';
import { call } from '../../rest/api.ts';
import { MOMENT, cellsOf, factsOf, startConsole, violationsInBothThemes } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';
import { expectSame, momentOf, sumsOf } from './figures.ts';

let run: ConsoleRun;
/** Signed in as the security officer, kept for the tests that need no other. */
let page: Page;

const owned = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await run.server.db.withOwner((owner) => owner.query(text, [...values]))).rows as Record<string, unknown>[];

beforeAll(async () => {
  run = await startConsole({ worker: true, tenants: ['aurora', 'borealis'] });
  await owned(`select platform_private.raise_alert('aurora', 'isolation.breach', 'critical', 'One attempt was not refused.')`);
  page = await run.signedIn('security', '/security');
});
afterAll(async () => {
  await run.close();
});

/** The figure of a metric. */
async function figure(label: string): Promise<string> {
  const words = await page.locator(`xpath=//p[normalize-space()="${label}"]/ancestor::div[2]`).innerText();
  return words.replace(label, '').trim().split('\n')[0] ?? '';
}

/** Checks each field of the matrix that a tenant's row shows. @returns how many fields say that something failed */
async function expectMatrixRow(id: string): Promise<number> {
  const heads = (await page.getByRole('table', { name: /^Isolation matrix/ }).getByRole('columnheader').allInnerTexts()).map((head) => head.trim());
  const sums = await sumsOf(owned, id);
  const row = page.getByRole('row', { name: new RegExp(`Tenant ${id}`) });
  const cells = (await row.getByRole('cell').allInnerTexts()).map((words) => words.replaceAll(/\s+/g, ' ').trim());
  const shown = Object.fromEntries(heads.slice(3).map((head, index) => [head.replace(/\s[^]*$/, (rest) => (/^\s[a-z]+$/.test(rest) ? rest : '')), cells[index + 2]]));
  const truth = Object.fromEntries(Object.keys(shown).map((head) => {
    const sum = sums.get(head);
    const word = head === 'Prover' ? 'seen' : head === 'Catalogs' ? 'hold' : 'refused';
    if (sum === undefined || sum.tried === 0) return [head, 'not tried'];
    return [head, sum.failed > 0 ? `${sum.failed} of ${sum.tried} failed` : `${sum.tried.toLocaleString('en')} ${word}`];
  }));
  expect({ id, ...shown }).toEqual({ id, ...truth });
  expect(Object.keys(truth)).toHaveLength(9);
  return [...sums.values()].filter(({ failed }) => failed > 0).length;
}

describe('isolation', () => {
  test('has the figures that SQL has, and each field of the matrix what the newest proof tried', async () => {
    await page.getByRole('rowheader', { name: /aurora/ }).waitFor();
    const [summary] = await owned('select * from platform.isolation_summary()');
    expect(summary?.['open_alerts']).toBe(1);
    const counters = {
      attempt_failures: 'Attempts that ended wrong', posture_failures: 'Posture checks that failed', open_alerts: 'Open alerts', unproven: 'Tenants without a proof', broken: 'Proofs that could not see',
      flawed_chains: 'Broken chains', foreign_contexts: 'Foreign tenant contexts, 24 h',
    };
    await expectSame(
      async () => await Promise.all(Object.values(counters).map(figure)),
      async () => {
        const [row] = await owned('select s.*, p.flawed_chains, platform.foreign_contexts() as foreign_contexts from platform.isolation_summary() s, platform.system_status() p');
        // No figure of the chains while nobody has verified them.
        return Object.keys(counters).map((name) => (row?.[name] === null ? '—' : String(Number(row?.[name]))));
      });
    await page.getByText(`of ${Number(summary?.['posture_checks']).toLocaleString('en')} checks`).waitFor();
    await page.getByText(`of ${String(summary?.['tenants'])} active tenants`).waitFor();
    await page.getByText(`${String(summary?.['critical_alerts'])} critical`, { exact: true }).waitFor();
    await page.getByText(`of ${Number(summary?.['attempts']).toLocaleString('en')} real attempts`).waitFor();
    // The first had nobody to reach for when it was proven.
    const [{ reads } = { reads: 0 }] = await owned(
      `select sum(c.tried)::integer as reads
         from (select checks from platform.isolation_runs where tenant_id = 'borealis' and status <> 'running' order by started_at desc limit 1) r,
              jsonb_to_recordset(r.checks) as c (half text, kind text, tried integer)
        where c.half <> 'posture' and c.kind in ('usage', 'select', 'path', 'do-block', 'copy-out', 'lock', 'sequence', 'execute')`);
    const row = page.getByRole('row', { name: /borealis/ });
    expect((await row.getByRole('link', { name: /refused/ }).allInnerTexts()).map((words) => words.replaceAll(/\s+/g, ' '))).toContain(`${String(reads)} refused`);
  });

  test('a proof is begun and followed to its end, and is the one that SQL has as the newest', async () => {
    await page.getByRole('button', { name: 'Prove the isolation of Tenant aurora now' }).click();
    const dialog = page.getByRole('dialog', { name: 'Proving Tenant aurora' });
    await dialog.getByText(/checks, all hold/).waitFor();
    await dialog.getByText(/attempts, each ended as it has to/).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await dialog.getByRole('link', { name: 'See the proof' }).click();
    await page.getByText('Nothing failed: every attempt ended as it has to.').waitFor();
    const [newest] = await owned(`select id, cause from platform.isolation_runs where tenant_id = 'aurora' order by started_at desc limit 1`);
    expect([newest?.['cause'], page.url().endsWith(String(newest?.['id']))]).toEqual(['demand', true]);
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  test('a proof that a lock-down keeps out is said to be given up, and leaves the newest what it was', async () => {
    await page.goto('/security');
    const newest = async () => (await owned(`select id, status from platform.isolation_runs where tenant_id = 'borealis' order by started_at desc limit 1`))[0];
    const before = await newest();
    await page.getByRole('button', { name: 'Prove the isolation of Tenant borealis now' }).click();
    const locked = async () =>
      (await owned(`select platform.lock_down('tenants', 'test', '{borealis}') from platform.isolation_runs where tenant_id = 'borealis' and status = 'running'`)).length;
    await expect.poll(locked, { interval: 5 }).toBe(1);
    const dialog = page.getByRole('dialog', { name: 'Proving Tenant borealis' });
    await dialog.getByText('The proof was given up: Tenant borealis could not be entered').first().waitFor();
    expect(await dialog.getByRole('link', { name: 'See the proof' }).count()).toBe(0);
    expect(await violationsInBothThemes(page)).toEqual([]);
    expect(await newest()).toEqual(before);
    await owned('select platform.lift_lock_down(id) from platform.lock_downs where lifted_at is null');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  test('each field of the matrix is the sum that SQL makes of the newest proof', async () => {
    await page.goto('/security');
    await page.getByRole('rowheader', { name: /aurora/ }).waitFor();
    for (const id of ['aurora', 'borealis']) expect(await expectMatrixRow(id)).toBe(0);
  });

  test('an alert is acknowledged, and the counter is zero', async () => {
    await page.goto('/security/alerts');
    await page.getByRole('button', { name: 'Acknowledge: One attempt was not refused.' }).click();
    await page.getByText('Acknowledged', { exact: true }).last().waitFor();
    expect((await owned('select acknowledged_at from platform.alerts'))[0]?.['acknowledged_at']).not.toBeNull();
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  test('each cell of the alerts is what SQL says, whichever of them are asked for; what is raised shows at once', async () => {
    const alerts = page.getByRole('table', { name: 'Alerts' });
    const inSql = async (where: string): Promise<unknown[][]> =>
      (await owned(
        `select case severity when 'info' then 'Information' when 'warning' then 'Warning' else 'Critical' end as severity, message || ' ' || kind as what, coalesce(tenant_id, 'Platform') as tenant,
                to_char(last_at at time zone 'UTC', $1) as last, count::text,
                coalesce('Acknowledged ' || to_char(acknowledged_at at time zone 'UTC', $1), 'Acknowledge') as state
           from platform.alerts where ${where} order by last_at desc, id`, [MOMENT])).map((row) => Object.values(row));
    const expectAlerts = async (query: string, where: string): Promise<void> => {
      await page.goto(`/security/alerts${query}`);
      await alerts.waitFor();
      await expectSame(() => cellsOf(alerts), () => inSql(where));
    };
    await owned(`select platform_private.raise_alert('borealis', 'test.seen', 'warning', 'Seen twice.') from generate_series(1, 2)`);
    await owned(`select platform_private.raise_alert(null, 'test.told', 'info', 'Of the platform.')`);
    await expectAlerts('', 'true');
    expect((await cellsOf(alerts)).map(([severity, , tenant, , count]) => [severity, tenant, count])).toEqual(
      expect.arrayContaining([['Critical', 'aurora', '1'], ['Warning', 'borealis', '2'], ['Information', 'Platform', '1']]));
    await owned(`select platform_private.raise_alert('borealis', 'test.seen', 'warning', 'Seen a third time.')`);
    await alerts.getByRole('row', { name: /Seen a third time\./ }).getByText('3', { exact: true }).waitFor();
    await expectAlerts('?state=open', 'acknowledged_at is null');
    await expectAlerts('?state=seen', 'acknowledged_at is not null');
    await expectAlerts('?severity=warning', `severity = 'warning'`);
  });

  test('a hole in the wall is red where it is, with words and a next step, and green again once it is mended', async () => {
    const { prefix, ns } = run.server.db;
    const grants = `usage on schema tenant_borealis|select on tenant_borealis.brands`.split('|');
    const cell = page.getByRole('row', { name: /Tenant aurora/ }).getByRole('link', { name: /of \d+ failed/ });
    const prove = async (): Promise<Record<string, unknown>> => {
      const before = (await owned(`select id from platform.isolation_runs where tenant_id = 'aurora' order by started_at desc limit 1`))[0]?.['id'];
      await page.goto('/security');
      await page.getByRole('button', { name: 'Prove the isolation of Tenant aurora now' }).click();
      const newest = async () => (await owned(`select id, status, posture_failures, attempt_failures from platform.isolation_runs where tenant_id = 'aurora' and status <> 'running' order by started_at desc limit 1`))[0];
      await expect.poll(async () => (await newest())?.['id'] !== before, { timeout: 30_000 }).toBe(true);
      return (await newest()) ?? {};
    };
    for (const privilege of grants) await owned(`grant ${privilege} to ${prefix}${ns}tenant_aurora`);
    try {
      const run1 = await prove();
      expect(run1['status']).toBe('failed');
      const dialog = page.getByRole('dialog', { name: 'Proving Tenant aurora' });
      await dialog.getByText('Look at what ended wrong', { exact: false }).first().waitFor();
      expect(await violationsInBothThemes(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await cell.first().waitFor();
      expect(await expectMatrixRow('aurora')).toBeGreaterThanOrEqual(2);
      expect(await violationsInBothThemes(page)).toEqual([]);
      // Colour, icon and words, none of them alone.
      const field = cell.first().locator('xpath=..');
      expect(await field.locator('svg').count()).toBe(1);
      const green = page.getByRole('row', { name: /Tenant borealis/ }).getByRole('link', { name: /refused/ }).first().locator('xpath=..');
      const colour = (of: typeof field): Promise<string> => of.evaluate((element) => getComputedStyle(element).color);
      expect(await colour(field)).not.toBe(await colour(green));
      // Asked for again every fifteen seconds.
      const through = Number((await owned('select attempt_failures from platform.isolation_summary()'))[0]?.['attempt_failures']);
      expect(through).toBeGreaterThan(0);
      await expect.poll(() => figure('Attempts that ended wrong'), { timeout: 40_000 }).toBe(String(through));
      await cell.first().click();
      await page.getByText('What to do next').waitFor();
      const failures = await owned('select half, kind, target, expected, seen from platform.isolation_failures where run_id = $1', [run1['id']]);
      expect(failures.length).toBeGreaterThan(0);
      expect(await page.getByRole('table', { name: 'What failed' }).getByRole('rowheader').count()).toBe(Math.min(100, failures.length));
      for (const { target } of failures.slice(0, 5)) await page.getByRole('table', { name: 'What failed' }).getByRole('rowheader', { name: String(target), exact: true }).first().waitFor();
      expect(await violationsInBothThemes(page)).toEqual([]);
      await page.getByRole('link', { name: 'Go to lock-down' }).click();
      await page.getByText('No lock-down is in force').waitFor();
    } finally {
      for (const privilege of grants.toReversed()) await owned(`revoke ${privilege} from ${prefix}${ns}tenant_aurora`);
    }
    expect(await prove()).toMatchObject({ status: 'passed', posture_failures: 0, attempt_failures: 0 });
    await page.goto('/security');
    await page.getByRole('row', { name: /Tenant aurora/ }).getByRole('link', { name: /refused/ }).first().waitFor();
    expect(await cell.count()).toBe(0);
    expect(await figure('Attempts that ended wrong')).toBe('0');
  });
});

describe('the live feed', () => {
  test('counts what it keeps, verdict by verdict, as SQL does', async () => {
    const signInAs = async (password: string) =>
      (await call(run.server.url, 'POST', '/api/v1/tenants/borealis/auth/login', { body: { email: 'manager@borealis.example', password } })).status;
    expect([await signInAs(testPassword), await signInAs('wrong'), await signInAs(testPassword)]).toEqual([200, 401, 200]);
    await page.goto('/security/accesses?tenant=borealis&action=sign_in');
    await page.getByRole('table', { name: 'Accesses, the newest first' }).waitFor();
    const kept = page.getByText(/^[\d,]+ events?, of which no more/);
    const figures: Record<string, number> = {};
    for (const [verdict, label] of [['match', 'Own tenant'], ['operator', 'Operator'], ['system', 'System'], ['refused', 'Kept out'], ['mismatch', 'Foreign tenant']] as const) {
      await page.getByRole('combobox', { name: 'Verdict' }).selectOption({ label });
      const inSql = async () =>
        Number((await owned(
          `select count(*)::int as n from platform.accesses(now() - interval '15 minutes', now(), 'borealis', 200) where action like '%sign_in%' and verdict = $1`, [verdict]))[0]?.['n']);
      // Where none fits, no row shows and the count says so. What was refused arrives a moment later, here and there.
      await expect.poll(async () => [verdict, Number((await kept.innerText()).split(' ')[0]) - (await inSql())], { timeout: 15_000 }).toEqual([verdict, 0]);
      figures[verdict] = await inSql();
    }
    expect(figures['match']).toBeGreaterThanOrEqual(2);
    expect(figures['refused']).toBeGreaterThanOrEqual(1);
    expect(figures['mismatch']).toBe(0);
  });

  test('hides what this console reads by itself, says how much that is, and shows it by one click', async () => {
    // However much it asks, what others did shows: of the newest hundred there is nothing else.
    await run.server.tenantToken('aurora', 'user');
    await owned(`insert into audit.buffer (source, action, outcome, actor) select 'server', 'call.query', 'ok', 'operator:' || gen_random_uuid() from generate_series(1, 120)`);
    await page.goto('/security/accesses');
    const feed = page.getByRole('table', { name: 'Accesses, the newest first' });
    await feed.getByRole('row', { name: /sign_in\.succeed/ }).first().waitFor();
    const reads = feed.getByRole('row', { name: /call\.query/ });
    const kept = page.getByText(/^[\d,]+ events?, of which no more/);
    const hidden = page.getByText(/^Hidden: [\d,]+ access(es)? by which operators only read here/);
    await hidden.waitFor();
    await feed.or(page.getByText('Nothing fits the filters yet.')).first().waitFor();
    expect(await reads.count()).toBe(0);
    const figure = async (of: typeof hidden): Promise<number> => Number(/[\d,]+/.exec(await of.innerText())?.[0].replace(',', ''));
    // Held, so that the three figures are of one moment.
    await page.getByRole('button', { name: 'Pause' }).click();
    const [others, own] = [await figure(kept), await figure(hidden)];
    await page.getByRole('button', { name: 'Everything' }).click();
    await page.waitForURL(/show=everything/);
    await reads.first().waitFor();
    expect([own > 0, await figure(kept)]).toEqual([true, others + own]);
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Without routine' }).click();
    await expect.poll(() => reads.count()).toBe(0);
  });

  test('shows an access of a tenant’s person as it happens, with its verdict, and keeps it back while paused', async () => {
    await page.goto('/security/accesses?tenant=aurora&action=sign_in');
    await page.getByText('Live', { exact: true }).waitFor();
    await run.server.tenantToken('aurora', 'manager');
    const feed = page.getByRole('table', { name: 'Accesses, the newest first' });
    const rows = feed.getByRole('row', { name: /sign_in\.succeed/ });
    await rows.first().waitFor({ timeout: 15_000 });
    expect(await rows.first().innerText()).toMatch(/Own tenant[^]*aurora/);
    // On a phone, which has no room for their columns, tenant and person stand below the action.
    const size = page.viewportSize() ?? { width: 1440, height: 900 };
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => rows.first().innerText()).toMatch(/sign_in\.succeed[^]*aurora · \S/);
    await page.setViewportSize(size);
    const before = await rows.count();
    await page.getByRole('button', { name: 'Pause' }).click();
    await run.server.tenantToken('aurora', 'user');
    await page.getByText(/Paused\. [1-9]/).waitFor({ timeout: 15_000 });
    expect(await rows.count()).toBe(before);
    await page.getByRole('button', { name: 'Resume' }).click();
    await rows.nth(before).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
  });
});

describe('the trail and the evidence', () => {
  test('a filtered trail is taken out as a file that has what SQL has', async () => {
    await page.goto('/security/audit?tenant=borealis&outcome=ok&show=everything');
    await page.getByRole('row', { name: /tenants\.status/ }).first().waitFor();
    await page.getByRole('button', { name: 'Details of tenants.status' }).first().click();
    await page.getByRole('dialog', { name: 'Event' }).getByText('What changed', { exact: true }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.keyboard.press('Escape');
    const inSql = async () =>
      Number((await owned(`select count(*)::integer as count from platform.audit_events where chain = 'borealis' and outcome = 'ok' and action <> 'audit.export'`))[0]?.['count']);
    const least = await inSql();
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'As JSON lines' }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as { chain: string; outcome: string; action: string });
    // The trail may have grown meanwhile.
    const taken = lines.filter(({ action }) => action !== 'audit.export').length;
    expect(least).toBeGreaterThan(0);
    expect([taken >= least, taken <= (await inSql())]).toEqual([true, true]);
    expect(new Set(lines.map(({ chain, outcome }) => `${chain}/${outcome}`))).toEqual(new Set(['borealis/ok']));
  });

  test('what this console reads and what machines do shows when everything is asked for, and the address says so', async () => {
    await owned(`insert into audit.buffer (source, action, outcome, actor) values ('server', 'access.unlogged', 'ok', 'login:tenantry_lane_01'), ('server', 'access.unlogged', 'failed', 'login:tenantry_lane_02')`);
    await page.goto('/security/audit?scope=platform');
    const happened = page.getByRole('table', { name: 'Audit trail' });
    const reads = page.getByRole('rowheader', { name: 'call.query', exact: true });
    const unlogged = page.getByRole('rowheader', { name: 'access.unlogged', exact: true });
    await page.getByRole('rowheader').first().waitFor();
    expect([await reads.count(), await unlogged.count()]).toEqual([0, 1]);
    await page.getByRole('button', { name: 'Everything' }).click();
    await page.waitForURL(/show=everything/);
    await reads.first().waitFor();
    expect(await unlogged.count()).toBeGreaterThan(1);
    await page.getByRole('button', { name: 'People’s actions' }).click();
    await page.waitForURL((url) => !url.search.includes('show'));
    await expect.poll(async () => [await reads.count(), await unlogged.count()]).toEqual([0, 1]);
    expect(await violationsInBothThemes(page)).toEqual([]);
    // Half a word is enough, and each event is told in words.
    await page.goto('/security/audit');
    await page.getByLabel('Action', { exact: true }).fill('call.que');
    await reads.first().waitFor();
    expect(new Set(await page.getByRole('rowheader').allInnerTexts())).toEqual(new Set(['call.query']));
    await happened.getByRole('cell', { name: /^security@console\.example.* read \w+/ }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Export' }).isDisabled()).toBe(true);
    await page.getByLabel('Action', { exact: true }).fill('call');
    await expect.poll(() => page.getByRole('button', { name: 'Export' }).isDisabled()).toBe(false);
  });

  test('pages of the trail go on by key and back', async () => {
    await page.goto('/security/audit?tenant=borealis&show=everything');
    const first = page.getByRole('rowheader').first();
    await first.waitFor();
    const older = page.getByRole('button', { name: 'Older events' });
    await older.click();
    await page.waitForURL(/after=/);
    await page.getByRole('button', { name: 'Newer events' }).click();
    await page.waitForURL(/before=/);
    await first.waitFor();
    await page.getByRole('button', { name: 'Newest' }).click();
    await page.waitForURL((url) => !/after|before/.test(url.search));
  });

  test('the attestation that is downloaded is the one that is stored', async () => {
    await page.goto('/security/evidence');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the attestation of Tenant borealis' }).click()]);
    const { statement } = JSON.parse(await readFile(await download.path(), 'utf8')) as { statement: string };
    expect(await owned(`select statement from platform.attestations where tenant_id = 'borealis' order by at desc limit 1`)).toEqual([{ statement }]);
    await page.getByText(/sealed/).first().waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.goto('/security/compliance');
    // Each card, each framework, each figure; what changes by the minute is the same on both sides within one.
    for (const id of ['aurora', 'borealis']) {
      const shown = page.getByRole('region').or(page.locator('section')).filter({ has: page.getByRole('button', { name: `Points and facts of Tenant ${id}` }) }).last();
      await expect.poll(async () => {
        await page.reload();
        await shown.getByText(/of \d+ met/).first().waitFor();
        const lines = await owned(
          `select framework, count(*) filter (where status = 'met')::integer as met, count(*) filter (where status <> 'not assessable')::integer as assessable,
                  count(*) filter (where status = 'not assessable' and facts <> '{}')::integer as pending,
                  count(*) filter (where status = 'not assessable' and facts = '{}')::integer as beyond from platform.compliance_status($1) group by framework order by 1`, [id]);
        const words = (await shown.innerText()).replaceAll(/\s+/g, ' ');
        return lines.filter(({ framework, met, assessable, pending, beyond }) =>
          !words.includes(`${String(framework)}${Number(pending) > 0 ? ` ${String(pending)} not known yet` : ''} ${String(beyond)} not for this software to tell ${String(met)} of ${String(assessable)} met`));
      }, { timeout: 30_000 }).toEqual([]);
    }
    // And each point of one, in its drawer.
    const drawer = page.getByRole('dialog', { name: 'Compliance of Tenant borealis' });
    await expect.poll(async () => {
      await page.reload();
      await page.getByRole('button', { name: 'Points and facts of Tenant borealis' }).click();
      await drawer.getByText('Met', { exact: true }).first().waitFor();
      const points = await owned(
        `select case when status = 'met' then 'Met' when status = 'not met' then 'Not met' when facts <> '{}' then 'Not known yet' else 'Not for this software' end as word, count(*)::int as n
           from platform.compliance_status('borealis') group by 1 order by 1`);
      const shown = await Promise.all(points.map(async ({ word }) => ({ word, n: await drawer.getByText(String(word), { exact: true }).count() })));
      return isDeepStrictEqual(shown, points) ? 'the same' : { shown, points };
    }, { timeout: 30_000 }).toBe('the same');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(await violationsInBothThemes(page)).toEqual([]);
  });
});

describe('when something is wrong', () => {
  test('an incident is reported and closed', async () => {
    await page.goto('/security/incidents');
    await page.getByRole('button', { name: 'Report an incident' }).click();
    const dialog = page.getByRole('dialog', { name: 'Report an incident' });
    await dialog.getByLabel('What was seen').fill('A row of a rival on a screen');
    await dialog.getByLabel('Tenants concerned').fill('aurora');
    await dialog.getByRole('button', { name: 'Report an incident' }).click();
    await page.getByRole('button', { name: 'Close: A row of a rival on a screen' }).click();
    const closing = page.getByRole('dialog', { name: 'Close the incident' });
    await closing.getByLabel('What came of it').fill('A picture of a demonstration');
    expect(await violationsInBothThemes(page)).toEqual([]);
    await closing.getByRole('button', { name: 'Close the incident' }).click();
    await page.getByText('Closed', { exact: true }).last().waitFor();
    expect(await owned('select status, tenant_ids, resolution from platform.incidents')).toEqual([{ status: 'closed', tenant_ids: ['aurora'], resolution: 'A picture of a demonstration' }]);
  });

  test('each cell of the incidents, and each fact of one, is what SQL says', async () => {
    const [officer] = await owned(`select 'operator:' || id as actor from platform.operators where email = 'security@console.example'`);
    await owned(
      `insert into platform.incidents (severity, status, summary, tenant_ids, notice, about_request, events, reported_by, reported_at, resolution, closed_by, closed_at)
       values ('critical', 'open', 'Four tenants at once', '{aurora,borealis,cobalt,dorado}', null, null, '{}', 'worker', now() - interval '2 days', null, null, null),
              ('low', 'closed', 'A misread line', '{}', 'Nothing was read.', 'request-17', '{aurora/3,aurora/4}', $1, now() - interval '3 days', 'It was a drill.', $1, now() - interval '1 day')`, [officer?.['actor']]);
    const incidents = page.getByRole('table', { name: 'Incidents' });
    const inSql = async (where: string): Promise<unknown[][]> =>
      (await owned(
        `select initcap(severity) as severity, summary,
                case when tenant_ids = '{}' then 'none' else array_to_string(tenant_ids[1:3], ', ') || case when cardinality(tenant_ids) > 3 then ' +' || cardinality(tenant_ids) - 3 else '' end end as tenants,
                to_char(reported_at at time zone 'UTC', $1) as reported, initcap(status) as status, case status when 'open' then 'Close' else '' end as act
           from platform.incidents where ${where} order by reported_at desc, id`, [MOMENT])).map((row) => Object.values(row));
    for (const [query, where] of [['', 'true'], ['?status=closed', `status = 'closed'`], ['?severity=critical', `severity = 'critical'`]] as const) {
      await page.goto(`/security/incidents${query}`);
      await incidents.waitFor();
      await expectSame(() => cellsOf(incidents), () => inSql(where));
    }
    await page.goto('/security/incidents');
    await page.getByRole('button', { name: 'Incident: A misread line' }).click();
    const drawer = page.getByRole('dialog', { name: 'Incident' });
    const [low] = await owned(`select id, reported_at, closed_at from platform.incidents where summary = 'A misread line'`);
    await drawer.getByText('It was a drill.').waitFor();
    const name = /^security@console\.example/;
    expect(await factsOf(drawer)).toEqual({
      Tenants: 'none', 'What they are told': 'Nothing was read.', Reported: momentOf(low?.['reported_at']), 'Reported by': expect.stringMatching(name), 'About request': 'request-17',
      Events: 'aurora/3, aurora/4', Closed: momentOf(low?.['closed_at']), 'Closed by': expect.stringMatching(name), 'What came of it': 'It was a drill.', Incident: low?.['id'],
    });
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
  });

  test('a lock-down stops a tenant, no other, and lifting it gives it back', async () => {
    const asks = async (id: string) =>
      (await call(run.server.url, 'POST', `/api/v1/tenants/${id}/auth/login`, { body: { email: `manager@${id}.example`, password: testPassword } })).status;
    await page.goto('/security/lockdown');
    await page.getByText('No lock-down is in force').waitFor();
    await page.getByRole('button', { name: /^Lock down/ }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Emergency lock-down' });
    for (const [term, id] of [['auro', 'aurora'], ['bor', 'borealis']] as const) {
      await dialog.getByRole('combobox', { name: 'Tenants to stop' }).fill(term);
      // The list of before the answer would move under the click.
      await dialog.locator('[role=listbox][aria-busy=false]').waitFor();
      await dialog.getByRole('option', { name: new RegExp(id) }).click();
      await dialog.getByRole('button', { name: `Take back ${id}` }).waitFor();
    }
    const reach = async () => (await owned(`select open from platform.lock_down_reach('tenants', array['aurora', 'borealis'])`))[0]?.['open'];
    await dialog.getByText('This reaches 2 tenants').waitFor();
    await dialog.getByText(`${String(await reach())} are open now`).waitFor();
    await dialog.getByLabel('What to stop').selectOption('All tenants');
    const [all] = await owned(`select tenants from platform.lock_down_reach('all')`);
    await dialog.getByText(`This reaches ${String(all?.['tenants'])} tenants`).waitFor();
    await dialog.getByLabel('What to stop').selectOption('Named tenants');
    await dialog.getByRole('button', { name: 'Take back aurora' }).click();
    await dialog.getByText('This reaches 1 tenant', { exact: true }).waitFor();
    await dialog.getByLabel('Reason').fill('a drill');
    const begin = dialog.getByRole('button', { name: 'Lock down now' });
    expect(await begin.isDisabled()).toBe(true);
    await dialog.getByLabel('Type borealis to confirm').fill('borealis');
    expect(await violationsInBothThemes(page)).toEqual([]);
    await begin.click();
    await page.getByText('A lock-down is in force').waitFor();
    await dialog.waitFor({ state: 'detached' });
    expect([await asks('borealis'), await asks('aurora')]).toEqual([503, 200]);
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Lift the lock-down of borealis' }).click();
    const lifting = page.getByRole('alertdialog', { name: 'Lift the lock-down' });
    await lifting.getByLabel('What was done about it').fill('the drill is over');
    await lifting.getByLabel('Type lift to confirm').fill('lift');
    await lifting.getByRole('button', { name: 'Lift the lock-down' }).click();
    await page.getByText('No lock-down is in force').waitFor();
    expect(await asks('borealis')).toBe(200);
  });
});

test('a developer sees what the role shows and is told of the rest', async () => {
  const developer = await run.signedIn('developer', '/security/lockdown');
  await developer.getByText('Your role does not show this section').waitFor();
  expect(await developer.getByRole('navigation', { name: 'Security' }).getByRole('link').allInnerTexts()).toEqual(['Isolation', 'Alerts', 'Evidence']);
  await developer.getByRole('link', { name: 'Isolation' }).click();
  await developer.getByRole('rowheader', { name: /aurora/ }).waitFor();
  expect(await developer.getByRole('button', { name: /^Prove the isolation/ }).count()).toBe(0);
  await developer.context().close();
});
