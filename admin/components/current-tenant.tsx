/** Which tenant “this tenant” is: the one in the address, else the one selected before, in this window and until it is left. */
import { createContext, useCallback, useContext, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { matchPath, useLocation, useNavigate } from 'react-router';

interface CurrentTenant {
  /** Null: none is selected. */
  readonly id: string | null;
  /** Selects one and goes to it: to the same page of it where there is one. */
  readonly select: (id: string) => void;
}

const CurrentTenantContext = createContext<CurrentTenant>({ id: null, select: () => undefined });

/** Follows the address and remembers. Around every page. */
export function CurrentTenantProvider({ children }: { readonly children: ReactNode }) {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const addressed = tenantIn(pathname);
  const [remembered, setRemembered] = useState(addressed);
  if (addressed !== null && addressed !== remembered) setRemembered(addressed);
  const select = useCallback(
    (id: string) => {
      const part = (matchPath('/tenants/:id/*', pathname) ?? matchPath('/tenant/*', pathname))?.params['*'] ?? '';
      const rest = tenantIn(pathname) === null && !pathname.startsWith('/tenant/') ? '' : part;
      void navigate(`/tenants/${encodeURIComponent(id)}${rest === '' ? '' : `/${rest}`}`);
    },
    [pathname, navigate],
  );
  const value = useMemo(() => ({ id: addressed ?? remembered, select }), [addressed, remembered, select]);
  return <CurrentTenantContext value={value}>{children}</CurrentTenantContext>;
}

/** The current tenant, and how to select another. */
export function useCurrentTenant(): CurrentTenant {
  return useContext(CurrentTenantContext);
}

/** The address of the wizard: no tenant's, since no id has a hyphen. */
export const NEW_TENANT = 'new-tenant';

/** The tenant of an address. */
export function tenantIn(pathname: string): string | null {
  const id = matchPath('/tenants/:id/*', pathname)?.params['id'] ?? null;
  return id === NEW_TENANT ? null : id;
}
