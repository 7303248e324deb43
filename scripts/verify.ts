/**
 * `npm run verify -- [tenant] [--json]`: proves the isolation of one tenant, or of all that are open, with a prover of its own. Exit code 1 on
 * any breach, and when a proof could not be made. Works beside a running installation and needs no worker.
 *
 * `npm run verify -- --url <PUBLIC_URL> --tokens <file> [--json]`: tries it from outside instead, over HTTP, with the access tokens of a person of each of
 * two tenants, one a line; needs no database. Tokens come in a file because command lines are seen by everybody on a machine.
 *
 * `npm run verify -- --attestation|--evidence <file> [--jwks <file or URL>]`: checks what was signed. Needs public keys and nothing else.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readConfig } from '../config/config.ts';
import { counted } from '../config/counted.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { Refusal } from '../config/refusal.ts';
import { runCommand } from '../config/run-command.ts';
import { differencesFrom, readManifest } from '../database/manifest.ts';
import { runningUrls } from '../database/embedded.ts';
import { endpointFromUrl, fixedRole, loginConfig, migratorConfig } from '../database/logins.ts';
import { OutsideError, attemptFromOutside, plantCanary, removeCanary } from '../prover/outside.ts';
import { createProver } from '../prover/prover.ts';
import type { Proof } from '../prover/prover.ts';
import { verifyStatementFile } from './verify-statement.ts';
import { stopStatementLog } from '../database/statement-log.ts';

interface Failure {
  readonly half: string;
  readonly kind: string;
  readonly target: string;
  readonly expected: string;
  readonly seen: string;
}

/** What is printed of one tenant, and one element of `--json`. */
interface Verdict {
  readonly tenant: string;
  readonly proven: boolean;
  readonly run: Proof | null;
  /** Why there is no run, or why it says nothing; null if it counts. */
  readonly reason: string | null;
  readonly failures: readonly Failure[];
}

const OPEN = `select t.id from platform.tenants t where t.status in ('ready', 'active') order by t.id`;
const STATUS = `select t.status, array(select l.id from platform.lock_downs l where l.lifted_at is null and (l.scope = 'all' or l.lane = t.lane or t.id = any (l.tenant_ids)) order by l.id) as lock_downs
                  from platform.tenants t where t.id = $1`;
const FAILURES = 'select f.half, f.kind, f.target, f.expected, f.seen from platform.isolation_failures f where f.run_id = $1 order by f.id';

const USAGE = [
  'Usage: npm run verify -- [tenant] [--json], or npm run verify -- --url <PUBLIC_URL> --tokens <file> [--json],',
  'or npm run verify -- --attestation|--evidence <file> [--jwks <file or URL>]',
].join(' ');

await runCommand(async () => {
  const { values, positionals } = argumentsOf();
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [signed, more] = (['attestation', 'evidence'] as const).flatMap((kind) => (values[kind] === undefined ? [] : [{ kind, file: values[kind] }]));
  const alone = signed !== undefined || values.url !== undefined;
  if (
    positionals.length > (alone ? 0 : 1) || more !== undefined || (values.url === undefined) !== (values.tokens === undefined) ||
    (signed !== undefined && values.url !== undefined)
  ) {
    throw new Refusal(USAGE);
  }
  if (values.url !== undefined && values.tokens !== undefined) {
    await verifyFromOutside(values.url, values.tokens, values.json);
    return;
  }
  const config = readConfig(readEnvironment());
  if (signed !== undefined) {
    const lines = await verifyStatementFile(signed.kind, signed.file, values.jwks ?? `${config.http.publicUrl}/.well-known/jwks.json`);
    for (const line of lines) console.log(line);
    return;
  }
  const { ca, prefix } = config.database;
  const url = config.database.url ?? runningUrls(config.embedded.dataDir).migratorUrl;
  const masterKey = resolveMasterKey(config);
  const endpoint = endpointFromUrl(url, ca);
  const manifest = await readManifest();
  const prover = createProver({ endpoint, prefix, masterKey, manifest });
  // Reads the registry; runs are begun and ended by the worker's login, as everywhere.
  const owner = new pg.Client(migratorConfig(url, ca));
  const login = loginConfig(endpoint, fixedRole(prefix, 'tenantry_worker'), masterKey);
  const control = new pg.Client(login);
  await owner.connect();
  try {
    await control.connect();
    await stopStatementLog(control, login.statementLogKey);
    await owner.query(`set role ${pg.escapeIdentifier(fixedRole(prefix, 'tenantry_owner'))}`);
    // Whoever owns the control plane could have it say anything: what it is comes first, by this checkout's query and list.
    const released = (await differencesFrom(manifest, owner, prefix)).map(
      ({ object, seen }): Failure => ({ half: 'posture', kind: 'control-plane-release', target: object, expected: 'as released', seen }),
    );
    const [named] = positionals;
    const ids = named === undefined ? (await owner.query<{ id: string }>(OPEN)).rows.map(({ id }) => id) : [named];
    const verdicts: Verdict[] = [];
    for (const id of ids) {
      const verdict = withReleased(await verdictOn(id, async () => await prover.prove(control, id, 'demand'), owner), released);
      verdicts.push(verdict);
      if (!values.json) console.log(inWords(verdict));
    }
    const proven = verdicts.filter((verdict) => verdict.proven).length;
    console.log(values.json ? JSON.stringify({ proven, failed: verdicts.length - proven, tenants: verdicts }) : `${proven} proven, ${verdicts.length - proven} failed`);
    if (proven < verdicts.length) process.exitCode = 1;
  } finally {
    await control.end();
    await owner.end();
  }
});

