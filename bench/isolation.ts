/**
 * Random operations of many tenants at once, over HTTP and on their lanes, while sessions are killed, pools are churned, tenants suspended and
 * resumed and keys changed: every byte of every answer is searched for another tenant's stamp, and at last everything that is stored.
 */
import { createLanes } from '../database/lanes.ts';
import type { Database } from '../database/lanes.ts';
import { makeInstallation } from '../scripts/temporary-installation.ts';
import type { Installation } from '../scripts/temporary-installation.ts';
import { makeTrouble } from './isolation-chaos.ts';
import { createHttpDriver } from './isolation-http.ts';
import type { HttpDriver } from './isolation-http.ts';
import { envelopeFor, laneBatch, textOf } from './isolation-lane.ts';
import type { Subject } from './isolation-lane.ts';
import { stampTenant, sweepTenant } from './isolation-stamps.ts';
import { addToTotals, createTally, noteAnswer } from './isolation-tally.ts';
import type { Tally } from './isolation-tally.ts';
import { startOurServer, startOurWorker } from './processes.ts';
import { counted } from './report.ts';
import type { Bench, Report } from './report.ts';

/** Few lanes, so that every lane is shared by several tenants: that is where a mistake would show. */
const LANES = 4;
const STANDARD_TENANTS = 12;
const STANDARD_OPERATIONS = 200_000;
/** Callers at once, of the lanes and of HTTP. */
const LANE_CALLERS = 16;
const HTTP_CALLERS = 12;
/** Connections that are replaced after a few tenants or requests: each replacement is a chance to keep something. */
const CHURN = { connections: 3, waitTimeoutMs: 5_000, waitersPerTenant: 100, tenantsPerConnection: 3, usesPerConnection: 200 };
const SHOWN = 20;

/** The bench. Fails when a foreign value was seen, when nothing of a tenant's own was, and when the search finds no planted one. */
export const isolationBench: Bench = async ({ tenants = STANDARD_TENANTS, operations = STANDARD_OPERATIONS, totals }): Promise<Report> => {
  const installation = await makeInstallation(LANES);
  const subjects = await makeSubjects(installation, Math.max(2, tenants));
  const worker = await startOurWorker(installation);
  const server = await startOurServer(installation);
  const database = createLanes({ endpoint: installation.endpoint, masterKey: installation.masterKey, prefix: '', lanes: LANES, lane: CHURN, operators: CHURN });
  const http = createHttpDriver(server.url, subjects);
  const stopping = new AbortController();
  // Ctrl+C and kill end the run, not the counting.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  try {
    const blind = await blindSpots(database, http, subjects);
    const tally = createTally();
    const started = performance.now();
    const done = (): boolean => stopping.signal.aborted || tally.operations >= operations;
    const until = async (work: () => Promise<void>): Promise<void> => {
      while (!done()) await work();
    };
    const trouble = makeTrouble(installation, subjects, tally, stopping.signal);
    await Promise.all([
      ...Array.from({ length: LANE_CALLERS }, () => until(() => laneBatch(database, tally, subjects))),
      ...Array.from({ length: HTTP_CALLERS }, () => until(() => http.operate(tally))),
    ]);
    const seconds = (performance.now() - started) / 1_000;
    stopping.abort();
    await trouble;
    const stored = await sweep(installation, subjects, tally);
    const replaced = database.stats().lanes.reduce((sum, { recycled }) => sum + recycled, 0);
    const sum = totals === undefined ? null : await addToTotals(totals, tally);
    return report(tally, { tenants: subjects.length, seconds, replaced, stored, blind, sum });
  } finally {
    http.close();
    await database.close();
    await server.stop();
    await worker.stop();
    await installation.remove();
  }
};

/** Tenants whose every text carries their stamp. */
async function makeSubjects(installation: Installation, count: number): Promise<Subject[]> {
  const owner = await installation.owner();
  const subjects: Subject[] = [];
  try {
    for (let n = 0; n < count; n += 1) {
      const id = `stamped_${n}`;
      await installation.provision(owner, id, 'demo');
      await stampTenant(owner, id);
      const { rows: [found] } = await owner.query<{ lane: number; version: number; brands: string[]; agreements: string[] }>(
        `select lane, schema_version as version, array(select id::text from tenant_${id}.brands) as brands,
                array(select id::text from tenant_${id}.agreements) as agreements from platform.tenants where id = $1`,
        [id],
      );
      if (found === undefined) throw new Error(`there is no ${id}`);
      const { lane, version, brands, agreements } = found;
      const nodes = (kind: string, ids: readonly string[]) => ids.map((row) => Buffer.from(JSON.stringify([kind, row])).toString('base64'));
      subjects.push({
        route: { id, status: 'active', lane, role: `tenant_${id}`, schema: `tenant_${id}`, schemaVersion: version },
        brands,
        agreements,
        nodeIds: [...nodes('brands', brands), ...nodes('agreements', agreements)],
      });
    }
  } finally {
    await owner.end();
  }
  return subjects;
}

