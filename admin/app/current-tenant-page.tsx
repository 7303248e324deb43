import { Navigate, useParams } from 'react-router';
import { useCurrentTenant } from '../components/current-tenant.tsx';
import { TenantRequired } from '../components/tenant-required.tsx';

/** `/tenant/…`: the same page of whichever tenant is selected, for links that are about “this tenant”. */
export function CurrentTenantPage() {
  const { id } = useCurrentTenant();
  const rest = useParams()['*'] ?? '';
  if (id === null) return <TenantRequired />;
  return <Navigate to={`/tenants/${encodeURIComponent(id)}${rest === '' ? '' : `/${rest}`}`} replace />;
}