async function verifyFromOutside(url: string, file: string, json: boolean): Promise<void> {
  if (!URL.canParse(url)) throw new Refusal('--url is the address that people use, such as https://licences.example.');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Refusal(`The file ${file} can't be read: it holds two access tokens, one a line.`, { cause: error });
  });
  const [first, second, ...more] = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  if (first === undefined || second === undefined || more.length > 0) throw new Refusal(`The file ${file} must hold two access tokens, one a line.`);
  const parties = [];
  try {
    parties.push(await plantCanary(url, first), await plantCanary(url, second));
    const [one, two] = parties;
    if (one === undefined || two === undefined || one.id === two.id) throw new Refusal('The two tokens must be of two tenants.');
    const { checks, failures, broken, ms } = await attemptFromOutside(url, one, two);
    const proven = failures.length === 0 && broken === null;
    if (!proven) process.exitCode = 1;
    if (json) {
      console.log(JSON.stringify({ proven, tenants: [one.id, two.id], broken, checks, failures, ms }));
      return;
    }
    const tried = checks.reduce((sum, check) => sum + check.tried, 0);
    console.log(`${proven ? 'proven' : 'FAILED'}  ${one.id} and ${two.id} from outside  ${broken ?? `${counted(tried, 'attempt')}, ${ms} ms`}`);
    for (const { kind, target, expected, seen } of failures) console.log(`        outside ${kind}: ${target}: expected ${expected}, seen ${seen}`);
  } catch (error) {
    if (error instanceof OutsideError) throw new Refusal(error.message, { cause: error });
    throw error;
  } finally {
    for (const party of parties) {
      if (!(await removeCanary(url, party).catch(() => false))) console.error(`The brand "${party.canary}" of ${party.id} could not be removed again.`);
    }
  }
}

function argumentsOf() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ allowPositionals: true, options: { json: flag, help: { ...flag, short: 'h' }, url: text, tokens: text, attestation: text, evidence: text, jwks: text } });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

async function verdictOn(id: string, prove: () => Promise<Proof | null>, owner: pg.Client): Promise<Verdict> {
  const [row] = (await owner.query<{ status: string; lock_downs: string[] }>(STATUS, [id])).rows;
  if (row === undefined) throw new Refusal(`There is no tenant "${id}". List them: npm run psql -- -c 'select id from platform.tenants'`);
  let run;
  try {
    run = await prove();
  } catch (error) {
    const reason = `the attempts could not be made: ${error instanceof Error ? error.message : String(error)}`;
    return { tenant: id, proven: false, run: null, reason, failures: [] };
  }
  if (run === null) {
    return { tenant: id, proven: false, run, reason: closedBecause(row), failures: [] };
  }
  const { rows } = await owner.query<Failure>(FAILURES, [run.id]);
  return { tenant: id, proven: run.status === 'passed', run, reason: run.broken, failures: rows };
}

/** Why nothing can be attempted of a tenant, and what would let it. The prover comes in as requests do, and is kept out as they are. */
function closedBecause({ status, lock_downs: lockDowns }: { readonly status: string; readonly lock_downs: readonly string[] }): string {
  if (lockDowns.length > 0) {
    return [
      `it is locked down, and the prover is kept out as everybody is. To prove it, lift ${lockDowns.length === 1 ? 'the lock-down' : 'the lock-downs'} first:`,
      ...lockDowns.map((id) => `select platform.lift_lock_down(${id}, 'reason');`),
    ].join(' ');
  }
  return `it is ${status}: only tenants that are ready or active can be attempted. Name another; a closed one is proven before it opens again`;
}

/** A proof by a control plane that is not the release's says nothing. */
function withReleased(verdict: Verdict, released: readonly Failure[]): Verdict {
  if (released.length === 0) return verdict;
  const others = verdict.failures.filter(({ kind }) => !kind.startsWith('control-plane'));
  return { ...verdict, proven: false, failures: [...released, ...others] };
}

function inWords({ tenant, proven, run, reason, failures }: Verdict): string {
  const counts = run === null ? '' : `${counted(run.posture_checks, 'check')}, ${counted(run.attempts, 'attempt')}, ${Math.round(Number(run.posture_ms) + Number(run.attempts_ms ?? 0))} ms`;
  return [
    `${proven ? 'proven' : 'FAILED'}  ${tenant}  ${reason === null ? counts : reason}`,
    ...failures.map(({ half, kind, target, expected, seen }) => `        ${half} ${kind}: ${target}: expected ${expected}, seen ${seen}`),
  ].join('\n');
}
