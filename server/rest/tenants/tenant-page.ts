import { TENANT_COLUMNS } from './tenant.ts';
import type { TenantRow } from './tenant.ts';

/** What tenants may be sorted by: an expression that is never null, and its type for the cursor. */
const KEYS = {
  id: { expression: 't.id', type: 'text' },
  name: { expression: 'lower(t.name)', type: 'text' },
  status: { expression: 't.status', type: 'text' },
  createdAt: { expression: 't.created_at', type: 'timestamptz' },
  sizeBytes: { expression: 'coalesce(t.size_bytes, -1)', type: 'bigint' },
  lastActivityAt: { expression: "coalesce(t.last_activity_at, '-infinity')", type: 'timestamptz' },
} as const;

type Key = keyof typeof KEYS;
export type Sort = Key | `-${Key}`;

const KEY_NAMES = Object.keys(KEYS) as Key[];
export const SORTS: readonly Sort[] = KEY_NAMES.flatMap((key) => [key, `-${key}` as const]);

/** A tenant and where it stands in the order. */
export interface PagedRow extends TenantRow {
  readonly sort_value: string;
}

/** $1 statuses or null, $2 words to find or null. */
const FILTER = `($1::text[] is null or t.status = any ($1))
   and ($2::text is null or strpos(lower(concat_ws(' ', t.id, t.name, t.domain)), lower($2)) > 0)`;

export const countStatement = `select count(*)::integer as total from platform.tenants t where ${FILTER}`;

/** Every statement there is, made once from the constants above: nothing of a request is ever part of one. */
const STATEMENTS: ReadonlyMap<string, string> = new Map(
  SORTS.flatMap((sort) => [
    [`${sort}:first`, statement(sort, false)] as const,
    [`${sort}:next`, statement(sort, true)] as const,
  ]),
);

/** The statement for a page: $3 rows; after a cursor, $4 its value and $5 its id. */
export function pageStatement(sort: Sort, afterCursor: boolean): string {
  const text = STATEMENTS.get(`${sort}:${afterCursor ? 'next' : 'first'}`);
  if (text === undefined) throw new RangeError('not an order of tenants');
  return text;
}

function statement(sort: Sort, afterCursor: boolean): string {
  const descending = sort.startsWith('-');
  const { expression, type } = KEYS[(descending ? sort.slice(1) : sort) as Key];
  const [beyond, direction] = descending ? ['<', 'desc'] : ['>', 'asc'];
  return `select ${TENANT_COLUMNS}, (${expression})::text as sort_value
  from platform.tenants t
 where ${FILTER}${afterCursor ? `\n   and (${expression}, t.id) ${beyond} ($4::text::${type}, $5::text)` : ''}
 order by ${expression} ${direction}, t.id ${direction}
 limit $3::integer`;
}
