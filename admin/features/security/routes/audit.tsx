import { AuditTable } from '../../../components/audit-table.tsx';
import { RightGate } from '../components/right-gate.tsx';

/** The trail of all tenants and of the platform. */
export function Audit() {
  return (
    <RightGate right="audit.read">
      <AuditTable />
    </RightGate>
  );
}
