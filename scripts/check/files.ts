/** The repository's own files, for checks that read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const notOurs = new Set(['node_modules', '.git', 'coverage', '.tenantry', 'dist']);

/** Paths below a folder, relative to the repository, with forward slashes; symbolic links are not followed. */
export function filesBelow(folder: string, ending: string): string[] {
  const found: string[] = [];
  const walk = (directory: string) => {
    for (const item of readdirSync(directory, { withFileTypes: true })) {
      if (notOurs.has(item.name)) continue;
      const path = join(directory, item.name);
      if (item.isDirectory()) walk(path);
      else if (item.isFile() && item.name.endsWith(ending)) found.push(relative(root, path).split(sep).join('/'));
    }
  };
  walk(join(root, folder));
  return found.toSorted();
}

export function readSource(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The line, counted from 1, on which an offset lies. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
