/**
 * What the control plane has to be: every object with a digest of it, by the query in sql/functions/platform_private/describe_control_plane.sql. It is run from this
 * checkout, as plain SQL: whoever owns the database's functions could replace them. data/control-plane.json holds the outcome of the checkout's own
 * migrations (`npm run snapshots`).
 */
import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** Digests by object; partitions of a table are one object, and all alike. */
export type ControlPlaneManifest = ReadonlyMap<string, string>;

/** An object that is not as it has to be. */
export interface ControlPlaneDifference {
  readonly object: string;
  readonly seen: 'changed' | 'there' | 'gone';
}

/** A session that may read the catalogs, as every login may. */
interface Reader {
  query(text: string, values: unknown[]): Promise<unknown>;
}

interface Described {
  readonly object: string;
  readonly digest: string;
}

const FUNCTION = new URL('../sql/functions/platform_private/describe_control_plane.sql', import.meta.url);
const MANIFEST = new URL('../data/control-plane.json', import.meta.url);

/**
 * Describes the control plane of the database that `client` is connected to. The path belongs to it, in one message and so one transaction: whoever owns
 * the database sets that of its sessions, and functions of a schema in front of pg_catalog would be called instead of PostgreSQL's.
 */
export async function describeControlPlane(client: Reader, prefix: string): Promise<readonly Described[]> {
  const [, query] = (await readFile(FUNCTION, 'utf8')).split('$$');
  if (query === undefined) throw new Error('describe_control_plane.sql holds no query');
  const answers = (await client.query(
    `select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);${query.replaceAll('$1', () => pg.escapeLiteral(prefix))}`,
    [],
  )) as readonly { readonly rows: readonly unknown[] }[];
  return (answers.at(-1)?.rows ?? []) as readonly Described[];
}

/** The manifest's text, sorted. */
export function printManifest(described: readonly Described[]): string {
  const sorted = described.map(({ object, digest }) => [object, digest] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`;
}

/** What this checkout's migrations make. */
export async function readManifest(): Promise<ControlPlaneManifest> {
  return new Map(Object.entries(JSON.parse(await readFile(MANIFEST, 'utf8')) as Readonly<Record<string, string>>));
}

/** @returns what of the control plane is not as the manifest says, by name; nothing if all is */
export async function differencesFrom(manifest: ControlPlaneManifest, client: Reader, prefix: string): Promise<readonly ControlPlaneDifference[]> {
  const live = await describeControlPlane(client, prefix);
  const objects = new Set(live.map(({ object }) => object));
  return [
    ...live.flatMap(({ object, digest }): ControlPlaneDifference[] => {
      const wanted = manifest.get(object);
      return wanted === digest ? [] : [{ object, seen: wanted === undefined ? 'there' : 'changed' }];
    }),
    ...[...manifest.keys()].filter((object) => !objects.has(object)).map((object) => ({ object, seen: 'gone' as const })),
  ].toSorted((a, b) => (a.object < b.object ? -1 : 1));
}
