/** Which Chromium the console is tested in. */
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

export interface Chromium {
  readonly path: string;
  /** Where libraries are that it needs and a bare machine lacks; null for one that was installed with its own. */
  readonly libraries: string | null;
}

/** CHROMIUM_PATH, one that is installed, or the one that comes as a package. @throws with what to install */
export async function findChromium(): Promise<Chromium> {
  const named = process.env['CHROMIUM_PATH'];
  const installed = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const path = [...(named === undefined ? [] : [named]), ...installed, ...PLACES].find(executable);
  if (path !== undefined) return { path, libraries: null };
  if (process.platform !== 'linux' || process.arch !== 'x64') throw none();
  try {
    return await unpackChromium();
  } catch (cause) {
    throw none(cause);
  }
}

/**
 * Unpacks the package's Chromium below the temporary folder, where later calls find it: two at a time would read what is half written,
 * so the global set-up makes the first call. The package brings the libraries of its browser for a system that has none, but unpacks
 * them only where this variable says so.
 */
async function unpackChromium(): Promise<Chromium> {
  const before = { ...process.env };
  try {
    process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22.x';
    const { default: packaged } = await import('@sparticuz/chromium');
    return { path: await packaged.executablePath(), libraries: join(tmpdir(), 'al2023', 'lib') };
  } finally {
    // It also changes what every other program started from here would be linked with.
    for (const name of ['AWS_LAMBDA_JS_RUNTIME', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH']) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
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

function none(cause?: unknown): Error {
  return new Error('The console is tested in Chromium, and there is none: install Chromium or Chrome, or set CHROMIUM_PATH.', { cause });
}
