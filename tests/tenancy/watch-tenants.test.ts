import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { OnHint } from '../../database/listener.ts';
import type { TenantRegistry } from '../../server/identity/registry.ts';
import { watchTenants } from '../../server/tenancy/watch-tenants.ts';

function watched(status: string | null, serving: boolean) {
  let hint: OnHint = () => undefined;
  let gap = () => {};
  const route = status === null ? null : { id: 'aurora', status, lane: 0, role: 'r', schema: 's', schemaVersion: 1 };
  const registry = { route: vi.fn(async () => route), drop: vi.fn(), clear: vi.fn() } satisfies TenantRegistry;
  const database = { isServing: () => serving, terminateTenant: vi.fn(async () => 1) };
  const logger = pino({ level: 'silent' });
  watchTenants({
    listener: {
      listen(_channel, onHint) {
        hint = onHint;
        return () => undefined;
      },
      onGap(handler) {
        gap = handler;
        return () => undefined;
      },
    },
    registry,
    database,
    logger,
  });
  return { registry, database, logger, hint: (id: string) => hint(id), gap: () => gap() };
}

describe('a change of a tenant’s row', () => {
  it.each(['suspended', 'deleted', null])('ends its requests when it is %s now', async (status) => {
    const { hint, registry, database } = watched(status, true);
    hint('aurora');
    expect(registry.drop).toHaveBeenCalledWith('aurora');
    await vi.waitFor(() => expect(database.terminateTenant).toHaveBeenCalledWith('aurora'));
  });

  it('ends nothing of a tenant that is active, whatever the hint was meant to say', async () => {
    const { hint, registry, database } = watched('active', true);
    hint('aurora');
    await vi.waitFor(() => expect(registry.route).toHaveBeenCalled());
    expect(database.terminateTenant).not.toHaveBeenCalled();
  });

  it('costs no query for a tenant that nobody serves', () => {
    const { hint, registry } = watched('suspended', false);
    hint('no such tenant');
    expect(registry.route).not.toHaveBeenCalled();
  });

  it('is logged when it could not be followed, and a gap in the hints clears what is known', async () => {
    const { hint, gap, registry, database, logger } = watched('suspended', true);
    const error = vi.spyOn(logger, 'error');
    database.terminateTenant.mockRejectedValue(new Error('no connection'));
    hint('aurora');
    await vi.waitFor(() => expect(error).toHaveBeenCalled());
    gap();
    expect(registry.clear).toHaveBeenCalled();
  });
});
