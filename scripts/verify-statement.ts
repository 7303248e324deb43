/** Checks a signed attestation or bundle of evidence with public keys, and says what it attests. Needs no database. */
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { decodeProtectedHeader } from 'jose';
import type { JWK } from 'jose';
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
  readonly passed: boolean;
  readonly broken: string | null;
  readonly sampledTenants: number;
  readonly totals: { readonly postureChecks: number; readonly postureFailures: number; readonly attempts: number; readonly attemptFailures: number };
  readonly failures: readonly { readonly half: string; readonly kind: string; readonly count: number }[];
  readonly versions: Readonly<Record<string, unknown>>;
}

function attestationLines({ tenant, installation, finishedAt, passed, broken, sampledTenants, totals, failures, versions }: Attested): string[] {
  return [
    `tenant  ${tenant}, installation ${installation}, ${finishedAt}`,
    passed
      ? `says    isolated: ${totals.postureChecks} checks, ${totals.attempts} attempts against ${sampledTenants} other tenants and the platform, none failed`
      : `says    NOT isolated: ${broken ?? `${totals.postureFailures} of ${totals.postureChecks} checks and ${totals.attemptFailures} of ${totals.attempts} attempts failed`}`,
    ...failures.map(({ half, kind, count }) => `        ${half} ${kind}: ${count}`),
    `with    Tenantry ${String(versions['tenantry'])}, PostgreSQL ${String(versions['postgresql'])}, schema ${String(versions['schema'])}`,
  ];
}

interface Evident {
  readonly tenant: string;
  readonly installation: string;
  readonly from: string;
  readonly to: string;
  readonly isolation: { readonly attestations: number; readonly failed: number };
  readonly access: { readonly events: number };
  readonly operatorVisits: { readonly count: number };
  readonly compliance: readonly { readonly status: string }[];
}

function evidenceLines({ tenant, installation, from, to, isolation, access, operatorVisits, compliance }: Evident): string[] {
  const points = Object.entries(Object.groupBy(compliance, ({ status }) => status)).map(([status, of]) => `${of?.length ?? 0} ${status}`);
  return [
    `tenant  ${tenant}, installation ${installation}`,
    `period  ${from} to ${to}`,
    `says    ${isolation.attestations} attestations, ${isolation.failed} of them failed; ${access.events} events; ${operatorVisits.count} visits of operators`,
    `points  ${points.join(', ')}`,
  ];
}
