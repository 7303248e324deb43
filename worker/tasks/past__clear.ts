/**
 * Every night: what is long over goes, of the operators and of every tenant that has a schema, and evidence whose time is over. What that is and for how long it is kept
 * stands in sql/functions/platform_private/clear_past.sql and kept_for.sql. Safe to run twice. Payload: what cron adds.
 */
import type { Task } from 'graphile-worker';
import { throughFleet } from '../fleet.ts';

/** Rows of a table that go in one transaction: some milliseconds of locks. */
const BATCH = 1_000;

export const pastClear: Task = async (_payload, helpers) => {
  const clear = async (tenantId: string | null): Promise<void> => {
    for (;;) {
      const { rows } = await helpers.query<{ counts: Readonly<Record<string, number>> }>('select platform_private.clear_past($1, $2) as counts', [
        tenantId,
        BATCH,
      ]);
      if (!Object.values(rows[0]?.counts ?? {}).includes(BATCH)) return;
    }
  };
  await clear(null);
  await helpers.query('select platform_private.clear_evidence()');
  await throughFleet(helpers, { list: 'built', what: 'clearing what is over', work: clear });
};
