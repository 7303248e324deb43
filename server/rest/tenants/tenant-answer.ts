import { problem } from '../../http/problems.ts';
import { etagOf } from '../etag.ts';
import type { Answer } from '../route.ts';
import type { ScopedClient } from '../../../database/scope.ts';
import { TENANT_COLUMNS, tenant, tenantJson } from './tenant.ts';
import type { TenantRow } from './tenant.ts';

const READ_TENANT = `select ${TENANT_COLUMNS} from platform.tenants t where t.id = $1`;

/** What a call that answers one tenant says of its answer. */
export const tenantAnswerDescription = {
  description: 'The tenant',
  schema: tenant,
  headers: [{ name: 'ETag', description: 'Version of the tenant, for `If-Match`.' }],
};

/** Answers one tenant, with its version as ETag. */
export function tenantAnswer(row: TenantRow, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: tenantJson(row), headers: { ETag: etagOf(row.version), ...headers } };
}

/** The one row of a call that always gives one. @throws `NOT_FOUND` if there is none */
export function onlyRow<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw problem('NOT_FOUND', 'There is no tenant of this id.');
  return row;
}

/** Reads a tenant. @throws `NOT_FOUND` */
export async function readTenant(client: ScopedClient, id: string): Promise<TenantRow> {
  const { rows } = await client.query<TenantRow>({ text: READ_TENANT, values: [id] });
  return onlyRow(rows);
}
