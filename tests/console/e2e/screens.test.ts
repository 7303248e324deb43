/** Every screen of the console as people with other eyes, screens and settings have it: axe, contrast, a phone, twice the size, forced colours, no motion. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPassword } from '../../harness/database.ts';
import { inBothThemes, settled, signIn, startConsole, violationsInBothThemes, weakWords } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';

const SCREENS = [
  '/tenants', '/tenants/aurora', '/tenants/aurora/configuration', '/tenants/aurora/users', '/tenants/aurora/roles', '/tenants/aurora/security',
  '/tenants/aurora/audit', '/tenants/aurora/danger', '/security', '/security/alerts', '/security/accesses', '/security/compliance', '/security/audit',
  '/security/evidence', '/security/incidents', '/security/lockdown', '/account',
] as const;

let run: ConsoleRun;
let desk: Page;

beforeAll(async () => {
  run = await startConsole({ worker: true, tenants: ['aurora', 'borealis'] });
  await run.server.db.withOwner(async (owner) => {
    await owner.query(`update tenant_aurora.users set role = 'auditor' where email = 'viewer@aurora.example'`);
    await owner.query(`select platform_private.raise_alert('aurora', 'isolation.breach', 'critical', 'One attempt was not refused.')`);
  });
  desk = await run.signedIn('admin', '/account');
});
afterAll(async () => {
  await run.close();
});

/**
 * What can't be reached at this width, one line each: a page that scrolls sideways, a box that cuts off what is in it, one that scrolls and that
 * neither the keyboard reaches nor has a name.
 */
