import { z } from 'zod';
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
    lockedBy: z.string(),
    lockedAt: z.iso.datetime(),
    liftReason: z.string().nullable(),
    liftedBy: z.string().nullable(),
    liftedAt: z.iso.datetime().nullable().meta({ description: 'null while it is in force.' }),
    waysLeft: z.int().meta({ description: 'Memberships that somebody else granted and that only they can revoke, and sessions that would not end. Anything but 0 needs a DBA at once.' }),
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
  readonly ways_left: number;
}

/** Part of constant statements; `l` is the row. Roles that findings name stay inside. */
export const LOCK_DOWN_COLUMNS = `l.id, l.scope, l.tenant_ids, l.lane, l.reason, l.locked_by, l.locked_at, l.lift_reason, l.lifted_by, l.lifted_at,
  coalesce(jsonb_array_length(l.findings), 0) as ways_left`;

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
    waysLeft: row.ways_left,
  };
}

export const lockDownList = z.object({ items: z.array(lockDown) }).meta({ id: 'LockDownList' });
