import { useEffect } from 'react';
import { useMatch, useNavigate } from 'react-router';
import { NEW_TENANT } from '../../../components/current-tenant.tsx';
import { RoleDenied } from '../../../components/role-denied.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { onboarding as words } from '../../../text/onboarding.ts';
import { Progress } from '../components/progress.tsx';
import { WIZARD_WIDTH } from '../components/width.ts';
import { Wizard } from '../components/wizard.tsx';

/** The wizard, and after it how the tenant is getting on, which has an address so that one can come back to it. */
export function Onboarding() {
  const may = useMay();
  const navigate = useNavigate();
  const tenantId = useMatch(`/tenants/${NEW_TENANT}/:tenantId`)?.params.tenantId ?? null;
  const close = (): void => void navigate('/tenants');
  useEffect(() => {
    document.title = `${words.title} · ${common.product}`;
  });
  if (!may('tenants.create')) {
    return (
      <Dialog open onClose={close} title={words.title} width={WIZARD_WIDTH}>
        <RoleDenied right="tenants.create" why={words.notAllowed} />
      </Dialog>
    );
  }
  if (tenantId !== null) return <Progress key={tenantId} tenantId={tenantId} onClose={close} />;
  return <Wizard onClose={close} onCreated={(id) => void navigate(`/tenants/${NEW_TENANT}/${encodeURIComponent(id)}`, { replace: true })} />;
}
