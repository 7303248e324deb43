/** Provisioning against the same DDL sent by psql, one statement after the other in one transaction. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTenantStream } from '../database/tenant-stream.ts';
import { makeInstallation } from '../scripts/temporary-installation.ts';
import { compared, median, single } from './report.ts';
import type { Bench, Report } from './report.ts';
import type { Installation } from '../scripts/temporary-installation.ts';

const standardTenants = 2_000;
/** Raw schemas made beside ours: enough for a median, few enough not to fill the catalogs with strangers. */
const rawSamples = 200;
const edge = 100;
/** Of the raw samples, as many as fall among a hundred of ours. */
const rawEdge = 10;

/** The bench. The baseline runs in one psql that stays open: its start and log-in are not counted. */
export const provisionBench: Bench = async ({ tenants = standardTenants }): Promise<Report> => {
  const installation = await makeInstallation();
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-psql-'));
  const owner = await installation.owner();
  const psql = await openPsql(installation, folder);
  const { baseline } = await readTenantStream();
  const every = Math.max(1, Math.floor(tenants / Math.min(rawSamples, tenants)));
  const ours: number[] = [];
  const raw: number[] = [];
  const fingerprints: number[] = [];
  try {
    for (let n = 0; n < tenants; n += 1) {
      const id = `t${n}`;
      await owner.query('select platform.create_tenant($1, $1)', [id]);
      const started = performance.now();
      const { rows } = await owner.query<{ status: string; error: string; steps: { name: string; ms: number }[] }>(
        'select status, error, steps from platform.provision_tenant($1)',
        [id],
      );
      ours.push(performance.now() - started);
      const run = rows[0];
      if (run?.status !== 'running') throw new Error(`tenant ${id}: ${run?.error}`);
      fingerprints.push(run.steps.find((step) => step.name === 'fingerprint')?.ms ?? Number.NaN);
      if (n % every === 0) raw.push(await psql.run(rawScript(`raw_${n}`, baseline)));
    }
    const { rows } = await owner.query<{ version: string }>(`select current_setting('server_version') as version`);
    return {
      config: {
        tenants,
        rawSamples: raw.length,
        postgres: rows[0]?.version ?? '',
        fsync: true,
        baseline: `${psql.version}, same DDL from a file, one transaction`,
      },
      results: [
        compared('one tenant, fingerprint check included', median(ours), median(raw), 'ms', '<= 0.9'),
        compared(
          `last ${edge} tenants to first ${edge}`,
          median(ours.slice(-edge)),
          median(ours.slice(0, edge)),
          'ms',
          '<= 1.25',
        ),
        compared(
          `the same growth for psql, last ${rawEdge} to first ${rawEdge}`,
          median(raw.slice(-rawEdge)),
          median(raw.slice(0, rawEdge)),
          'ms',
          null,
        ),
        single('of which fingerprint check', median(fingerprints), 'ms'),
      ],
    };
  } finally {
    psql.close();
    await owner.end();
    await rm(folder, { recursive: true });
    await installation.remove();
  }
};

/** What provision_tenant does, as a script: role, lane, schema, everything in it. */
function rawScript(id: string, baseline: string): string {
  const role = `tenant_${id}`;
  return [
    'begin;',
    'set local role tenantry_provisioner;',
    `create role ${role} nologin noinherit nocreaterole nocreatedb;`,
    `grant ${role} to tenantry_lane_00 with inherit false, set true, admin false;`,
    'set local role tenantry_owner;',
    `create schema tenant_${id};`,
    `grant usage on schema tenant_${id} to ${role};`,
    `set local search_path = tenant_${id}, tenantry_shared, pg_temp;`,
    baseline.replaceAll(':TENANT', role).replaceAll(':SCHEMA', `tenant_${id}`),
    'commit;',
  ].join('\n');
}

async function openPsql({ url }: Installation, folder: string) {
  const psql = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<never>((_resolve, reject) => {
    psql.once('error', (error) => {
      reject(new Error('The baseline needs psql: install the package postgresql-client.', { cause: error }));
    });
    psql.once('exit', (code) => reject(new Error(`psql ended (${code})`)));
  });
  ended.catch(() => undefined);
  let answers = '';
  psql.stdout.setEncoding('utf8').on('data', (text: string) => (answers += text));
  const ask = async (command: string, mark: string): Promise<string> => {
    answers = '';
    psql.stdin.write(`${command}\n\\echo ${mark}\n`);
    while (!answers.includes(mark)) await Promise.race([once(psql.stdout, 'data'), ended]);
    return answers;
  };
  const version = (await ask('\\echo psql :VERSION_NAME', 'asked')).split('\n')[0] ?? 'psql';
  let count = 0;
  return {
    version,
    async run(script: string): Promise<number> {
      count += 1;
      const file = join(folder, `${count}.sql`);
      await writeFile(file, script);
      const started = performance.now();
      await ask(`\\i ${file}`, `ran-${count}.`);
      return performance.now() - started;
    },
    close(): void {
      psql.stdin.end();
    },
  };
}
