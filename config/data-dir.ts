/** The directory that the embedded installation keeps everything in. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from './config.ts';

/**
 * Makes DATA_DIR if it isn't there. Others may pass through, not look: the keys in it are readable by their owner only.
 * @throws ConfigError when it can't be made or written to
 */
export function makeDataDir(dataDir: string): void {
  try {
    makeDirectory(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ConfigError(`DATA_DIR ${dataDir} is not a directory this user can write to. Change its rights, or set DATA_DIR to another one.`, {
      cause: error,
    });
  }
}

/** One level at a time: Node's `recursive` never returns where the kernel refuses with ENOENT, as below /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o711 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