/**
 * Plants foreign values where the bench has to find them: a cache without the tenant in its key, an envelope of the rival's, a rival's token.
 * @returns the ways on which it found none
 */
async function blindSpots(database: Database, http: HttpDriver, subjects: readonly Subject[]): Promise<string[]> {
  const [own, rival] = subjects;
  if (own === undefined || rival === undefined) throw new Error('two tenants are needed');
  const text = 'select name from brands order by name limit 3';
  const query = '{ brands(first: 3) { nodes { name } } }';
  const read = async (subject: Subject) =>
    await database.withClient(envelopeFor(subject, 'read'), async (client) => textOf((await client.query<Record<string, unknown>>({ text })).rows));
  const shared = new Map<string, string>();
  const throughCache = async (subject: Subject) => {
    const answer = shared.get(text) ?? (await read(subject));
    shared.set(text, answer);
    return answer;
  };
  await throughCache(rival);
  const planted: readonly (readonly [string, string])[] = [
    ['a cache without the tenant in its key', await throughCache(own)],
    ['the rival’s path and role', await read(rival)],
    ['the rival’s token', await http.ask(rival.route.id, query)],
  ];
  return planted.flatMap(([way, answer]) => {
    const control = createTally();
    noteAnswer(control, way, own.route.id, text, answer);
    return control.sightings.length === 0 ? [way] : [];
  });
}

/** Looks through everything that is stored. @returns how many stamps of their own the tenants hold */
async function sweep(installation: Installation, subjects: readonly Subject[], tally: Tally): Promise<number> {
  const owner = await installation.owner();
  let stored = 0;
  try {
    for (const { route } of subjects) {
      const { own, foreign } = await sweepTenant(owner, route.id);
      stored += own;
      for (const rival of foreign) tally.sightings.push({ surface: 'stored', tenant: route.id, rival, operation: 'what is stored at the end' });
    }
  } finally {
    await owner.end();
  }
  return stored;
}

interface Circumstances {
  readonly tenants: number;
  readonly seconds: number;
  readonly replaced: number;
  readonly stored: number;
  readonly blind: readonly string[];
  readonly sum: { readonly runs: number; readonly operations: number; readonly foreign: number } | null;
}

function report(tally: Tally, { tenants, seconds, replaced, stored, blind, sum }: Circumstances): Report {
  const list = (title: string, counts: ReadonlyMap<string, number>) =>
    [...counts].toSorted(([one], [two]) => one.localeCompare(two)).map(([key, count]) => counted(`${title}: ${key}`, count, ''));
  const failed = [
    ...tally.sightings.slice(0, SHOWN).map(({ surface, tenant, rival, operation }) => `${surface}: ${tenant} saw ${rival} by ${operation}`),
    ...blind.map((way) => `nothing was found by way of ${way}, where something was planted`),
    ...(tally.own === 0 ? ['no answer held a value of its own tenant'] : []),
  ];
  return {
    config: { tenants, lanes: LANES, seconds: Math.round(seconds), postgres: 'embedded', node: process.version },
    results: [
      counted('foreign values', tally.sightings.length, `of ${tally.operations} operations`, '= 0'),
      counted('operations a second', Math.round(tally.operations / seconds), '1/s'),
      counted('answers with a value of their own', tally.own, ''),
      counted('characters searched', tally.bytes, ''),
      counted('own stamps stored at the end', stored, ''),
      counted('planted foreign values found', 3 - blind.length, 'of 3', '= 3'),
      ...list('operations', tally.surfaces),
      ...list('ended otherwise', tally.failures),
      ...list('meanwhile', tally.chaos),
      counted('meanwhile: connections of the bench replaced as worn', replaced, ''),
      ...(sum === null ? [] : [counted(`foreign values of all ${sum.runs} runs`, sum.foreign, `of ${sum.operations} operations`, '= 0')]),
    ],
    failed,
  };
}
