import { useCurrentTenant } from '../components/current-tenant.tsx';
import { TenantPicker } from '../components/tenant-picker.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { frame } from '../text/frame.ts';

/** Selects the tenant that the pages are about. */
export function TenantSelector({ onClose }: { readonly onClose: () => void }) {
  const { select } = useCurrentTenant();
  return (
    <Dialog open onClose={onClose} title={frame.selectTenant} width={560}>
      <TenantPicker
        onSelect={(id) => {
          select(id);
          onClose();
        }}
      />
    </Dialog>
  );
}
