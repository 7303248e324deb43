/**
 * Seals anew, under the present master key, what an earlier one sealed. Ordered by the migrator and by platform.reseal_keys. Safe to
 * run twice: what is sealed under the present key is not touched, what was revoked or rotated meanwhile stays as it is.
 */
import type { JobHelpers, Task } from 'graphile-worker';
import { STATEMENTS_CONTEXT } from '../../server/audit/statements.ts';
import { dataKeyContext } from '../../server/audit/values.ts';
import { resealKey } from '../../server/identity/keys.ts';
import { factorContext, sealingContext } from '../../server/identity/sealer.ts';
import type { KeySealer } from '../../server/identity/sealer.ts';

/** Keys read at once. */
const batch = 200;

interface SealedRow {
  readonly kid: string;
  readonly tenant_id: string | null;
  readonly sealed: Buffer;
  readonly encryption: Buffer | null;
}

interface FactorRow {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly person_id: string;
  readonly sealed: Buffer;
}

interface TrailKeyRow {
  readonly kind: 'data' | 'statement';
  readonly id: string;
  readonly chain: string;
  readonly person: string | null;
  readonly sealed: Buffer;
}

/** @returns the task `keys__reseal`; payload `{}`. It fails when any key is left, after it has been through all of them */
export function keysReseal(sealer: KeySealer): Task {
  return async (_payload, helpers) => {
    const refusals: unknown[] = [];
    let after = '';
    for (;;) {
      const { rows } = await helpers.query<SealedRow>(
        'select kid, tenant_id, sealed, encryption from platform_private.keys_to_reseal($1, $2)',
        [after, batch],
      );
      for (const { kid, tenant_id: tenantId, sealed, encryption } of rows) {
        after = kid;
        try {
          const anew = await resealKey(sealer, { kid, tenantId, sealed, encryption });
          await helpers.query('select platform_private.store_resealed($1, $2, $3, $4)', [kid, sealed, anew.sealed, anew.encryption]);
        } catch (error) {
          helpers.logger.error(`key ${kid} was not sealed anew: ${error instanceof Error ? error.message : String(error)}`);
          refusals.push(error);
        }
      }
      if (rows.length < batch) break;
    }
    await resealSecrets(sealer, helpers, refusals);
    await resealFactors(sealer, helpers, refusals);
    await resealTrailKeys(sealer, helpers, refusals);
    // A worker that still runs with the master key before seals under that one: then another has to do it.
    const left = await helpers.query(
      `select from platform_private.keys_to_reseal($1, 1) union all select from platform_private.secrets_to_reseal()
        union all select from platform_private.factors_to_reseal(null, 1) union all select from audit.keys_to_reseal(1) limit 1`,
      [''],
    );
    if (left.rows.length > 0) {
      throw new AggregateError(refusals, 'keys are left that are not sealed under the installation’s master key: is it this worker’s, and the one before known?');
    }
  };
}

/** Signing secrets of webhooks, which lie in the tenants' schemas. */
async function resealSecrets(sealer: KeySealer, helpers: JobHelpers, refusals: unknown[]): Promise<void> {
  const { rows } = await helpers.query<{ tenant_id: string; webhook: string; sealed: string }>(
    'select tenant_id, webhook, sealed from platform_private.secrets_to_reseal()',
  );
  for (const { tenant_id: tenantId, webhook, sealed } of rows) {
    try {
      const context = sealingContext(tenantId);
      const anew = await sealer.seal(await sealer.unseal(Buffer.from(sealed, 'base64'), context), context);
      await helpers.query('select platform_private.store_resealed_secret($1, $2, $3, $4)', [tenantId, webhook, sealed, anew.toString('base64')]);
    } catch (error) {
      helpers.logger.error(`the secret of webhook ${webhook} was not sealed anew: ${error instanceof Error ? error.message : String(error)}`);
      refusals.push(error);
    }
  }
}

/** People's second factors, of all realms. */
async function resealFactors(sealer: KeySealer, helpers: JobHelpers, refusals: unknown[]): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const { rows }: { rows: FactorRow[] } = await helpers.query<FactorRow>(
      'select id, tenant_id, person_id, sealed from platform_private.factors_to_reseal($1, $2)',
      [after, batch],
    );
    for (const { id, tenant_id: tenantId, person_id: personId, sealed } of rows) {
      after = id;
      try {
        const context = factorContext(tenantId, personId);
        const anew = await sealer.seal(await sealer.unseal(sealed, context), context);
        await helpers.query('select platform_private.store_resealed_factor($1, $2, $3)', [id, sealed, anew]);
      } catch (error) {
        helpers.logger.error(`second factor ${id} was not sealed anew: ${error instanceof Error ? error.message : String(error)}`);
        refusals.push(error);
      }
    }
    if (rows.length < batch) return;
  }
}

/** Keys of the trail: those of sealed values and those that sign statements. What was sealed anew is no longer listed; each is tried once. */
async function resealTrailKeys(sealer: KeySealer, helpers: JobHelpers, refusals: unknown[]): Promise<void> {
  const tried = new Set<string>();
  for (;;) {
    const { rows } = await helpers.query<TrailKeyRow>('select kind, id, chain, person, sealed from audit.keys_to_reseal($1)', [batch + tried.size]);
    const fresh = rows.filter(({ kind, id }) => !tried.has(`${kind} ${id}`));
    if (fresh.length === 0) return;
    for (const { kind, id, chain, person, sealed } of fresh) {
      // Once each: what the worker's own master key can't mend comes again.
      tried.add(`${kind} ${id}`);
      try {
        const context = kind === 'data' ? dataKeyContext(chain, person) : STATEMENTS_CONTEXT;
        const anew = await sealer.seal(await sealer.unseal(sealed, context), context);
        await helpers.query('select audit.store_resealed($1, $2, $3, $4)', [kind, id, sealed, anew]);
      } catch (error) {
        helpers.logger.error(`${kind} key ${id} of the trail was not sealed anew: ${error instanceof Error ? error.message : String(error)}`);
        refusals.push(error);
      }
    }
  }
}
