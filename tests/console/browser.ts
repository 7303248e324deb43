/** A real Chromium for the console's end-to-end tests: one for each test file, a fresh context for each person. */
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** As root, in a container, without a screen and without calling anybody. */
const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--font-render-hinting=none',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

export interface TestBrowser {
  /** A window of somebody who has never been here. */
  open(options?: BrowserContextOptions): Promise<{ context: BrowserContext; page: Page }>;
  close(): Promise<void>;
}

/** Where there is a Chromium: CHROMIUM_PATH, one that is installed, or the one that comes as a package. @throws with what to install */
async function findChromium(): Promise<string> {
  const named = process.env['CHROMIUM_PATH'];
  const installed = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [...(named === undefined ? [] : [named]), ...installed, ...PLACES].find(executable);
  if (found !== undefined) return found;
  try {
    // Unpacks itself below the system's temporary folder; for Linux on x64.
    const { default: packaged } = await import('@sparticuz/chromium');
    return await packaged.executablePath();
  } catch (cause) {
    throw new Error('The console is tested in Chromium, and there is none: install Chromium or Chrome, or set CHROMIUM_PATH.', { cause });
  }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts Chromium. Call `close` in afterAll. */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = await findChromium();
  const home = await mkdtemp(join(tmpdir(), 'tenantry-chromium-'));
  let browser: Browser;
  try {
    browser = await chromium.launch({ executablePath, args: ARGUMENTS, env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home } });
  } catch (cause) {
    await rm(home, { recursive: true, force: true });
    throw new Error(`${executablePath} did not start: install Chromium or Chrome with the libraries it needs, or set CHROMIUM_PATH.`, { cause });
  }
  return {
    async open(options = {}) {
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options });
      context.setDefaultTimeout(15_000);
      return { context, page: await context.newPage() };
    },
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
