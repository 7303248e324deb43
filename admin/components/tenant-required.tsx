import { frame } from '../text/frame.ts';
import { useCurrentTenant } from './current-tenant.tsx';
import { TenantPicker } from './tenant-picker.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Box, Stack, Text } from './ui/layout.tsx';
import { LinkButton } from './ui/link.tsx';
import { LinesSkeleton } from './ui/skeleton.tsx';

/** In the place of a page that shows one tenant while none is selected: the page stands back, and there is a selector before it. */
export function TenantRequired() {
  const { select } = useCurrentTenant();
  return (
    <>
      <Box inert opacity={0.5}>
        <LinesSkeleton count={5} />
      </Box>
      <Dialog
        open
        dismissable={false}
        onClose={() => undefined}
        title={frame.contextRequired}
        width={560}
        footer={<LinkButton to="/tenants">{frame.backToTenants}</LinkButton>}
      >
        <Stack gap="4">
          <Text color="fg.muted">{frame.contextRequiredHint}</Text>
          <TenantPicker onSelect={select} />
        </Stack>
      </Dialog>
    </>
  );
}
