import { LogOut } from 'lucide-react';
import { Button } from '../../../components/ui/button.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useOperator } from '../../../session/session-provider.tsx';
import { errors } from '../../../text/errors.ts';
import { formatTime } from '../../../text/format.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useLeaveTenant, useOwnVisit } from '../api/protection.ts';

const { security: words } = tenantDetail;

/** Says, on every page of a tenant, that one is inside it, until when, and how to leave. */
export function VisitNotice({ tenantId }: { readonly tenantId: string }) {
  const operator = useOperator();
  const visit = useOwnVisit(tenantId, operator.id);
  const leave = useLeaveTenant();
  if (visit === null) return null;
  return (
    <Notice
      tone="attention"
      title={words.insideTitle(formatTime(new Date(visit.expiresAt)))}
      actions={
        <Button
          size="sm"
          loading={leave.isPending}
          onClick={() =>
            leave.mutate(
              { visitId: visit.rowId },
              { onSuccess: () => toast('secure', words.leftNow), onError: (problem) => toast('critical', errors[problem.code].title, problem.message) },
            )
          }
        >
          <LogOut aria-hidden />
          {words.leave}
        </Button>
      }
    >
      {words.insideHint(visit.role, words.access[visit.access] ?? visit.access)}
    </Notice>
  );
}
