/** Operations through the envelope on a tenant's lane: what the server does below HTTP, without HTTP's cost. */
import { tenantEnvelope } from '../database/envelope.ts';
import type { Access, TenantRoute } from '../database/envelope.ts';
import { sqlstateOf } from '../database/failures.ts';
import type { Database } from '../database/lanes.ts';
import type { ScopedClient, Statement } from '../database/scope.ts';
import { stampOf } from './isolation-stamps.ts';
import { noteAnswer, noteFailure } from './isolation-tally.ts';
import type { Tally } from './isolation-tally.ts';

/** A tenant of the bench: where it is, and ids that are its own. */
export interface Subject {
  readonly route: TenantRoute;
  readonly brands: readonly string[];
  readonly agreements: readonly string[];
  /** The globally unique ids of GraphQL. */
  readonly nodeIds: readonly string[];
}

export const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

/** Statements sent without waiting for each other: of one transaction, and with an envelope each. */
const STATEMENTS = { write: 150, read: 24 } as const;
/** Of a hundred batches, so many have a time limit that cuts them off in the middle. */
const CUT_PERCENT = 1;

const READS: readonly string[] = [
  'select name, description, category, trademark_number from brands where id = $1',
  'select name, description from brands order by name limit 5',
  'select b.name, a.number, a.notes, l.name as licensee from agreements a join brands b on b.id = a.brand_id join licensees l on l.id = a.licensee_id where a.brand_id = $1',
  `select count(*)::text, min(name), max(name), string_agg(name, ',') from licensees`,
  'select number, notes from agreements where brand_id = $1',
];

/** The envelope of a user who may do most. */
export function envelopeFor({ route }: Subject, access: Access, timeoutMs = 10_000) {
  const claims = { tenantId: route.id, userId: '', role: 'manager', sessionId: '', operatorId: '', serviceId: '', requestId: 'bench' };
  return tenantEnvelope(route, claims, access, timeoutMs);
}

/** One batch on the lane of a tenant, every statement counted. Ids of others are asked for as often as its own. */
export async function laneBatch(database: Database, tally: Tally, all: readonly Subject[]): Promise<void> {
  const subject = pick(all);
  const chance = Math.random() * 100;
  if (chance < 25) await pipelined(database, tally, subject, all, 'read');
  else if (chance < 90) await pipelined(database, tally, subject, all, 'write');
  else if (chance < 90 + CUT_PERCENT) await single(database, tally, subject, 'lane, cut off by its time limit', { text: 'select pg_sleep(0.05), name from brands limit 1' }, 20);
  else await single(database, tally, subject, 'lane, a rival by its name', { text: `select name from ${pick(all.filter((other) => other !== subject)).route.schema}.brands limit 1` });
}

/** A statement by its kind: reads of own and foreign ids, and changes that leave the own stamp wherever they land. */
function statementFor(subject: Subject, all: readonly Subject[], access: Access): Statement {
  const owner = Math.random() < 0.5 ? subject : pick(all);
  const id = pick(owner.brands);
  if (access === 'write' && Math.random() < 0.02) {
    return {
      text: 'update brands set description = $2 where id = $1 returning name, description',
      values: [pick(owner.brands), `${stampOf(subject.route.id)} changed`],
    };
  }
  // Those that read more than a row come less often: they are the dearest.
  const text = Math.random() < 0.95 ? READS[0] : pick(READS);
  return { text: text ?? '', values: text?.endsWith('= $1') === true ? [id] : [] };
}

/** Reads have an envelope each; what writes shares one, and is taken back half of the time. */
async function pipelined(database: Database, tally: Tally, subject: Subject, all: readonly Subject[], access: Access): Promise<void> {
  const surface = access === 'read' ? 'lane, an envelope each' : 'lane, one envelope, pipelined';
  const back = Math.random() < 0.5;
  await run(database, subject, access, 10_000, surface, tally, async (client) => {
    const sent = Array.from({ length: STATEMENTS[access] }, () => {
      const statement = statementFor(subject, all, access);
      return { text: statement.text, ended: client.query<Record<string, unknown>>(statement) };
    });
    const outcomes = await Promise.allSettled(sent.map(({ ended }) => ended));
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') noteFailure(tally, surface, codeOf(outcome.reason));
      else noteAnswer(tally, surface, subject.route.id, sent[index]?.text ?? '', textOf(outcome.value.rows));
    }
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed?.status === 'rejected') throw new Counted(failed.reason);
    if (back) throw new Counted(null);
  });
}

async function single(database: Database, tally: Tally, subject: Subject, surface: string, statement: Statement, timeoutMs = 10_000): Promise<void> {
  await run(database, subject, 'read', timeoutMs, surface, tally, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    noteAnswer(tally, surface, subject.route.id, statement.text, textOf(rows));
  });
}

/** A failure whose statements are counted already, or none at all: the batch is only to be taken back. */
class Counted extends Error {
  constructor(cause: unknown) {
    super('counted', { cause });
  }
}

async function run(
  database: Database, subject: Subject, access: Access, timeoutMs: number, surface: string, tally: Tally, work: (client: ScopedClient) => Promise<void>,
): Promise<void> {
  try {
    await database.withClient(envelopeFor(subject, access, timeoutMs), work);
  } catch (error) {
    if (!(error instanceof Counted)) noteFailure(tally, surface, codeOf(error));
  }
}

/** Every value of an answer, as text. */
export function textOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  let text = '';
  for (const row of rows) for (const key in row) text += `${String(row[key])}\n`;
  return text;
}

function codeOf(error: unknown): string {
  const state = sqlstateOf(error);
  if (state !== null) return state;
  if (!(error instanceof Error)) return 'unknown';
  return 'sqlstate' in error && typeof error.sqlstate === 'string' ? `${error.name} ${error.sqlstate}` : error.name;
}
