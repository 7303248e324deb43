import { z } from 'zod';
import { TENANT_ID } from '../../identity/tenant-id.ts';

const STATUSES = [
  'provisioning',
  'ready',
  'active',
  'suspended',
  'archived',
  'deleted',
  'purged',
  'failed',
  'cancelled',
] as const;

export const tenantStatus = z.enum(STATUSES).meta({ id: 'TenantStatus' });

export const tenantId = z
  .string()
  .regex(TENANT_ID, 'An id is 2 to 48 characters: lower-case letters, digits and underscores, a letter first.')
  .meta({ description: 'Names the tenant for ever; never given twice.', example: 'aurora' });

/** The `{id}` of a path. */
export const tenantPath = z.strictObject({ id: tenantId });

/** Fields of a tenant that a caller may give. What the database also checks is checked there, once. */
export const tenantName = z.string().trim().min(1).max(120).meta({ example: 'Aurora Outfitters' });
export const tenantDescription = z.string().max(2_000);
export const tenantDomain = z
  .string()
  .trim()
  .max(253)
  .toLowerCase()
  .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'A domain name, without scheme or path.')
  .meta({ example: 'aurora.example' });
export const tenantTier = z.enum(['standard', 'premium', 'dedicated']);
export const tenantTemplate = z.enum(['standard', 'demo']);

/** Any value of JSON: it came out of JSON.parse. */
const jsonValue = z.unknown().meta({ id: 'JsonValue', description: 'Any JSON value.' });

const timestamp = z.iso.datetime().nullable();

/** A tenant as every answer shows it. */
export const tenant = z
  .object({
    id: tenantId,
    name: z.string(),
    description: z.string().nullable(),
    domain: z.string().nullable(),
    status: tenantStatus,
    tier: tenantTier,
    template: tenantTemplate,
    settings: z.record(z.string(), jsonValue),
    schemaVersion: z.int().nullable(),
    createdAt: z.iso.datetime(),
    activatedAt: timestamp,
    deletedAt: timestamp,
    purgeAfter: timestamp,
    sizeBytes: z.int().nullable(),
    lastActivityAt: timestamp,
  })
  .meta({ id: 'Tenant' });

export type TenantJson = z.output<typeof tenant>;

/** A row of `platform.tenants`, as pg reads TENANT_COLUMNS. */
export interface TenantRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly domain: string | null;
  readonly status: TenantJson['status'];
  readonly tier: TenantJson['tier'];
  readonly template: TenantJson['template'];
  readonly settings: TenantJson['settings'];
  readonly schema_version: number | null;
  readonly version: number;
  readonly created_at: Date;
  readonly activated_at: Date | null;
  readonly deleted_at: Date | null;
  readonly purge_after: Date | null;
  readonly size_bytes: string | null;
  readonly last_activity_at: Date | null;
}

/** Part of constant statements; `t` is the row. */
export const TENANT_COLUMNS = `t.id, t.name, t.description, t.domain, t.status, t.tier, t.template, t.settings,
  t.schema_version, t.version, t.created_at, t.activated_at, t.deleted_at, t.purge_after, t.size_bytes, t.last_activity_at`;

/** Shows a row as a tenant. Sizes fit a number: 2^53 bytes are 9 PB. */
export function tenantJson(row: TenantRow): TenantJson {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    domain: row.domain,
    status: row.status,
    tier: row.tier,
    template: row.template,
    settings: row.settings,
    schemaVersion: row.schema_version,
    createdAt: row.created_at.toISOString(),
    activatedAt: row.activated_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    purgeAfter: row.purge_after?.toISOString() ?? null,
    sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
    lastActivityAt: row.last_activity_at?.toISOString() ?? null,
  };
}

/** Where a tenant is found, for `Location`. */
export function tenantLocation(id: string): string {
  return `/api/v1/tenants/${id}`;
}
