import { z } from 'zod';

const half = z.enum(['posture', 'attempts']);

/** A proof of a tenant's isolation as answers show it. */
export const isolationRun = z
  .object({
    id: z.uuid(),
    cause: z.enum(['provision', 'migration', 'restore', 'schedule', 'demand']),
    status: z.enum(['running', 'passed', 'failed']),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    durationMs: z.number().nullable(),
    postureChecks: z.int().nullable(),
    postureFailures: z.int().nullable(),
    attempts: z.int().nullable(),
    attemptFailures: z.int().nullable(),
    sampled: z.int().meta({ description: 'Other tenants that were reached for.' }),
    broken: z.string().nullable().meta({ description: 'Why the prover could not have seen a breach.' }),
    checks: z.array(z.object({ half, kind: z.string(), tried: z.int(), failed: z.int() })),
    failures: z
      .array(z.object({ half, kind: z.string(), target: z.string(), expected: z.string(), seen: z.string() }))
      .meta({ description: 'Empty for operators limited to tenants: failures name others.' }),
    observed: z
      .array(z.object({ kind: z.string(), open: z.boolean(), count: z.int() }))
      .meta({ description: 'What PostgreSQL can’t refuse: names and statistics, no row of anybody.' }),
    schemaVersion: z.int(),
    fingerprint: z.string().nullable(),
    serverVersion: z.string(),
  })
  .meta({ id: 'IsolationRun' });

type IsolationRunJson = z.output<typeof isolationRun>;

/** A row of `platform.isolation_runs` with its failures, as pg reads RUN_COLUMNS. */
export interface IsolationRunRow {
  readonly id: string;
  readonly cause: IsolationRunJson['cause'];
  readonly status: IsolationRunJson['status'];
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly duration_ms: string | null;
  readonly posture_checks: number | null;
  readonly posture_failures: number | null;
  readonly attempts: number | null;
  readonly attempt_failures: number | null;
  readonly sampled: number;
  readonly broken: string | null;
  readonly checks: IsolationRunJson['checks'];
  readonly failures: IsolationRunJson['failures'];
  readonly observed: IsolationRunJson['observed'];
  readonly schema_version: number;
  readonly fingerprint: string | null;
  readonly server_version: string;
}

/** Part of constant statements; `r` is the row. */
export const RUN_COLUMNS = `r.id, r.cause, r.status, r.started_at, r.finished_at, r.duration_ms, r.posture_checks, r.posture_failures, r.attempts,
  r.attempt_failures, r.sampled, r.broken, r.checks, r.observed, r.schema_version, r.fingerprint, r.server_version,
  (select coalesce(jsonb_agg(jsonb_build_object('half', f.half, 'kind', f.kind, 'target', f.target, 'expected', f.expected, 'seen', f.seen) order by f.id), '[]')
     from platform.isolation_failures f where f.run_id = r.id) as failures`;

/** @returns a row as answers show it */
export function isolationRunJson(row: IsolationRunRow): IsolationRunJson {
  return {
    id: row.id,
    cause: row.cause,
    status: row.status,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    durationMs: row.duration_ms === null ? null : Number(row.duration_ms),
    postureChecks: row.posture_checks,
    postureFailures: row.posture_failures,
    attempts: row.attempts,
    attemptFailures: row.attempt_failures,
    sampled: row.sampled,
    broken: row.broken,
    checks: row.checks,
    failures: row.failures,
    observed: row.observed,
    schemaVersion: row.schema_version,
    fingerprint: row.fingerprint,
    serverVersion: row.server_version,
  };
}
