/** A copy of the tree in which a fault can be planted, and a run of one test in it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestCluster } from '../harness/cluster.ts';
import { CLUSTER_VARIABLE } from '../harness/global-setup.ts';
import type { Edit, SqlEdit } from './patches.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where every test file gets its database. */
const HARNESS = 'tests/harness/database.ts';

export interface Copy {
  /** Plants a fault, runs its test, takes the fault away. @returns the titles of the tests that went red, and how many were green */
  run(test: string, titles: readonly string[], edits: readonly (Edit | SqlEdit)[]): Promise<{ readonly red: string[]; readonly green: number; readonly output: string }>;
  remove(): Promise<void>;
}

/** Copies what git knows or would take; packages are linked to. */
export async function copyTree(cluster: TestCluster): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-faults-'));
  await chmod(folder, 0o755);
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 1e8 });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await cp(join(root, file), join(folder, file)).catch((error: NodeJS.ErrnoException) => {
      // Removed and not committed yet.
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));

  return {
    async run(test, titles, edits) {
      const before = new Map<string, string>();
      const change = async (file: string, edit: (text: string) => string) => {
        const text = await readFile(join(folder, file), 'utf8');
        before.set(file, before.get(file) ?? text);
        await writeFile(join(folder, file), edit(text));
      };
      try {
        for (const edit of edits) {
          const inFile = 'file' in edit ? edit : replacement(edit);
          await change(inFile.file, (text) => planted(text, inFile));
        }
        return await runTest(folder, cluster, test, titles);
      } finally {
        for (const [file, text] of before) await writeFile(join(folder, file), text);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A text with the fault in it. @throws Error unless the place is there exactly once */
export function planted(text: string, { file, from, to }: Edit): string {
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`${file} has the place of the fault ${times} times: ${from}`);
  return text.replace(from, () => to);
}

/**
 * Replaces part of a function's definition in each database that a test file clones, as the function's owner, and in the list of what the control plane
 * has to be: a fault in the checkout stands there too, or no tenant would be let in and the test would see nothing.
 */
function replacement({ routine, from, to }: SqlEdit): Edit {
  const statement = `
set check_function_bodies = off;
do $fault$
declare
  v_sound constant text := pg_get_functiondef('${routine}'::regproc);
  v_faulty constant text := replace(v_sound, $from$${from}$from$, $to$${to}$to$);
  v_owner constant text := (select r.rolname from pg_proc p join pg_roles r on r.oid = p.proowner where p.oid = '${routine}'::regproc);
begin
  if v_sound = v_faulty then raise exception 'the place of the fault is not in ${routine}'; end if;
  execute format('set local role %I', v_owner);
  execute v_faulty;
  delete from platform_private.control_plane;
  insert into platform_private.control_plane select * from platform_private.describe_control_plane(replace(v_owner, 'tenantry_owner', '')) on conflict do nothing;
end
$fault$`;
  return { file: HARNESS, from: '  return database;\n', to: `  await database.withMigrator((client) => client.query(${JSON.stringify(statement)}));\n  return database;\n` };
}

interface VitestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

async function runTest(folder: string, cluster: TestCluster, test: string, titles: readonly string[]) {
  const report = join(folder, 'report.json');
  await rm(report, { force: true });
  const child = spawn(
    process.execPath,
    // Test files of a fault are not the suite: no coverage, and no question whether every SQL function was called.
    ['node_modules/vitest/vitest.mjs', 'run', test, '-t', titles.map((title) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), '--reporter=default', '--reporter=json', `--outputFile=${report}`],
    { cwd: folder, env: { ...process.env, NODE_ENV: 'test', [CLUSTER_VARIABLE]: JSON.stringify(cluster) }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  const text = await readFile(report, 'utf8').catch(() => '{"testResults":[]}');
  const results = (JSON.parse(text) as VitestReport).testResults;
  const ended = results.flatMap(({ assertionResults }) => assertionResults);
  return {
    red: ended.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    green: ended.filter(({ status }) => status === 'passed').length,
    output: `${results.map(({ message }) => message).join('\n')}\n${output}`,
  };
}
