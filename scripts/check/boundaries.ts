/**
 * Which module may use which. Four rules:
 *
 * 1. A folder is a module; `uses` names the modules (or single files of one) that it may import from.
 * 2. `thing-part.ts` beside `thing.ts` is an inside of `thing`: files of other folders import `thing.ts`. Not so in the console, whose
 *    files are named after what they show.
 * 3. Each folder below admin/features/ is a module of its own: what two of them need is moved to admin/components/.
 * 4. Chakra is drawn with in admin/components/ui/ and admin/theme/ alone.
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
  // The worker answers no requests: of the server it may know the keys it makes, what the trail is made of and the way we log.
  worker: ['config', 'database', 'network', 'prover', 'server/identity/keys.ts', 'server/identity/sealer.ts', 'server/identity/single-use.ts', 'server/audit/values.ts', 'server/audit/statements.ts', 'server/audit/outside.ts', 'server/audit/stated.ts', 'server/audit/verification.ts', 'server/observability/logger.ts'],
  // The console runs in browsers and knows the server by its APIs alone.
  'admin/theme': [],
  'admin/text': ['admin/session/problem.ts'],
  'admin/session': [],
  'admin/graphql': ['admin/session'],
  'admin/components/ui': ['admin/theme', 'admin/text'],
  'admin/components': ['admin/components/ui', 'admin/text', 'admin/session', 'admin/graphql'],
  // Of all of them; a feature never uses another.
  'admin/features': ['admin/components', 'admin/components/ui', 'admin/text', 'admin/session', 'admin/graphql'],
  'admin/app': ['admin/features', 'admin/components', 'admin/components/ui', 'admin/theme', 'admin/text', 'admin/session', 'admin/graphql'],
  admin: [],
  scripts: 'anything',
  bench: 'anything',
  tests: 'anything',
};

/** Nothing that runs in production may lean on these. */
const leaves = new Set(['scripts', 'bench', 'tests']);

/** Imports that break a rule, as `file:line message`. */
export function boundaryComplaints(): string[] {
  return [...filesBelow('.', '.ts'), ...filesBelow('.', '.tsx')].flatMap((file) => complaintsAboutImports(file, readSource(file)));
}

/** What is wrong with the imports of one file. */
export function complaintsAboutImports(file: string, text: string): string[] {
  if (!file.includes('/')) return [];
  const own = moduleOf(file);
  if (own === null) return [`${file}:1 has no row in scripts/check/boundaries.ts: say what this folder may import`];
  const allowed = modules[own];
  const complaints = complaintsAboutChakra(file, text);
  for (const match of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)) {
    const target = posix.join(posix.dirname(file), match[1] ?? '');
    const other = moduleOf(target);
    const place = `${file}:${lineAt(text, match.index)}`;
    const [feature, otherFeature] = [featureOf(file), featureOf(target)];
    if (feature !== null && otherFeature !== null && feature !== otherFeature) {
      complaints.push(`${place} feature ${feature} must not import from feature ${otherFeature}: move what both need to admin/components`);
    }
    if (other === null || other === own) continue;
    if (allowed !== 'anything' && allowed !== undefined && !allowed.includes(other) && !allowed.includes(target)) {
      complaints.push(`${place} ${own} must not import from ${other} (${target})`);
    }
    if (leaves.has(other) && !leaves.has(own)) complaints.push(`${place} ${own} must not lean on ${other}`);
    const whole = own === 'tests' || own.startsWith('admin') ? null : wholeOf(target);
    if (whole !== null) complaints.push(`${place} ${target} is an inside of ${whole}: import that`);
  }
  return complaints;
}

/** The folder below admin/features/ that a file is in. */
function featureOf(file: string): string | null {
  return /^admin\/features\/([^/]+)\//.exec(file)?.[1] ?? null;
}

function complaintsAboutChakra(file: string, text: string): string[] {
  if (!file.startsWith('admin/') || file.startsWith('admin/components/ui/') || file.startsWith('admin/theme/') || file === 'admin/vite.config.ts') return [];
  const at = text.search(/from '(?:@chakra-ui|@ark-ui|@emotion|chakra-theme)\b/);
  return at === -1 ? [] : [`${file}:${lineAt(text, at)} only admin/components/ui and admin/theme draw with Chakra: put a component there`];
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
