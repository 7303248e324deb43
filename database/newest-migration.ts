import { readdir } from 'node:fs/promises';

const COMMITTED = new URL('../migrations/committed/', import.meta.url);

/** The newest committed migration of the control plane that this code brings along, `''` if none: what the database must have. */
export async function newestMigration(): Promise<string> {
  const files = await readdir(COMMITTED);
  return files.filter((file) => /^\d{6}.*\.sql$/.test(file)).sort().at(-1) ?? '';
}
