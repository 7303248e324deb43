/**
 * The master key: login passwords are derived from it and private keys are sealed under it, so losing
 * it means signing keys that nobody can open again.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from './config.ts';
import { makeDataDir } from './data-dir.ts';
import { keepSecret } from './kept-secret.ts';
import type { Config } from './config.ts';

const keyBytes = 32;

/**
 * The 32-byte master key: TENANTRY_MASTER_KEY, or in embedded mode the one kept in DATA_DIR/master.key,
 * which the first start makes.
 * @throws ConfigError when there is a database of one's own but no key, when the kept key is damaged, or DATA_DIR won't do
 */
export function resolveMasterKey(config: Config): Buffer {
  if (config.masterKey !== null) return Buffer.from(config.masterKey, 'base64');
  if (config.database.url !== null) {
    throw new ConfigError(
      'TENANTRY_MASTER_KEY is missing. With DATABASE_URL it must be given, the same to every process, and kept ' +
        'outside the database. Make one with:  node -p "crypto.randomBytes(32).toString(\'base64\')"',
    );
  }
  const { dataDir } = config.embedded;
  makeDataDir(dataDir);
  const file = join(dataDir, 'master.key');
  const text = keepSecret(file, () => randomBytes(keyBytes).toString('base64'));
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes || key.toString('base64') !== text) {
    throw new ConfigError(
      `${file} does not hold 32 bytes as base64. Put the saved key back, or set TENANTRY_MASTER_KEY to it; ` +
        'a new key cannot open what the old one sealed.',
    );
  }
  return key;
}

/** The master key before the present one, TENANTRY_MASTER_KEY_PREVIOUS, by which what it sealed is opened and sealed anew; null without. */
export function previousMasterKey(config: Config): Buffer | null {
  return config.previousMasterKey === null ? null : Buffer.from(config.previousMasterKey, 'base64');
}
