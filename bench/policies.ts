/** How a policy asks for a permission: ours, one probe for each it names, against the whole set and other forms. */
import pg from 'pg';
import { laneRole, loginConfig } from '../database/logins.ts';
import { makeInstallation } from '../scripts/temporary-installation.ts';
import { portfolioSql } from './portfolio.ts';
import { compared, median } from './report.ts';
import type { Bench, Report, Result } from './report.ts';

const rows = 200_000;
const rounds = 9;
/** Statements in a sample, so that one takes milliseconds. */
const repeats = { scan: 1, portfolio: 50, change: 100 } as const;

/** The condition of a policy that asks for one permission. */
const forms = {
  probe: (permission: string) => `(select has_permission('${permission}'))`,
  set: (permission: string) => `'${permission}' = any ((select request_permissions())::text[])`,
  subquery: (permission: string) =>
    `(select exists (select from role_permissions where role_name = current_setting('tenantry.role', true) and permission = '${permission}'))`,
  'probe row by row': (permission: string) => `has_permission('${permission}')`,
} as const;
type Form = keyof typeof forms;

const workloads = {
  scan: { title: `count of ${rows.toLocaleString('en')} rows`, sql: 'select count(*) from licensees' },
  portfolio: { title: '20 brands with 5 agreements each', sql: portfolioSql },
  change: { title: 'change of one draft, whose policies name four permissions', sql: `update agreements set notes = 'n' where number = (select min(number) from agreements where status = 'draft')` },
} as const;
type Workload = keyof typeof workloads;

/** The bench. All forms take turns on the same rows, in one session of the tenant's lane. */
export const policiesBench: Bench = async (): Promise<Report> => {
  const installation = await makeInstallation();
  const owner = await installation.owner();
  try {
    await installation.provision(owner, 'aurora', 'demo');
    const { rows: [tenant] } = await owner.query<{ lane: number; role: string }>(
      `select lane, platform_private.tenant_role(id) as role from platform.tenants where id = 'aurora'`,
    );
    await owner.query(`set search_path = tenant_aurora, tenantry_shared, pg_temp`);
    await owner.query(`insert into licensees (name) select 'Licensee ' || n from generate_series(1, ${rows}) as n`);
    await owner.query(`create function tenantry_shared.request_permissions() returns text[] language sql stable parallel safe as
      'select array(select permission::text from role_permissions where role_name = current_setting(''tenantry.role'', true))'`);
    await owner.query('grant execute on function tenantry_shared.request_permissions() to public');
    await owner.query('analyze');
    const client = new pg.Client(loginConfig(installation.endpoint, laneRole('', tenant?.lane ?? 0), installation.masterKey));
    await client.connect();
    try {
      const samples = new Map<string, number[]>();
      for (let round = 0; round <= rounds; round += 1) {
        for (const form of Object.keys(forms) as Form[]) {
          await usePolicies(owner, forms[form]);
          for (const workload of Object.keys(workloads) as Workload[]) {
            const ms = await sample(client, tenant?.role ?? '', workload);
            // The first round only warms up.
            if (round > 0) samples.set(`${workload}/${form}`, [...(samples.get(`${workload}/${form}`) ?? []), ms]);
          }
        }
      }
      const at = (workload: Workload, form: Form) => median(samples.get(`${workload}/${form}`) ?? []);
      const others = (Object.keys(forms) as Form[]).filter((form) => form !== 'probe');
      const results = (Object.keys(workloads) as Workload[]).flatMap((workload): Result[] =>
        others.map((form) => compared(`${workloads[workload].title}: probe to ${form}`, at(workload, 'probe'), at(workload, form), 'ms', null)),
      );
      const { rows: [server] } = await owner.query<{ version: string }>(`select current_setting('server_version') as version`);
      return { config: { rows, rounds, postgres: server?.version ?? '', role: 'manager' }, results };
    } finally {
      await client.end();
    }
  } finally {
    await owner.end();
    await installation.remove();
  }
};

async function usePolicies(owner: pg.Client, may: (permission: string) => string): Promise<void> {
  for (const table of ['brands', 'licensees', 'agreements']) {
    await owner.query(`alter policy ${table}_read on ${table} using (${may(`${table}.read`)})`);
  }
  await owner.query(`alter policy agreements_change on agreements
    using (case status
      when 'draft' then ${may('agreements.write')} or ${may('agreements.submit')}
      when 'pending_approval' then ${may('approvals.decide')}
      when 'active' then ${may('agreements.terminate')}
      else false end)
    with check (case status
      when 'draft' then ${may('agreements.write')} or ${may('approvals.decide')}
      when 'pending_approval' then ${may('agreements.submit')}
      when 'active' then ${may('approvals.decide')}
      else ${may('agreements.terminate')} end)`);
}

/** @returns milliseconds for one statement, its plan kept and the envelope not counted */
async function sample(client: pg.Client, role: string, workload: Workload): Promise<number> {
  await client.query('begin');
  await client.query(
    `select set_config('role', $1, true), set_config('search_path', 'tenant_aurora, tenantry_shared, pg_temp', true),
            set_config('tenantry.role', 'manager', true), set_config('max_parallel_workers_per_gather', '0', true)`,
    [role],
  );
  const statement = { name: workload, text: workloads[workload].sql };
  await client.query(statement);
  const count = repeats[workload];
  const started = performance.now();
  for (let n = 0; n < count; n += 1) await client.query(statement);
  const ms = (performance.now() - started) / count;
  await client.query('rollback');
  return ms;
}
