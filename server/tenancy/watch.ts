import type { Logger } from 'pino';
import type { Database } from '../../database/lanes.ts';
import type { Listener } from '../../database/listener.ts';
import type { KeyStore } from '../identity/key-store.ts';
import type { TenantRegistry } from '../identity/registry.ts';
import type { Standings } from '../identity/standing.ts';

/**
 * Keeps what this server holds of tenants as fresh as their rows. A change is announced by an id, which is only a hint:
 * the row is read again. When a tenant that was open is found closed, what runs for it here is ended: PostgreSQL lets a
 * transaction that had begun before a suspension go on. The same for a lock-down, lane by lane.
 */
export function watchTenants(options: {
  readonly listener: Listener;
  readonly registry: TenantRegistry;
  readonly keys: KeyStore;
  readonly standings: Standings;
  readonly database: Database;
  readonly logger: Logger;
}): void {
  const { listener, registry, keys, standings, database, logger } = options;

  async function endIfClosed(tenantId: string): Promise<void> {
    const route = await registry.route(tenantId);
    if (route?.status === 'active') return;
    const ended = await database.terminateTenant(tenantId);
    if (ended > 0) logger.info({ tenantId, ended }, 'ended what was running for a tenant that was closed');
  }

  /** Everything of every tenant is read anew, and what runs for those that are locked down is ended. */
  async function endLockedDown(): Promise<void> {
    registry.clear();
    const { lanes, tenantIds } = await registry.lockedScope();
    const ended = await Promise.all([...lanes.map((lane) => database.terminateLane(lane, async () => (await registry.lockedScope()).lanes.includes(lane))), ...tenantIds.map(database.terminateTenant)]);
    const sum = ended.reduce((total, count) => total + count, 0);
    if (sum > 0) logger.warn({ lanes, tenants: tenantIds.length, ended: sum }, 'ended what was running for tenants that are locked down');
  }

  function followLockDowns(): void {
    endLockedDown().catch((error: unknown) => {
      logger.error({ err: error }, 'a change of what is locked down could not be followed up');
    });
  }

  listener.listen('tenantry_tenant', (tenantId) => {
    const wasOpen = registry.present(tenantId)?.status === 'active';
    registry.drop(tenantId);
    keys.drop(tenantId);
    if (!wasOpen) return;
    endIfClosed(tenantId).catch((error: unknown) => {
      logger.warn({ err: error, tenantId }, 'a change of a tenant could not be followed up');
    });
  });

  // `<tenant>/<session>`, without tenant for an operator's; ids only, and the rows are read again.
  listener.listen('tenantry_session', (hint) => {
    const [tenantId = '', sessionId = ''] = hint.split('/');
    standings.drop(tenantId, sessionId);
  });

  listener.listen('tenantry_keys', (tenantId) => {
    keys.drop(tenantId === '' ? null : tenantId);
  });

  listener.listen('tenantry_lock_down', followLockDowns);

  listener.onGap(() => {
    standings.clear();
    keys.clear();
    followLockDowns();
  });
}
