/** Secrets that the embedded installation makes for itself and keeps in a file of DATA_DIR. */
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { ConfigError } from './config.ts';

/**
 * The text kept in a file, made by `make` when there is none. Written whole and linked into place, so
 * that of two processes that start together both end with the same text, and a crash leaves no half.
 * @throws ConfigError when the file can't be read or other users can read it
 */
export function keepSecret(file: string, make: () => string): string {
  const kept = readSecret(file);
  if (kept !== null) return kept;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${make()}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}

function readSecret(file: string): string | null {
  try {
    if ((statSync(file).mode & 0o077) !== 0) {
      throw new ConfigError(`${file} is open to other users. Close it with:  chmod 600 ${file}`);
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${file} cannot be read: start as the user who owns it.`, { cause: error });
  }
}
