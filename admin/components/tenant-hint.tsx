import { TenantStatus } from './tenant-status.tsx';
import { Box } from './ui/layout.tsx';

/** What tells tenants of like names apart in a list that is searched: the id, where there is room, and the status. */
export function TenantHint({ id, status }: { readonly id: string; readonly status: string }) {
  return (
    <>
      <Box as="span" fontFamily="mono" hideBelow="sm" truncate>
        {id}
      </Box>
      <TenantStatus status={status} size="sm" />
    </>
  );
}
