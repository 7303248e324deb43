/** What the audit trail costs: changes over the API and in SQL with it and without, sealing, and verifying what is sealed. */
import { readFile } from 'node:fs/promises';
import autocannon from 'autocannon';
import pg from 'pg';
import { fixedRole, loginConfig } from '../database/logins.ts';
import { localSealer } from '../server/identity/sealer.ts';
import { makeInstallation } from '../scripts/temporary-installation.ts';
import { createSealing } from '../worker/sealing.ts';
import { signIn } from './graphql.ts';
import { startOurServer, startOurWorker, startServer, serverEnvironment } from './processes.ts';
import { inTurns, median, single } from './report.ts';
import type { Bench, Report, Result } from './report.ts';
import type { Installation } from '../scripts/temporary-installation.ts';

const rounds = 60;
const starts = 4;
const seconds = 1;
const connections = 16;
const sqlRows = 2_000;
const sealed = 1_000_000;
const sampled = 20_000;
const audited = 'audited';
const control = 'control';

/** The bench: two tenants with the demo portfolio, one of them on a server that keeps no trail and without the triggers that write it. */
export const auditBench: Bench = async (): Promise<Report> => {
  const installation = await makeInstallation();
  const owner = await installation.owner();
  try {
    for (const id of [audited, control]) await installation.provision(owner, id, 'demo');
    const triggers = await dropTriggers(owner, control);
    const results = [...(await overTheApi(installation)), ...(await inSql(owner)), ...(await sealing(installation, owner)), ...(await verifying(owner))];
    const { rows } = await owner.query<{ version: string }>(`select current_setting('server_version') as version`);
    return {
      config: { rounds, starts, seconds, connections, triggers, sealed, postgres: rows[0]?.version ?? '', node: process.version, mode: 'batched', fsync: true },
      results,
    };
  } finally {
    await owner.end();
    await installation.remove();
  }
};

/** Takes the trail out of a tenant's tables. @returns how many triggers there were */
async function dropTriggers(owner: pg.Client, id: string): Promise<number> {
  const { rows } = await owner.query<{ statement: string }>(
    `select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass) as statement
       from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
      where c.relnamespace = $1::regnamespace and p.pronamespace = 'audit'::regnamespace and not t.tgisinternal`,
    [`tenant_${id}`],
  );
  for (const { statement } of rows) await owner.query(statement);
  if (rows.length === 0) throw new Error('the tenant has no trail to take away');
  return rows.length;
}

