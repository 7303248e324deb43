/** Stamps: every text of a tenant carries its own, so that a foreign value shows by its bytes, whatever it is a value of. */
import type pg from 'pg';

/** Longer runs of the alphabet of base64 are opened: cursors hold values of the columns they sort by. */
const BASE64 = /[A-Za-z0-9+/]{24,}={0,2}/g;
const STAMP = /(?:⟦|\\u27e6)([a-z0-9_]+)/gi;

/** What a tenant's texts carry. */
export function stampOf(tenantId: string): string {
  return `⟦${tenantId}⟧`;
}

/** The tenants other than its own whose stamp stands in an answer, each as often as it does. `opened`: within base64 as well. */
export function foreignIn(answer: string, tenantId: string, opened: boolean): string[] {
  const found = stampsIn(answer, tenantId);
  if (!opened) return found;
  for (const [run] of answer.matchAll(BASE64)) found.push(...stampsIn(Buffer.from(run, 'base64').toString('utf8'), tenantId));
  return found;
}

function stampsIn(text: string, own: string): string[] {
  if (!text.includes('⟦') && !text.includes('\\u27')) return [];
  return [...text.matchAll(STAMP)].flatMap(([, stamp = '']) => (stamp === own ? [] : [stamp]));
}

/** What the whole contents of a tenant's schema show: how many texts carry its stamp, and which carry another's. */
export interface Sweep {
  readonly own: number;
  readonly foreign: readonly string[];
}

/** Columns that say who somebody is at sign-in, or what something refers to, stay as they are. */
const LEFT_ALONE = new Set(['email', 'currency', 'country']);

/**
 * Stamps every column of text in a tenant's schema that takes a stamp; a CHECK or a key keeps the others as they are.
 * @returns the names of those stamped, as `table.column`
 */
export async function stampTenant(owner: pg.Client, tenantId: string): Promise<string[]> {
  const stamped: string[] = [];
  for (const { table, column } of await textColumns(owner, tenantId)) {
    if (LEFT_ALONE.has(column)) continue;
    await owner.query('begin');
    try {
      await owner.query(`update tenant_${tenantId}.${table} set ${column} = $1 || coalesce(left(${column}, 100), '')`, [stampOf(tenantId)]);
      await owner.query('commit');
      stamped.push(`${table}.${column}`);
    } catch {
      await owner.query('rollback');
    }
  }
  return stamped;
}

/** Looks at everything that is stored in a tenant's schema. */
export async function sweepTenant(owner: pg.Client, tenantId: string): Promise<Sweep> {
  let own = 0;
  const foreign: string[] = [];
  for (const { table } of await textColumns(owner, tenantId)) {
    const { rows } = await owner.query<{ row: string }>(`select to_jsonb(t)::text as row from tenant_${tenantId}.${table} t`);
    for (const { row } of rows) {
      own += row.split(stampOf(tenantId)).length - 1;
      foreign.push(...foreignIn(row, tenantId, false));
    }
  }
  return { own, foreign };
}

async function textColumns(owner: pg.Client, tenantId: string): Promise<readonly { readonly table: string; readonly column: string }[]> {
  const { rows } = await owner.query<{ table: string; column: string }>(
    `select c.table_name as table, c.column_name as column
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = $1 and c.data_type = 'text' and c.is_generated = 'NEVER' and t.table_type = 'BASE TABLE' order by 1, 2`,
    [`tenant_${tenantId}`],
  );
  return rows;
}
