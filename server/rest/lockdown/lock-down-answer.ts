import { z } from 'zod';
import { actorName } from '../actor-name.ts';
import { tenantId } from '../tenants/tenant.ts';

export const lockDownScope = z
  .enum(['all', 'lane', 'tenants'])
  .meta({ id: 'LockDownScope', description: 'What is stopped: every tenant, those of one lane, or those named.' });

/** A lock-down as every answer shows it. */
export const lockDown = z
  .object({
    id: z.int(),
    scope: lockDownScope,
    tenantIds: z.array(tenantId).nullable(),
    lane: z.int().nullable(),
    reason: z.string(),
    lockedBy: actorName,
    lockedAt: z.iso.datetime(),
    liftReason: z.string().nullable(),
    liftedBy: actorName.nullable(),
    liftedAt: z.iso.datetime().nullable().meta({ description: 'null while it is in force.' }),
    waysLeft: z.int().meta({ description: 'How many findings there are. Anything but 0 needs a DBA at once.' }),
    findings: z
      .array(z.record(z.string(), z.unknown()))
      .nullable()
      .meta({ description: 'Ways in that are left: memberships that somebody else granted and that only they can revoke, and sessions that would not end. null without any.' }),
  })
  .meta({ id: 'LockDown' });

/** A row of `platform.lock_downs`, as pg reads LOCK_DOWN_COLUMNS. */
export interface LockDownRow {
  readonly id: string;
  readonly scope: z.output<typeof lockDownScope>;
  readonly tenant_ids: string[] | null;
  readonly lane: number | null;
  readonly reason: string;
  readonly locked_by: string;
  readonly locked_at: Date;
  readonly lift_reason: string | null;
  readonly lifted_by: string | null;
  readonly lifted_at: Date | null;
  readonly findings: Record<string, unknown>[] | null;
}

/** Part of constant statements; `l` is the row. Findings name roles: whoever may read them, operators all, has to tell a DBA which. */
export const LOCK_DOWN_COLUMNS = `l.id, l.scope, l.tenant_ids, l.lane, l.reason, l.locked_by, l.locked_at, l.lift_reason, l.lifted_by, l.lifted_at, l.findings`;

/** Shows a row as a lock-down. */
export function lockDownJson(row: LockDownRow): z.output<typeof lockDown> {
  return {
    id: Number(row.id),
    scope: row.scope,
    tenantIds: row.tenant_ids,
    lane: row.lane,
    reason: row.reason,
    lockedBy: row.locked_by,
    lockedAt: row.locked_at.toISOString(),
    liftReason: row.lift_reason,
    liftedBy: row.lifted_by,
    liftedAt: row.lifted_at?.toISOString() ?? null,
    waysLeft: row.findings?.length ?? 0,
    findings: row.findings,
  };
}

export const lockDownList = z.object({ items: z.array(lockDown) }).meta({ id: 'LockDownList' });