interface Change {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What the changes are about. */
interface Portfolio {
  /** With those that the bench makes: sixteen people don't all describe the same twenty. */
  readonly brands: string[];
  readonly licensees: readonly string[];
}

let made = 0;

/** The work of somebody who licenses, in turn: a brand, a licensee, an agreement of both, a brand described anew. */
function licensing({ brands, licensees }: Portfolio): Change {
  made += 1;
  const name = `Bench ${made}`;
  const one = (ids: readonly string[]): string => ids[made % ids.length] ?? '';
  switch (made % 4) {
    case 0:
      return {
        query: 'mutation ($brand: BrandInput!) { createBrand(input: {brand: $brand}) { brand { rowId } } }',
        variables: { brand: { name, category: 'toys', description: 'Made by a bench.' } },
      };
    case 1:
      return {
        query: 'mutation ($licensee: LicenseeInput!) { createLicensee(input: {licensee: $licensee}) { licensee { rowId } } }',
        variables: { licensee: { name, country: 'DE', contactEmail: `bench-${made}@licensee.example` } },
      };
    case 2:
      return {
        query: 'mutation ($agreement: AgreementInput!) { createAgreement(input: {agreement: $agreement}) { agreement { rowId status } } }',
        variables: {
          agreement: {
            number: `BENCH-${made}`, brandId: one(brands), licenseeId: one(licensees), territories: ['DE', 'FR'], productCategories: ['toys'],
            startsOn: '2030-01-01', endsOn: '2032-12-31', royaltyRate: '8.5', minimumGuarantee: '25000', currency: 'EUR',
          },
        },
      };
    default:
      return {
        query: 'mutation ($id: UUID!, $patch: BrandPatch!) { updateBrand(input: {rowId: $id, patch: $patch}) { brand { rowId } } }',
        variables: { id: one(brands), patch: { description: `Described for the ${made}th time.` } },
      };
  }
}

/** The smallest change there is: a row of two texts that nothing else refers to. */
function smallest(): Change {
  made += 1;
  return {
    query: 'mutation ($name: String!) { createRole(input: {role: {name: $name, description: "Made by a bench."}}) { role { name } } }',
    variables: { name: `bench_${made}` },
  };
}

const mixes = [
  { role: 'manager', next: licensing, what: 'changes/s over the API, with the trail to without', target: '>= 0.9' },
  { role: 'admin', next: smallest, what: 'the smallest changes/s over the API, with the trail to without', target: null },
] as const;

/** Servers are started anew several times: how well the optimizer hits it off with a process is worth some hundredths, for as long as that lives. */
async function overTheApi(installation: Installation): Promise<Result[]> {
  const rates = mixes.map(() => ({ with: [] as number[], without: [] as number[] }));
  for (let start = 0; start < starts; start += 1) {
    const worker = await startOurWorker(installation);
    const ours = await startOurServer(installation);
    const without = await startServer('server-without-trail.ts', '/readyz', serverEnvironment(installation));
    await worker.stop();
    try {
      for (const [index, { role, next }] of mixes.entries()) {
        const contender = async (url: string, id: string, into: number[] = []) => {
          const token = await signIn(url, id, role);
          const portfolio = await portfolioOf(url, token);
          return { change: () => next(portfolio), portfolio, url, token, into };
        };
        const contenders = [await contender(ours.url, audited, rates[index]?.with), await contender(without.url, control, rates[index]?.without)];
        for (const each of [...contenders, ...contenders]) await load(each);
        for (let round = 0; round < rounds / starts; round += 1) {
          for (const each of round % 2 === 0 ? contenders : contenders.toReversed()) each.into.push(await load(each));
        }
      }
    } finally {
      await without.stop();
      await ours.stop();
    }
  }
  return mixes.map(({ what, target }, index) => inTurns(what, rates[index]?.with ?? [], rates[index]?.without ?? [], '1/s', target));
}

async function portfolioOf(url: string, token: string): Promise<Portfolio> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ brands(first: 20) { nodes { rowId } } licensees(first: 20) { nodes { rowId } } }' }),
  });
  const { data } = (await response.json()) as { data: Readonly<Record<'brands' | 'licensees', { nodes: readonly { rowId: string }[] }>> };
  return { brands: data.brands.nodes.map(({ rowId }) => rowId), licensees: data.licensees.nodes.map(({ rowId }) => rowId) };
}

interface Contender {
  readonly url: string;
  readonly token: string;
  readonly portfolio: Portfolio;
  readonly change: () => Change;
}

