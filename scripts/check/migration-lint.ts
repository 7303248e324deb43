/** Squawk over both migration streams; what is off, and why, stands in .squawk.toml. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaintsOf } from './command.ts';
import { filesBelow, readSource, root } from './files.ts';

/** Lints copies in which graphile-migrate's :PLACEHOLDERS are plain names, which is what squawk can parse. */
export async function migrationComplaints(): Promise<string[]> {
  const files = [...filesBelow('migrations', '.sql'), ...filesBelow('sql/tenant', 'up.sql')];
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-squawk-'));
  try {
    const copies = new Map(files.map((file) => [join(folder, file.replaceAll('/', '_')), file]));
    for (const [copy, file] of copies) writeFileSync(copy, readSource(file).replace(/(?<!:):([A-Z][A-Z_]*)\b/g, '$1'));
    const lines = await complaintsOf('squawk', ['--config', join(root, '.squawk.toml'), '--reporter', 'gcc', ...copies.keys()]);
    return lines.map((line) => [...copies].reduce((text, [copy, file]) => text.replace(copy, file), line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
