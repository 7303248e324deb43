import { Stack } from '../../../components/ui/layout.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { TenantKeys } from '../components/tenant-keys.tsx';
import { TenantProof } from '../components/tenant-proof.tsx';
import { TenantVisits } from '../components/tenant-visits.tsx';
import { useTenant } from '../components/tenant-context.ts';

/** What keeps a tenant apart: its proof, its keys, and who of the platform was inside. */
export function TenantSecurity() {
  const tenant = useTenant();
  const may = useMay();
  return (
    <Stack gap="6">
      <TenantProof tenant={tenant} />
      {may('keys.read') && <TenantKeys tenant={tenant} />}
      {may('visits.read') && <TenantVisits tenant={tenant} />}
    </Stack>
  );
}