async function load({ url, token, portfolio, change }: Contender): Promise<number> {
  const result = await autocannon({
    url: `${url}/graphql`,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        setupRequest: (request) => ({ ...request, body: JSON.stringify(change()) }),
        onResponse: (status, body) => {
          if (status !== 200 || body.includes('"errors"')) throw new Error(`${url}: ${status} ${body}`);
          const brand = /"createBrand":\{"brand":\{"rowId":"([^"]+)"/.exec(body)?.[1];
          if (brand !== undefined) portfolio.brands.push(brand);
        },
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.total / result.duration;
}

/** Rows inserted by the owner, one statement and one transaction each, and by the thousand in one statement. */
async function inSql(owner: pg.Client): Promise<Result[]> {
  const one = { [audited]: [] as number[], [control]: [] as number[] };
  const many = { [audited]: [] as number[], [control]: [] as number[] };
  const measure = async (id: typeof audited | typeof control): Promise<void> => {
    const insert = `insert into tenant_${id}.roles (name, description) `;
    let started = performance.now();
    for (let n = 0; n < sqlRows / 10; n += 1) {
      made += 1;
      await owner.query(`${insert} values ($1, 'Made by a bench.')`, [`bench_${made}`]);
    }
    one[id].push((sqlRows / 10 / (performance.now() - started)) * 1_000);
    started = performance.now();
    await owner.query(`${insert} select 'bench_' || $1 || '_' || n, 'Made by a bench.' from generate_series(1, $2::int) n`, [(made += 1), sqlRows]);
    many[id].push((sqlRows / (performance.now() - started)) * 1_000);
  };
  for (let round = 0; round < rounds; round += 1) {
    await measure(round % 2 === 0 ? audited : control);
    await measure(round % 2 === 0 ? control : audited);
  }
  return [
    inTurns('rows/s in SQL, a transaction each, with the trigger to without', one[audited], one[control], '1/s', null),
    inTurns(`rows/s in SQL, ${sqlRows} a statement, with the trigger to without`, many[audited], many[control], '1/s', null),
  ];
}

/** Seals what the rounds before have left, and as many calls as a busy server makes in a while. */
async function sealing(installation: Installation, owner: pg.Client): Promise<Result[]> {
  const pool = new pg.Pool({ ...loginConfig(installation.endpoint, fixedRole('', 'tenantry_worker'), installation.masterKey), max: 1 });
  const seal = createSealing(pool, localSealer(installation.masterKey));
  try {
    const time = async (): Promise<number> => {
      const started = performance.now();
      const count = await seal.seal();
      return (count / (performance.now() - started)) * 1_000;
    };
    const changes = await time();
    await owner.query(
      `insert into audit.buffer (source, action, tenant_id, actor, actor_role, session_id, request_id, detail)
       select 'server', 'call.query', $1, 'user:' || gen_random_uuid(), 'manager', gen_random_uuid(), gen_random_uuid(),
              jsonb_build_object('operation', 'Overview', 'fields', array['brands'], 'rows', 20, 'ms', 3.1)
         from generate_series(1, $2::int)`,
      [audited, sampled],
    );
    const calls = await time();
    return [single('calls sealed/s', calls, '1/s'), single('changes with encrypted values sealed/s', changes, '1/s')];
  } finally {
    await pool.end();
  }
}

/** Fills a chain with events as sealing writes them, in one statement: their hashes are what audit.verify recomputes. */
async function verifying(owner: pg.Client): Promise<Result[]> {
  await owner.query('set max_parallel_workers_per_gather = 0');
  await owner.query(fill);
  await owner.query('vacuum analyze audit.events');
  const [backend] = (await owner.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
  const pid = backend?.pid ?? 0;
  const rates: number[] = [];
  const cpuRates: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const cpu = await cpuMs(pid);
    const started = performance.now();
    const { rows } = await owner.query<{ events: string; first_bad: string | null }>(`select events, first_bad from audit.verify('bench_chain')`);
    const [verdict] = rows;
    if (Number(verdict?.events) !== sealed || verdict?.first_bad !== null) throw new Error(`the chain does not hold: ${JSON.stringify(verdict)}`);
    rates.push((sealed / (performance.now() - started)) * 1_000);
    cpuRates.push((sealed / ((await cpuMs(pid)) - cpu)) * 1_000);
  }
  return [
    single('events verified per second of one core', median(cpuRates), '1/s', '>= 200000'),
    single('events verified/s by the clock, beside whatever else ran', median(rates), '1/s'),
  ];
}

/** What a process has used of processors, in milliseconds (Linux: proc_pid_stat(5), in ticks of 10 ms); elsewhere the clock. */
async function cpuMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return performance.now();
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const fill = `
do $$
declare
  v_event audit.events;
  v_hash bytea := decode(repeat('00', 32), 'hex');
begin
  perform platform.create_tenant('bench_chain', 'bench_chain');
  v_event.chain := 'bench_chain';
  v_event.retention := '1y';
  v_event.source := 'server';
  v_event.action := 'call.query';
  v_event.outcome := 'ok';
  v_event.actor_role := 'manager';
  for n in 1 .. ${sealed} loop
    v_event.seq := n;
    v_event.at := now() - interval '1 hour' + n * interval '1 millisecond';
    v_event.actor := 'user:' || md5(n::text)::uuid;
    v_event.session_id := md5('s' || n)::uuid;
    v_event.request_id := md5('r' || n)::uuid;
    v_event.detail := '{"operation": "Overview", "fields": ["brands"], "rows": 20, "ms": 3.1}';
    v_event.hash := sha256(v_hash || audit.event_bytes(v_event));
    v_hash := v_event.hash;
    insert into audit.events select v_event.*;
  end loop;
  insert into audit.heads (chain, seq, hash) values ('bench_chain', ${sealed}, v_hash);
end
$$`;
