/** A real Chromium for the console's end-to-end tests: one for each test file, a fresh context for each person. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium } from '../harness/chromium.ts';

/** As root, in a container, without a screen and without calling anybody. */
const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--font-render-hinting=none',
];

export interface TestBrowser {
  /** A window of somebody who has never been here. */
  open(options?: BrowserContextOptions): Promise<{ context: BrowserContext; page: Page }>;
  close(): Promise<void>;
}

/** Starts Chromium. Call `close` in afterAll. */
export async function startBrowser(): Promise<TestBrowser> {
  const { path, libraries } = await findChromium();
  const home = await mkdtemp(join(tmpdir(), 'tenantry-chromium-'));
  let browser: Browser;
  try {
    const linked = libraries === null ? {} : { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(tmpdir(), 'fonts') };
    const env = { ...process.env, ...linked, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home };
    browser = await chromium.launch({ executablePath: path, args: ARGUMENTS, env });
  } catch (cause) {
    await rm(home, { recursive: true, force: true });
    throw new Error(`${path} did not start: install Chromium or Chrome with the libraries it needs, or set CHROMIUM_PATH.`, { cause });
  }
  return {
    async open(options = {}) {
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options });
      context.setDefaultTimeout(30_000);
      return { context, page: await context.newPage() };
    },
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
