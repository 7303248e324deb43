import { toast } from '../../../components/ui/toast.tsx';
import { errors } from '../../../text/errors.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useLeaveTenant } from '../api/protection.ts';

/** Ends a visit, and says what came of it. */
export function useLeaveVisit(): { readonly leave: (visitId: string) => void; readonly leaving: boolean } {
  const { mutate, isPending: leaving } = useLeaveTenant();
  return {
    leave: (visitId) =>
      mutate(
        { visitId },
        { onSuccess: () => toast('secure', tenantDetail.security.leftNow), onError: (problem) => toast('critical', errors[problem.code].title, problem.message) },
      ),
    leaving,
  };
}
