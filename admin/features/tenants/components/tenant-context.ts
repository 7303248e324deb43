import { useOutletContext } from 'react-router';
import type { Tenant } from '../api/tenant.ts';

/** What the pages of a tenant get from the page around them. */
export interface TenantContext {
  readonly tenant: Tenant;
}

/** The tenant that this page is of. */
export function useTenant(): Tenant {
  return useOutletContext<TenantContext>().tenant;
}
