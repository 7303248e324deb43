import type { Logger } from 'pino';
import type { Database } from '../../database/lanes.ts';
import type { Listener } from '../../database/listener.ts';
import type { TenantRegistry } from '../identity/registry.ts';

export interface WatchTenantsOptions {
  readonly listener: Pick<Listener, 'listen' | 'onGap'>;
  readonly registry: TenantRegistry;
  readonly database: Pick<Database, 'isServing' | 'terminateTenant'>;
  readonly logger: Logger;
}

/**
 * Follows changes of tenants' rows: forgets what is known of the tenant, and when it was closed ends what this server
 * is still doing for it. New requests are refused by the database at once; this cuts short the ones under way, which
 * would otherwise go on until their statement timeout. A hint is only a hint: the row decides, and hints about tenants
 * that nobody serves right now cost no query.
 */
export function watchTenants({ listener, registry, database, logger }: WatchTenantsOptions): void {
  listener.listen('tenantry_tenant', (tenantId) => {
    registry.drop(tenantId);
    if (!database.isServing(tenantId)) return;
    endIfClosed(tenantId).catch((error: unknown) => {
      logger.error({ err: error, tenantId }, 'could not end the requests of a tenant that was closed');
    });
  });
  listener.onGap(() => registry.clear());

  async function endIfClosed(tenantId: string): Promise<void> {
    const route = await registry.route(tenantId);
    if (route?.status === 'active') return;
    const ended = await database.terminateTenant(tenantId);
    logger.warn({ tenantId, ended, status: route?.status ?? 'gone' }, 'tenant closed, its requests ended');
  }
}
