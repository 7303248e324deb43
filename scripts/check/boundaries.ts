/**
 * Which module may use which. Two rules:
 *
 * 1. A folder is a module; `uses` names the modules (or single files of one) that it may import from.
 * 2. `thing-part.ts` beside `thing.ts` is an inside of `thing`: files of other folders import `thing.ts`.
 *
 * Import cycles between files are the linter's (import/no-cycle).
 */
import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { filesBelow, lineAt, readSource, root } from './files.ts';

const server = [
  'server/http',
  'server/identity',
  'server/tenancy',
  'server/observability',
  'server/audit',
  'server/graphql',
  'server/rest',
  'server/openapi',
];

/** The one definition of the direction in which imports point. A folder without a row is refused. */
const modules: Readonly<Record<string, readonly string[] | 'anything'>> = {
  config: [],
  // How to call what somebody else named, without being led into our own network.
  network: [],
  database: ['config'],
  'server/http': ['config', 'database'],
  'server/observability': ['config', 'database', 'server/http'],
  'server/identity': ['config', 'database', 'network', 'server/http'],
  'server/audit': ['config', 'database', 'server/http', 'server/identity'],
  'server/tenancy': ['config', 'database', 'server/http', 'server/identity'],
  'server/graphql': ['config', 'database', 'server/http', 'server/identity', 'server/tenancy', 'server/observability', 'server/audit/opening.ts'],
  'server/rest': ['config', 'database', 'server/http', 'server/identity', 'server/tenancy', 'server/observability'],
  // Describes the REST routes, so it reads them and they know nothing of it.
  'server/openapi': ['server/http', 'server/identity', 'server/rest'],
  server: ['config', 'database', ...server],
  // Tries what a tenant's request could, so it knows of the server nothing at all.
  prover: ['config', 'database'],
  // The worker answers no requests: of the server it may know the keys it makes and the way we log.
  worker: ['config', 'database', 'network', 'prover', 'server/identity/keys.ts', 'server/identity/sealer.ts', 'server/identity/single-use.ts', 'server/audit/values.ts', 'server/audit/statements.ts', 'server/audit/outside.ts', 'server/observability/logger.ts'],
  scripts: 'anything',
  bench: 'anything',
  tests: 'anything',
};

/** Nothing that runs in production may lean on these. */
const leaves = new Set(['scripts', 'bench', 'tests']);

/** Imports that break a rule, as `file:line message`. */
export function boundaryComplaints(): string[] {
  return filesBelow('.', '.ts').flatMap((file) => complaintsAboutImports(file, readSource(file)));
}

/** What is wrong with the imports of one file. */
export function complaintsAboutImports(file: string, text: string): string[] {
  if (!file.includes('/')) return [];
  const own = moduleOf(file);
  if (own === null) return [`${file}:1 has no row in scripts/check/boundaries.ts: say what this folder may import`];
  const allowed = modules[own];
  const complaints: string[] = [];
  for (const match of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)) {
    const target = posix.join(posix.dirname(file), match[1] ?? '');
    const other = moduleOf(target);
    if (other === null || other === own) continue;
    const place = `${file}:${lineAt(text, match.index)}`;
    if (allowed !== 'anything' && allowed !== undefined && !allowed.includes(other) && !allowed.includes(target)) {
      complaints.push(`${place} ${own} must not import from ${other} (${target})`);
    }
    if (leaves.has(other) && !leaves.has(own)) complaints.push(`${place} ${own} must not lean on ${other}`);
    const whole = own === 'tests' ? null : wholeOf(target);
    if (whole !== null) complaints.push(`${place} ${target} is an inside of ${whole}: import that`);
  }
  return complaints;
}

/** The longest row that is the file's folder or lies above it. */
function moduleOf(file: string): string | null {
  for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder)) {
    if (Object.hasOwn(modules, folder)) return folder;
  }
  return null;
}

function wholeOf(target: string): string | null {
  const parts = posix.basename(target, '.ts').split('-');
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const whole = posix.join(dirname(target), `${parts.slice(0, length).join('-')}.ts`);
    if (existsSync(join(root, whole))) return whole;
  }
  return null;
}
