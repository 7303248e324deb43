/** What every end-to-end test of the console starts from: the real server over a database of its own, and a real browser. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type Axe from 'axe-core';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { testPassword } from '../../harness/database.ts';
import { startTestServer } from '../../harness/server.ts';
import type { OperatorTitle, TestServer, TestServerOptions } from '../../harness/server.ts';
import { startBrowser } from '../browser.ts';
import type { TestBrowser } from '../browser.ts';

export interface ConsoleRun {
  readonly server: TestServer;
  readonly browser: TestBrowser;
  /** A window of an operator who has signed in, at an address. */
  signedIn(title?: OperatorTitle, at?: string, options?: BrowserContextOptions): Promise<Page>;
  /** A window of somebody who has not. */
  visitor(at?: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Starts both. Call `close` in afterAll. */
export async function startConsole(options: TestServerOptions = {}): Promise<ConsoleRun> {
  const [server, browser] = await Promise.all([startTestServer(options), startBrowser()]);
  const known = new Set<OperatorTitle>();
  const visitor: ConsoleRun['visitor'] = async (at = '/', contextOptions = {}) => {
    const { page } = await browser.open({ baseURL: server.url, ...contextOptions });
    await page.goto(at);
    return page;
  };
  return {
    server,
    browser,
    visitor,
    async signedIn(title = 'admin', at = '/', contextOptions = {}) {
      const email = `${title}@console.example`;
      if (!known.has(title)) await server.db.addOperator(email, title);
      known.add(title);
      const page = await visitor(at, contextOptions);
      await signIn(page, email, testPassword);
      await page.getByRole('navigation', { name: 'Sections' }).or(page.getByRole('button', { name: 'Open sections' })).first().waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Fills the sign-in page and sends it. */
export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds against WCAG 2.1 A and AA on a page as it shows now, one line each; none is right. */
export async function violations(page: Page): Promise<string[]> {
  // Colours on their way from one to the other are nobody's choice.
  await page.evaluate(async () => {
    // What takes its colour from what stands around it begins when that has ended.
    for (let round = 0; round < 20; round += 1) {
      const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
      if (ending.length === 0 && round > 0) return;
      await Promise.allSettled(ending.map(({ finished }) => finished));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
  });
  // Put in by the browser's debugger, which the page's own policy does not bind.
  await page.evaluate(await readFile(axe, 'utf8'));
  return await page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { axe: typeof Axe };
    const { violations: found } = await tool.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`).join(' | ')}`);
  });
}

/** Text below 7:1 on its ground, by axe's own measure, one line each; on what security hangs none is right. */
export async function weakWords(page: Page, within = 'body'): Promise<string[]> {
  await page.evaluate(await readFile(axe, 'utf8'));
  return await page.evaluate(async (selector) => {
    const { axe: tool } = globalThis as unknown as { axe: typeof Axe };
    const { violations: found } = await tool.run(selector, { runOnly: { type: 'rule', values: ['color-contrast-enhanced'] } });
    return found.flatMap(({ nodes }) => nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`));
  }, within);
}

/** Until everything that was asked for is there: no place is held for what comes. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading').first().waitFor();
  await page.locator('[aria-busy=true], .chakra-skeleton').first().waitFor({ state: 'detached' });
}

/** Shows a page in the light and then in the dark theme. */
export async function inBothThemes(page: Page, look: (scheme: 'light' | 'dark') => Promise<void>): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.evaluate((chosen) => {
      document.documentElement.classList.remove('light', 'dark');
      document.documentElement.classList.add(chosen);
      document.documentElement.style.colorScheme = chosen;
    }, scheme);
    await look(scheme);
  }
}

/** What axe finds in the light and in the dark theme. */
export async function violationsInBothThemes(page: Page): Promise<string[]> {
  const found: string[] = [];
  await inBothThemes(page, async (scheme) => {
    found.push(...(await violations(page)).map((line) => `${scheme}: ${line}`));
  });
  return found;
}

/** A moment as it is compared, in UTC and to the second: for `to_char(at at time zone 'UTC', …)`. */
export const MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS';

/** The words of each cell of a table, row by row; in place of how long ago something was stands when, as `MOMENT` has it. */
export async function cellsOf(table: Locator): Promise<string[][]> {
  return await wordsByParent(table.locator('tbody tr > *'));
}

/** What stands beside each name of a list of facts. */
export async function factsOf(within: Locator): Promise<Record<string, string>> {
  return Object.fromEntries((await wordsByParent(within.locator('dt, dd'))).map(([name = '', ...values]) => [name, values.join(' ')]));
}

async function wordsByParent(elements: Locator): Promise<string[][]> {
  return await elements.evaluateAll((all) => {
    const words = (element: Element): string => {
      const copy = element.cloneNode(true) as Element;
      // What another width shows.
      const hidden = [...element.querySelectorAll('*')].map((each) => getComputedStyle(each).display === 'none');
      [...copy.querySelectorAll('*')].forEach((each, at) => hidden[at] === true && each.remove());
      for (const time of copy.querySelectorAll('time')) time.textContent = new Date(time.dateTime).toISOString().slice(0, 19);
      const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      while (texts.nextNode() !== null) found.push(texts.currentNode.textContent ?? '');
      return found.map((text) => text.trim()).filter((text) => text !== '').join(' ');
    };
    return [...Map.groupBy(all, ({ parentElement }) => parentElement).values()].map((of) => of.map(words));
  });
}
