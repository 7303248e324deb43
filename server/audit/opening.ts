/** Opens the sealed values of a tenant's events for those of its people who may see them: the keys are the server's, and never leave it. */
import type { AuthPool, AuthStatement } from '../identity/auth-pool.ts';
import type { KeySealer } from '../identity/sealer.ts';
import { decryptValues, openDataKey } from './values.ts';

/** What was sealed of an event; `erased` when its key was destroyed, and with it what it closed. */
export type OpenedValues =
  | { readonly before?: Values; readonly after?: Values; readonly detail?: Values; readonly subject?: string }
  | 'erased';

/** Values by column or by name of the fact. */
export type Values = Readonly<Record<string, unknown>>;

/** The closed values of an event, and the number of their key. */
export interface ClosedValues {
  readonly key: string;
  /** base64 */
  readonly bytes: string;
}

/** Opens values of one tenant's events, in the order given. @throws if the bytes were changed, or belong to another tenant */
export type ValueOpener = (tenantId: string, closed: readonly ClosedValues[]) => Promise<OpenedValues[]>;

const DATA_KEYS: AuthStatement = { name: 'data_keys', text: 'select id, person, sealed from identity.data_keys($1, $2::bigint[])' };

/**
 * Makes it. Keys are read for each page and kept nowhere: a page has a few, and one that was destroyed opens nothing a moment later,
 * on every server.
 */
export function createValueOpener(pool: AuthPool, sealer: KeySealer): ValueOpener {
  return async (tenantId, closed) => {
    const wanted = [...new Set(closed.map(({ key }) => key))];
    const rows = await pool.query<{ id: string; person: string | null; sealed: Buffer | null }>(DATA_KEYS, [tenantId, wanted]);
    const keys = new Map<string, Buffer>();
    for (const { id, person, sealed } of rows) {
      if (sealed !== null) keys.set(id, await openDataKey(sealer, tenantId, person, sealed));
    }
    return closed.map(({ key: id, bytes }) => {
      const key = keys.get(id);
      if (key === undefined) return 'erased';
      return JSON.parse(decryptValues({ id, key }, tenantId, Buffer.from(bytes, 'base64'))) as OpenedValues;
    });
  };
}
