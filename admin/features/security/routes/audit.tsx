import { AuditTable } from '../../../components/audit-table.tsx';
import { RoleGate } from '../../../components/role-denied.tsx';

/** The trail of all tenants and of the platform. */
export function Audit() {
  return (
    <RoleGate right="audit.read">
      <AuditTable />
    </RoleGate>
  );
}
