/**
 * How the values of tenants' columns are to be treated. Each column's comment says so by a tag, `@class confidential`; from the blueprint's the
 * migrator fills platform.column_classes, by which the trail masks and seals. Whatever hands values out, an export say, goes by
 * the same table.
 */
import type { Client } from 'pg';

/** One column and its class; null when its comment names none. */
export interface ColumnClass {
  readonly table: string;
  readonly column: string;
  readonly class: string | null;
}

/** Reads the classes of the blueprint's columns. `client` is connected to the blueprint database. */
export async function readColumnClasses(client: Client): Promise<ColumnClass[]> {
  const { rows } = await client.query<ColumnClass>(
    `select c.relname as "table", a.attname as "column", substring(col_description(c.oid, a.attnum) from '^@class ([a-z]+)\n') as class
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'blueprint'::regnamespace and c.relkind in ('r', 'p')
      order by c.relname, a.attnum`,
  );
  return rows;
}

/**
 * Registers the classes of a version of the tenant schema. A column without one is left out: then its values are sealed.
 * @throws PostgreSQL's error for a class that there is not
 */
export async function registerColumnClasses(client: Client, version: number, columns: readonly ColumnClass[]): Promise<void> {
  const classed = columns.filter((column) => column.class !== null);
  await client.query(
    `with wanted as (
       select * from unnest($2::text[], $3::text[], $4::text[]) as w (table_name, column_name, class)
     ), gone as (
       delete from platform.column_classes c
        where c.schema_version > $1
           or (c.schema_version = $1 and not exists (select from wanted w where w.table_name = c.table_name and w.column_name = c.column_name))
     )
     insert into platform.column_classes as c (schema_version, table_name, column_name, class)
     select $1, w.table_name, w.column_name, w.class from wanted w
     on conflict on constraint column_classes_pkey do update set class = excluded.class where c.class <> excluded.class`,
    [version, classed.map(({ table }) => table), classed.map(({ column }) => column), classed.map((column) => column.class)],
  );
}
