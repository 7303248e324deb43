/** How long a server takes to be ready, with many tenants and with one. */
import { makeInstallation } from '../scripts/temporary-installation.ts';
import { startOurServer, startOurWorker } from './processes.ts';
import { compared, median, single } from './report.ts';
import type { Bench, Report } from './report.ts';
import type { Installation } from '../scripts/temporary-installation.ts';

const standardTenants = 2_000;
const rounds = 7;

/** The bench: two clusters of their own, since roles are shared by a cluster; starts are interleaved. */
export const startupBench: Bench = async ({ tenants = standardTenants }): Promise<Report> => {
  const many = await filled(tenants);
  const one = await filled(1);
  const workers = await Promise.all([many, one].map(startOurWorker));
  const figures = { many: [] as number[], one: [] as number[] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      figures.many.push(await readyMs(many));
      figures.one.push(await readyMs(one));
    }
    const oursMs = median(figures.many);
    return {
      config: { tenants, rounds, node: process.version, counted: 'process start until /readyz answers 200' },
      results: [
        compared(`ready with ${tenants} tenants to ready with 1`, oursMs, median(figures.one), 'ms', '<= 1.2'),
        single(`ready with ${tenants} tenants`, oursMs, 'ms', '<= 2500'),
      ],
    };
  } finally {
    for (const worker of workers) await worker.stop();
    await many.remove();
    await one.remove();
  }
};

async function filled(tenants: number): Promise<Installation> {
  const installation = await makeInstallation();
  const owner = await installation.owner();
  for (let n = 0; n < tenants; n += 1) await installation.provision(owner, `t${n}`);
  await owner.end();
  return installation;
}

async function readyMs(installation: Installation): Promise<number> {
  const server = await startOurServer(installation);
  await server.stop();
  return server.readyMs;
}