async function lost(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page scrolls sideways: ${scrollWidth} > ${clientWidth}`);
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      // What only screen readers get is cut off on purpose, and a title tells what an ellipsis hides.
      if (element.clientWidth <= 1 || element.scrollWidth <= element.clientWidth + 1 || element instanceof HTMLInputElement) continue;
      const { overflowX, textOverflow } = getComputedStyle(element);
      const words = `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.className}: ${element.scrollWidth} > ${element.clientWidth}`;
      const named = element.hasAttribute('aria-label') || element.hasAttribute('aria-labelledby');
      if (['hidden', 'clip'].includes(overflowX) && textOverflow !== 'ellipsis') found.push(`cut off: ${words}`);
      if (['auto', 'scroll'].includes(overflowX) && !(named && (element.tabIndex >= 0 || element.querySelector('a[href], button') !== null))) found.push(`nameless: ${words}`);
    }
    return found;
  });
}

const DESK = { width: 1440, height: 900 } as const;
const PHONE = { width: 390, height: 844 } as const;
/** What is left of a screen of 1440 by 900 at 200 %. */
const ENLARGED = { width: 720, height: 450 } as const;

/** Looks at the page as others have it, and then as before. */
async function as(page: Page, size: { readonly width: number; readonly height: number }, forcedColors: 'active' | 'none', look: () => Promise<void>): Promise<void> {
  await page.emulateMedia({ forcedColors });
  await page.setViewportSize(size);
  await look();
  await page.emulateMedia({ forcedColors: 'none' });
  await page.setViewportSize(DESK);
}

const moving = (page: Page): Promise<number> => page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);

async function show(page: Page, at: string): Promise<void> {
  await page.goto(at);
  await settled(page);
}

describe('every screen', () => {
  test.each(SCREENS)('%s: nothing against axe in either theme, 7:1 where it is about security, and nothing lost at any size', async (at) => {
    await show(desk, at);
    expect(await violationsInBothThemes(desk)).toEqual([]);
    if (/security|danger|account/.test(at)) {
      await inBothThemes(desk, async (scheme) => {
        expect({ scheme, weak: await weakWords(desk, 'main') }).toEqual({ scheme, weak: [] });
      });
    }
    await as(desk, PHONE, 'none', async () => expect({ lost: await lost(desk), moving: await moving(desk) }).toEqual({ lost: [], moving: 0 }));
    await as(desk, ENLARGED, 'active', async () => expect({ lost: await lost(desk), moving: await moving(desk) }).toEqual({ lost: [], moving: 0 }));
  });

  test('the measures see what they are there for', async () => {
    await show(desk, '/account');
    await desk.evaluate(() => {
      const weak = document.createElement('p');
      weak.textContent = 'Too weak for security';
      weak.style.cssText = 'color: #6b6b6b; background: #fff';
      const wide = document.createElement('div');
      wide.style.cssText = 'overflow-x: auto; width: 50px';
      const inner = document.createElement('div');
      inner.textContent = 'wide';
      inner.style.width = '300px';
      wide.append(inner);
      document.querySelector('main')?.append(weak, wide);
      wide.animate([{ opacity: 0.9 }, { opacity: 1 }], { duration: 60_000 });
    });
    expect(await weakWords(desk, 'main')).toEqual([expect.stringContaining('Too weak for security')]);
    expect(await lost(desk)).toEqual([expect.stringContaining('nameless')]);
    expect(await moving(desk)).toBe(1);
    await desk.evaluate(() => void (document.body.style.width = '4000px'));
    expect(await lost(desk)).toContainEqual(expect.stringContaining('the page scrolls sideways'));
  });
});

test('the parts of a section all fit a tablet; where they don’t, on a phone, the end that hides some fades', { timeout: 60_000 }, async () => {
  const ends = async (): Promise<{ hidden: boolean; faded: readonly string[] }> =>
    await desk.getByRole('navigation', { name: /^(Parts of|Security)/ }).evaluate((bar) => ({
      hidden: bar.scrollWidth > bar.clientWidth,
      faded: ['before', 'after'].filter((end) => bar.hasAttribute(`data-${end}`)),
    }));
  for (const at of ['/security', '/tenants/aurora']) {
    await show(desk, at);
    await as(desk, { width: 1024, height: 900 }, 'none', async () => {
      await expect.poll(ends).toEqual({ hidden: false, faded: [] });
    });
    await as(desk, PHONE, 'none', async () => {
      await expect.poll(ends).toEqual({ hidden: true, faded: ['after'] });
    });
  }
});

/** How much of a table is beyond the edge of its box, and which of its ends fade. */
const beyond = async (name: string): Promise<{ hidden: boolean; faded: readonly string[] }> =>
  await desk.getByRole('region', { name }).evaluate((box) => ({
    hidden: box.scrollWidth > box.clientWidth + 1,
    faded: ['before', 'after'].filter((end) => box.hasAttribute(`data-${end}`) && getComputedStyle(box).maskImage.includes('gradient')),
  }));

test('a table that a screen has no room for fades where it goes on, and none does on a wide one', { timeout: 60_000 }, async () => {
  const matrix = 'Isolation matrix: tenants and kinds of attempts';
  await show(desk, '/security');
  await expect.poll(() => beyond(matrix)).toEqual({ hidden: false, faded: [] });
  await as(desk, { width: 1024, height: 900 }, 'none', async () => {
    await expect.poll(() => beyond(matrix)).toEqual({ hidden: true, faded: ['after'] });
    await desk.getByRole('region', { name: matrix }).evaluate((box) => box.scrollTo({ left: 60 }));
    await expect.poll(() => beyond(matrix)).toEqual({ hidden: true, faded: ['before', 'after'] });
    await desk.getByRole('region', { name: matrix }).evaluate((box) => box.scrollTo({ left: box.scrollWidth }));
    await expect.poll(() => beyond(matrix)).toEqual({ hidden: true, faded: ['before'] });
  });
});

test('the evidence of a tenant can be taken on a phone: its buttons are whole, and its newest attestation stands beside them', async () => {
  await show(desk, '/security/evidence');
  await as(desk, PHONE, 'none', async () => {
    await expect.poll(() => beyond('Evidence')).toEqual({ hidden: false, faded: [] });
    for (const name of ['Download the attestation of Tenant aurora', 'Download evidence of Tenant aurora']) {
      const button = await desk.getByRole('button', { name }).boundingBox();
      expect((button?.x ?? Number.NaN) + (button?.width ?? Number.NaN)).toBeLessThan(PHONE.width - 16);
    }
    await desk.getByRole('row', { name: /Tenant aurora/ }).getByText('Isolated', { exact: true }).filter({ visible: true }).waitFor();
  });
});

describe('a proof that holds', () => {
  const kinds = (name: string) => desk.getByRole('table', { name });

  test('is short: what was tried is folded, each with what it came to, opened by the keyboard and by its address, and open on paper', async () => {
    await show(desk, '/security');
    const cell = desk.getByRole('row', { name: /Tenant borealis/ }).getByRole('link', { name: /refused/ }).first();
    const at = await cell.getAttribute('href') ?? '';
    await show(desk, at.replace(/#.*$/, ''));
    await desk.getByText('Nothing failed: every attempt ended as it has to.').waitFor();
    // It is borealis' first, and says what it leaves out that a later one has.
    await desk.getByText('the tenant was being made').waitFor();
    await desk.getByText(/^Counts differ from proof to proof\..*\(control-plane-release\)/).waitFor();
    const kindsOf = async (cause: string) => (await run.server.db.withOwner((owner) => owner.query<{ released: boolean }>(
      `select r.checks @> '[{"kind": "control-plane-release"}]' as released from platform.isolation_runs r where r.tenant_id = 'borealis' and r.cause = $1 and r.status = 'passed' order by r.started_at desc limit 1`, [cause]))).rows;
    expect(await kindsOf('provision')).toEqual([{ released: false }]);
    expect(await desk.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(2_500);
    expect(await desk.getByRole('main').getByRole('table').filter({ visible: true }).count()).toBe(0);
    await desk.getByRole('group').filter({ hasText: 'Read a rival' }).getByText(/^[\d,]+ tried$/).waitFor();
    await desk.locator('summary').filter({ hasText: 'Write to a rival' }).focus();
    await desk.keyboard.press('Enter');
    await kinds('Write to a rival').getByRole('rowheader', { name: /^Adding a row to a rival’s table\. *insert · insert into rival\.brands/ }).waitFor();
    expect(await violationsInBothThemes(desk)).toEqual([]);
    await inBothThemes(desk, async (scheme) => {
      expect({ scheme, weak: await weakWords(desk, 'main') }).toEqual({ scheme, weak: [] });
    });
    expect(await kinds('Catalogs').isVisible()).toBe(false);
    await desk.emulateMedia({ media: 'print' });
    for (const name of ['Read a rival', 'Catalogs', 'What PostgreSQL lets everybody see']) await kinds(name).waitFor();
    await desk.emulateMedia({ media: 'screen' });
    await kinds('Catalogs').waitFor({ state: 'hidden' });
    await as(desk, PHONE, 'none', async () => expect(await lost(desk)).toEqual([]));
    await show(desk, at);
    await kinds('Read a rival').waitFor();
    expect(await kinds('Change a rival').isVisible()).toBe(false);
  });
});

describe('what opens over a screen', () => {
  /** Both themes, and 7:1 inside. */
  const inspect = async (role: 'dialog' | 'alertdialog'): Promise<void> => {
    await desk.getByRole(role).first().waitFor();
    expect(await violationsInBothThemes(desk)).toEqual([]);
    await inBothThemes(desk, async (scheme) => {
      expect({ scheme, weak: await weakWords(desk, `[role=${role}]`) }).toEqual({ scheme, weak: [] });
    });
  };

  test('the points of compliance, in a drawer', async () => {
    await show(desk, '/security/compliance');
    await desk.getByRole('button', { name: 'Points and facts of Tenant aurora' }).click();
    await desk.getByRole('dialog').getByText('Newest proof passed').first().waitFor();
    await inspect('dialog');
  });

  test('the report of an incident', async () => {
    await show(desk, '/security/incidents');
    await desk.getByRole('button', { name: 'Report an incident' }).click();
    await inspect('dialog');
  });

  test('the question for a period of evidence', async () => {
    await show(desk, '/security/evidence');
    await desk.getByRole('button', { name: 'Download evidence of Tenant aurora' }).click();
    await inspect('dialog');
  });

  test('the question before a lock-down', async () => {
    await show(desk, '/security/lockdown');
    await desk.getByRole('button', { name: /^Lock down/ }).click();
    await inspect('alertdialog');
  });

  test('the question before a suspension', async () => {
    await show(desk, '/tenants/aurora/danger');
    await desk.getByRole('button', { name: 'Suspend' }).click();
    await inspect('alertdialog');
  });

  test('the setting up of a second factor', async () => {
    await show(desk, '/account');
    await desk.getByRole('button', { name: 'Set up a second factor' }).click();
    expect(await violationsInBothThemes(desk)).toEqual([]);
  });
});

test('the trail has its filters in one row on a wide screen, and its last column on a phone', async () => {
  await show(desk, '/security/audit');
  const middles = await desk.getByRole('search').locator('> *').evaluateAll((parts) =>
    parts.map((part) => part.getBoundingClientRect()).filter(({ height }) => height > 0).map(({ top, height }) => Math.round(top + height / 2)));
  expect([middles.length > 5, new Set(middles).size]).toEqual([true, 1]);
  await as(desk, { width: 1024, height: 900 }, 'none', async () => {
    await expect.poll(() => beyond('Audit trail')).toEqual({ hidden: false, faded: [] });
  });
  await as(desk, PHONE, 'none', async () => {
    const table = desk.getByRole('region', { name: 'Audit trail' });
    expect(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0);
    await desk.getByRole('columnheader', { name: 'Details' }).waitFor();
  });
});

test('a page that is opened by its address begins at its top, wherever the one before was left', async () => {
  // So low that a page scrolls from its first picture on.
  await as(desk, { width: 390, height: 240 }, 'none', async () => {
    await show(desk, '/tenants/aurora/security');
    await desk.evaluate(() => scrollTo(0, 60));
    await show(desk, '/security/audit');
    expect(await desk.evaluate(() => scrollY)).toBe(0);
  });
});

test('a tab and a section that are chosen differ from the others in forced colours too', async () => {
  await show(desk, '/tenants/aurora/users');
  const edges = async (name: string, side: 'borderBottomColor' | 'borderInlineStartColor'): Promise<Record<'chosen' | 'others', string[]>> =>
    await desk.getByRole('navigation', { name }).getByRole('link').evaluateAll((links, edge) => {
      const of = (chosen: boolean): string[] => [...new Set(links.filter((link) => (link.getAttribute('aria-current') === 'page') === chosen).map((link) => getComputedStyle(link)[edge]))];
      return { chosen: of(true), others: of(false) };
    }, side);
  await desk.emulateMedia({ forcedColors: 'active' });
  for (const { chosen, others } of [await edges('Parts of this tenant', 'borderBottomColor'), await edges('Sections', 'borderInlineStartColor')]) {
    expect([chosen.length, others.length]).toEqual([1, 1]);
    expect(chosen).not.toEqual(others);
  }
  await desk.emulateMedia({ forcedColors: 'none' });
});

test('on a phone the button for a new tenant is beside the paging, wherever the page stands', async () => {
  await show(desk, '/tenants');
  await as(desk, PHONE, 'none', async () => {
    const add = await desk.getByRole('link', { name: 'Add new tenant' }).boundingBox();
    for (const name of ['Previous page', 'Next page']) {
      const paging = await desk.getByRole('button', { name }).boundingBox();
      expect((paging?.x ?? Number.NaN) + (paging?.width ?? Number.NaN)).toBeLessThan(add?.x ?? 0);
    }
  });
});

test('what is on its way stands still for who wants no motion, and moves for everybody else', async () => {
  for (const [reducedMotion, least, most] of [['reduce', 0, 0], ['no-preference', 1, Infinity]] as const) {
    const page = await run.signedIn('admin', '/account', { reducedMotion });
    // Answers are held on their way, so that the skeletons stay.
    await page.route('**/platform/graphql', () => undefined);
    await page.goto('/tenants');
    await page.locator('.chakra-skeleton').first().waitFor();
    await page.waitForFunction(() => document.readyState === 'complete');
    expect(await moving(page)).toBeGreaterThanOrEqual(least);
    expect(await moving(page)).toBeLessThanOrEqual(most);
    await page.context().close();
  }
});

test('the page of a brand’s own auditor loses nothing on a phone, and has 7:1 in both themes', async () => {
  const page = await run.visitor('/t/aurora/assurance', { viewport: PHONE });
  await signIn(page, 'viewer@aurora.example', testPassword);
  await page.getByRole('heading', { name: 'Isolated', exact: true }).waitFor();
  await settled(page);
  expect(await lost(page)).toEqual([]);
  await inBothThemes(page, async (scheme) => {
    expect({ scheme, weak: await weakWords(page, 'main') }).toEqual({ scheme, weak: [] });
  });
  await page.context().close();
});
