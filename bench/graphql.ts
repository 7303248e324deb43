/** The generated GraphQL API beside a hand-written handler and beside pgbench, interleaved in one run. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import { laneRole, loginConfig } from '../database/logins.ts';
import { makeInstallation, benchPassword } from '../scripts/temporary-installation.ts';
import { portfolioQuery, portfolioSql } from './portfolio.ts';
import { startOurServer, startOurWorker, startServer } from './processes.ts';
import { compared, median, single } from './report.ts';

import type { Bench, Report } from './report.ts';
import type { Installation } from '../scripts/temporary-installation.ts';

const rounds = 7;
const seconds = 4;
const connections = 16;
const tenantId = 'bench';

/** The bench: one tenant with the demo portfolio, 16 connections of load, all three warmed before the first round. */
export const graphqlBench: Bench = async (): Promise<Report> => {
  const installation = await makeInstallation();
  const owner = await installation.owner();
  await installation.provision(owner, tenantId, 'demo');
  const { rows } = await owner.query<{ lane: number; version: string }>(
    `select lane, current_setting('server_version') as version from platform.tenants`,
  );
  await owner.end();
  const lane = rows[0]?.lane ?? 0;
  const worker = await startOurWorker(installation);
  const ours = await startOurServer(installation);
  await worker.stop();
  const login = loginConfig(installation.endpoint, laneRole('', lane), installation.masterKey);
  const hand = await startServer('hand-written.ts', '/readyz', {
    BENCH_LOGIN: JSON.stringify(login),
    BENCH_ROLE: `tenant_${tenantId}`,
    BENCH_PATH: `tenant_${tenantId}, tenantry_shared, pg_temp`,
    NODE_ENV: 'production',
  });
  try {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await signIn(ours.url, tenantId, 'manager')}` };
    const body = JSON.stringify({ query: portfolioQuery });
    await sameAnswer(`${ours.url}/graphql`, `${hand.url}/portfolio`, headers, body);
    const contenders = {
      ours: () => load(`${ours.url}/graphql`, headers, body),
      hand: () => load(`${hand.url}/portfolio`, headers, body),
      pgbench: () => pgbench(installation, lane),
    };
    const figures = { ours: [] as Load[], hand: [] as Load[], pgbench: [] as Load[] };
    for (const contend of Object.values(contenders)) await contend();
    for (let round = 0; round < rounds; round += 1) {
      figures.ours.push(await contenders.ours());
      figures.hand.push(await contenders.hand());
      figures.pgbench.push(await contenders.pgbench());
    }
    const rps = (loads: Load[]): number => median(loads.map((entry) => entry.perSecond));
    return {
      config: {
        rounds,
        seconds,
        connections,
        postgres: rows[0]?.version ?? '',
        node: process.version,
        token: 'verified',
        audit: 'batched',
      },
      results: [
        compared('requests/s to hand-written', rps(figures.ours), rps(figures.hand), '1/s', '>= 0.95'),
        compared('requests/s to pgbench', rps(figures.ours), rps(figures.pgbench), '1/s', '>= 0.45'),
        compared(
          'p99 to hand-written, at saturation',
          median(figures.ours.map((entry) => entry.p99)),
          median(figures.hand.map((entry) => entry.p99)),
          'ms',
          null,
        ),
        single('spread of ours, slowest to fastest round', spread(figures.ours), '×'),
        single('spread of hand-written', spread(figures.hand), '×'),
      ],
    };
  } finally {
    await hand.stop();
    await ours.stop();
    await installation.remove();
  }
};

interface Load {
  readonly perSecond: number;
  readonly p99: number;
}

function spread(loads: readonly Load[]): number {
  const figures = loads.map((entry) => entry.perSecond);
  return Math.min(...figures) / Math.max(...figures);
}

/** Signs in to a tenant of the template demo, as its user of a role. @returns the access token */
export async function signIn(url: string, tenant: string, role: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/tenants/${tenant}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${role}@${tenant}.example`, password: benchPassword }),
  });
  const answer: unknown = await response.json();
  if (typeof answer !== 'object' || answer === null || !('accessToken' in answer)) throw new Error('sign-in failed');
  return String(answer.accessToken);
}

/** A ratio between different answers would say nothing. */
async function sameAnswer(ours: string, hand: string, headers: Record<string, string>, body: string): Promise<void> {
  const [a, b] = await Promise.all(
    [ours, hand].map(async (url) => JSON.stringify(await (await fetch(url, { method: 'POST', headers, body })).json())),
  );
  if (a !== b) throw new Error(`the contenders answer differently:\n${a?.slice(0, 400)}\n${b?.slice(0, 400)}`);
}

async function load(url: string, headers: Record<string, string>, body: string): Promise<Load> {
  const result = await autocannon({ url, method: 'POST', headers, body, connections, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return { perSecond: result.requests.total / result.duration, p99: result.latency.p99 };
}

/** The same SQL in the same envelope, with no Node between: prepared, 16 clients, two threads. */
async function pgbench({ endpoint, masterKey }: Installation, lane: number): Promise<Load> {
  const login = loginConfig(endpoint, laneRole('', lane), masterKey);
  const file = join(tmpdir(), `tenantry-pgbench-${process.pid}.sql`);
  await writeFile(
    file,
    [
      'begin read only;',
      `select set_config('role', 'tenant_${tenantId}', true), set_config('search_path', 'tenant_${tenantId}, tenantry_shared, pg_temp', true), set_config('tenantry.role', 'manager', true);`,
      `${portfolioSql.replaceAll('\n', ' ')};`,
      'commit;',
    ].join('\n'),
  );
  const { stdout } = await promisify(execFile)(
    'pgbench',
    ['-n', '-M', 'prepared', '-c', String(connections), '-j', '2', '-T', String(seconds), '-f', file, endpoint.database],
    {
      env: {
        PATH: process.env['PATH'],
        PGHOST: endpoint.host,
        PGPORT: String(endpoint.port),
        PGUSER: login.user,
        PGPASSWORD: String(login.password),
      },
    },
  );
  const tps = /tps = ([\d.]+)/.exec(stdout)?.[1];
  if (tps === undefined) throw new Error('pgbench said nothing of tps');
  return { perSecond: Number(tps), p99: Number.NaN };
}
