/** The console in a real Chromium, over a registry of many tenants: what the first load weighs, how soon the list shows, how it scrolls. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ensureConsole } from '../scripts/console.ts';
import { benchPassword, makeInstallation } from '../scripts/temporary-installation.ts';
import type { Installation } from '../scripts/temporary-installation.ts';
import { hashPassword } from '../server/identity/passwords.ts';
import { CONSOLE_FOLDER } from '../server/http/console.ts';
import { startBrowser } from '../tests/console/browser.ts';
import { serverEnvironment, startOurWorker, startServer } from './processes.ts';
import { median, single } from './report.ts';
import type { Bench } from './report.ts';

const standardTenants = 10_000;
const rounds = 9;
const operator = 'console@bench.example';

/** The bench. Its tenants are rows of the registry alone: the list looks at no schema. */
export const consoleBench: Bench = async ({ tenants = standardTenants }) => {
  await ensureConsole();
  const installation = await makeInstallation();
  await fill(installation, tenants);
  const worker = await startOurWorker(installation);
  const server = await startServer('../server/main.ts', '/readyz', { ...serverEnvironment(installation), NODE_ENV: 'development' });
  const browser = await startBrowser();
  try {
    const { page } = await browser.open({ baseURL: server.url });
    await page.addInitScript({ content: note });
    const scripts = new Set<string>();
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.add(new URL(request.url()).pathname);
    });
    await page.goto('/tenants');
    await page.getByLabel('E-mail').fill(operator);
    await page.getByLabel('Password', { exact: true }).fill(benchPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('rowheader').first().waitFor();

    const afterLoad: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      if (round === 0) scripts.clear();
      await page.reload({ waitUntil: 'load' });
      await page.getByRole('rowheader').first().waitFor();
      afterLoad.push(await firstRowAfterLoad(page));
      if (round === 0) await page.waitForLoadState('networkidle').catch(() => undefined);
    }
    const [br, gzip] = await Promise.all([weight(scripts, '.br'), weight(scripts, '.gz')]);
    const longest = await longestWhileScrolling(page);
    return {
      config: { tenants, rounds, node: process.version, rowsWhileScrolling: 100 },
      results: [
        single('JavaScript of the first load, brotli', br / 1_000, 'kB', '<= 200'),
        single('JavaScript of the first load, gzip', gzip / 1_000, 'kB'),
        single('first rows after the page is loaded, median', median(afterLoad), 'ms', '<= 300'),
        single('first rows after the page is loaded, slowest', Math.max(...afterLoad), 'ms'),
        single('longest task while scrolling', longest, 'ms', '<= 100'),
      ],
      failed: [
        ...(br > 200_000 ? ['the first load is heavier than 200 kB'] : []),
        ...(median(afterLoad) > 300 ? ['the first rows take longer than 300 ms'] : []),
        ...(longest > 100 ? ['a task takes longer than 100 ms while scrolling'] : []),
      ],
    };
  } finally {
    await browser.close();
    await server.stop();
    await worker.stop();
    await installation.remove();
  }
};

async function fill(installation: Installation, tenants: number): Promise<void> {
  const owner = await installation.owner();
  try {
    await owner.query('select platform_private.add_operator($1, $1, $2, $3, false)', [operator, 'admin', await hashPassword(benchPassword)]);
    await owner.query(
      `insert into platform.tenants (id, name, status, lane, size_bytes, created_at)
       select 'brand_' || n, 'Brand ' || md5(n::text), (array['active', 'suspended', 'archived', 'failed'])[1 + n % 4], 0, n * 1000, now() - n * interval '1 minute'
         from generate_series(1, $1) n`,
      [tenants],
    );
    await owner.query('analyze platform.tenants');
  } finally {
    await owner.end();
  }
}

/** Runs in the page before anything of its own: a text, since here there is no page. */
const note = `
  globalThis.noted = { firstRow: null, longTasks: [] };
  new MutationObserver((records, observer) => {
    if (document.querySelector('tbody th[scope=row]') === null) return;
    noted.firstRow = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) noted.longTasks.push(duration);
  }).observe({ type: 'longtask' });
`;

/** Milliseconds from the page's load event to its first row; none if the row was first. */
async function firstRowAfterLoad(page: Page): Promise<number> {
  return await page.evaluate<number>(`Math.max(0, (noted.firstRow ?? NaN) - performance.getEntriesByType('navigation')[0].loadEventEnd)`);
}

/** Turns the wheel over the longest page that the list offers. */
async function longestWhileScrolling(page: Page): Promise<number> {
  await page.goto('/tenants?rows=100');
  await page.getByRole('rowheader').nth(99).waitFor();
  await page.evaluate('noted.longTasks = []');
  await page.mouse.move(700, 500);
  for (let turn = 0; turn < 60; turn += 1) {
    await page.mouse.wheel(0, turn < 30 ? 250 : -250);
    await page.waitForTimeout(30);
  }
  return await page.evaluate<number>('Math.max(0, ...noted.longTasks)');
}

/** Bytes of files of the console as they are kept compressed. */
async function weight(paths: ReadonlySet<string>, ending: '.br' | '.gz'): Promise<number> {
  const sizes = await Promise.all([...paths].map(async (path) => (await stat(join(CONSOLE_FOLDER, `${path}${ending}`))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
