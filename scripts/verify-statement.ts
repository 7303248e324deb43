/** Checks a signed attestation or bundle of evidence with public keys, and says what it attests. Needs no database. */
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { decodeProtectedHeader } from 'jose';
import type { JWK } from 'jose';
import { counted } from '../config/counted.ts';
import { Refusal } from '../config/refusal.ts';
import { readStatement } from '../server/audit/statements.ts';
import type { StatementKind } from '../server/audit/statements.ts';

/** Longest wait for keys from an address, in milliseconds. */
const FETCH_TIMEOUT_MS = 10_000;

/**
 * Verifies the statement in a file, which holds the statement itself or an answer of the API with it.
 * @returns what it attests, in lines
 * @throws Refusal with a sentence of its own for each thing that can be wrong
 */
export async function verifyStatementFile(kind: Extract<StatementKind, 'attestation' | 'evidence'>, file: string, keysFrom: string): Promise<string[]> {
  const { statement, copy } = statementIn(await textOf(file), file, kind);
  const keys = await keysOf(keysFrom);
  try {
    decodeProtectedHeader(statement);
  } catch {
    throw new Refusal(`${file} holds no signed statement: expected a compact JWS (three parts with dots between), or an answer of the API with one in "statement".`);
  }
  let content: unknown;
  try {
    ({ content } = await readStatement(kind, statement, keys));
  } catch (error) {
    throw new Refusal(`${file} does not hold: ${error instanceof Error ? error.message : String(error)}. Keys: ${keysFrom}`);
  }
  if (copy !== undefined && !isDeepStrictEqual(copy, content)) {
    throw new Refusal(`${file} does not hold: what it says beside the statement is not what was signed.`);
  }
  return [`holds   ${file}`, ...(kind === 'attestation' ? attestationLines(content as Attested) : evidenceLines(content as Evident))];
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Refusal(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
}

function statementIn(text: string, file: string, kind: string): { statement: string; copy?: unknown } {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return { statement: trimmed };
  const parsed = jsonIn(trimmed, file) as Readonly<Record<string, unknown>>;
  if (typeof parsed['statement'] !== 'string') throw new Refusal(`${file} is JSON without a "statement".`);
  return { statement: parsed['statement'], ...(parsed[kind] !== undefined && { copy: parsed[kind] }) };
}

async function keysOf(from: string): Promise<readonly JWK[]> {
  const text = /^https?:\/\//.test(from)
    ? await fetch(from, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) })
        .then(async (response) => {
          if (!response.ok) throw new Error(`status ${response.status}`);
          return await response.text();
        })
        .catch((error: unknown) => {
          throw new Refusal(`The keys cannot be fetched from ${from} (${error instanceof Error ? error.message : String(error)}). Name a file or an address: --jwks`);
        })
    : await textOf(from);
  const parsed = jsonIn(text, from) as { readonly keys?: unknown; readonly kid?: unknown };
  if (Array.isArray(parsed.keys)) return parsed.keys as readonly JWK[];
  // One key, as the outside copy of checkpoints has it.
  if (typeof parsed.kid === 'string') return [parsed as JWK];
  throw new Refusal(`${from} is no JSON Web Key Set: expected {"keys": [...]}.`);
}

function jsonIn(text: string, from: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Said below, with the place.
  }
  throw new Refusal(`${from} is not JSON.`);
}

interface Attested {
  readonly tenant: string;
  readonly installation: string;
  readonly finishedAt: string;
  readonly signedAt: string;
  readonly passed: boolean;
  readonly broken: string | null;
  readonly sampledTenants: number;
  readonly totals: { readonly postureChecks: number; readonly postureFailures: number; readonly attempts: number; readonly attemptFailures: number };
  readonly failures: readonly { readonly half: string; readonly kind: string; readonly count: number }[];
  readonly versions: Readonly<Record<string, unknown>>;
}

function attestationLines({ tenant, installation, finishedAt, signedAt, passed, broken, sampledTenants, totals, failures, versions }: Attested): string[] {
  return [
    `tenant  ${tenant}, installation ${installation}, proof of ${finishedAt}`,
    `signed  ${signedAt}`,
    passed
      ? `says    isolated: ${counted(totals.postureChecks, 'check')}, ${counted(totals.attempts, 'attempt')} against ${counted(sampledTenants, 'other tenant')} and the platform, none failed`
      : `says    NOT isolated: ${broken ?? `${totals.postureFailures} of ${counted(totals.postureChecks, 'check')} and ${totals.attemptFailures} of ${counted(totals.attempts, 'attempt')} failed`}`,
    ...failures.map(({ half, kind, count }) => `        ${half} ${kind}: ${count}`),
    `with    Tenantry ${String(versions['tenantry'])}, PostgreSQL ${String(versions['postgresql'])}, schema ${String(versions['schema'])}`,
  ];
}

interface Evident {
  readonly tenant: string;
  readonly installation: string;
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly isolation: { readonly attestations: number; readonly failed: number };
  readonly access: { readonly events: number };
  readonly operatorVisits: { readonly count: number };
  readonly compliance: readonly { readonly status: string }[];
}

function evidenceLines({ tenant, installation, from, to, at, isolation, access, operatorVisits, compliance }: Evident): string[] {
  const points = Object.entries(Object.groupBy(compliance, ({ status }) => status)).map(([status, of]) => `${of?.length ?? 0} ${status}`);
  return [
    `tenant  ${tenant}, installation ${installation}`,
    `signed  ${at}`,
    `period  ${from} to ${to}${Date.parse(to) > Date.parse(at) ? ', which was not over: it says nothing of what came after it was signed' : ''}`,
    `says    ${counted(isolation.attestations, 'attestation')}, ${isolation.failed} of a proof that failed; ${counted(access.events, 'event')}; ${counted(operatorVisits.count, 'visit of an operator', 'visits of operators')}`,
    `points  ${points.join(', ')}`,
  ];
}
