import { useState } from 'react';
import { Lock } from 'lucide-react';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { RoleDenied } from '../../../components/role-denied.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Box, Flex, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { useClock } from '../../../components/ui/relative-time.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import type { Right } from '../../../session/rights.ts';
import { useMay } from '../../../session/session-provider.tsx';
import { formatMoment } from '../../../text/format.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useStep } from '../api/life.ts';
import type { StepName } from '../api/life.ts';
import type { Tenant } from '../api/tenant.ts';
import { useTenant } from '../components/tenant-context.ts';

const { danger: words } = tenantDetail;

interface Step {
  readonly name: StepName;
  readonly from: readonly string[];
  readonly right: Right;
  /** Whether the tenant's id has to be typed. */
  readonly typed: boolean;
  readonly destroys: boolean;
}

/** From which status each step leads on, as the server has it; the mildest first. */
const STEPS: readonly Step[] = [
  { name: 'activate', from: ['ready', 'suspended'], right: 'tenants.suspend', typed: false, destroys: false },
  { name: 'restore', from: ['archived', 'deleted'], right: 'tenants.restore', typed: true, destroys: false },
  { name: 'suspend', from: ['active'], right: 'tenants.suspend', typed: true, destroys: true },
  { name: 'cancel', from: ['provisioning', 'ready', 'failed'], right: 'tenants.delete', typed: true, destroys: true },
  { name: 'archive', from: ['active', 'suspended'], right: 'tenants.delete', typed: true, destroys: true },
  { name: 'remove', from: ['ready', 'active', 'suspended', 'archived'], right: 'tenants.delete', typed: true, destroys: true },
  { name: 'purge', from: ['deleted'], right: 'tenants.purge', typed: true, destroys: true },
];

/** What changes who gets in, at once. */
export function TenantDanger() {
  const tenant = useTenant();
  const may = useMay();
  const [asked, setAsked] = useState<Step | null>(null);
  if (!may('tenants.suspend')) return <RoleDenied right="tenants.suspend" why={words.forbidden} />;
  const open = STEPS.filter(({ from, right }) => from.includes(tenant.status) && may(right));
  return (
    <Stack gap="5">
      <Text color="fg.muted" maxW="3xl">
        {words.lead}
      </Text>
      {open.length === 0 ? (
        <EmptyState title={words.nothing} picture={<Lock size={40} />} />
      ) : (
        <Box as="ul" listStyleType="none" bg="bg.panel" borderWidth="1px" borderColor="critical.border" borderRadius="l3">
          {open.map((step, index) => (
            <StepRow key={step.name} step={step} tenant={tenant} first={index === 0} onAsk={() => setAsked(step)} />
          ))}
        </Box>
      )}
      {asked !== null && <AskStep step={asked} tenant={tenant} onClose={() => setAsked(null)} />}
    </Stack>
  );
}

function StepRow({ step, tenant, first, onAsk }: { readonly step: Step; readonly tenant: Tenant; readonly first: boolean; readonly onAsk: () => void }) {
  const { title, hint } = words[step.name];
  const now = useClock();
  const early = step.name === 'purge' && tenant.purgeAfter !== null && Date.parse(tenant.purgeAfter) > now;
  return (
    <Box as="li" px="5" py="4" {...(!first && { borderTopWidth: '1px', borderColor: 'border' })}>
      <Flex justify="space-between" align="center" gap="4" wrap={{ base: 'wrap', md: 'nowrap' }}>
        <Box minW="0">
          <Heading as="h2" size="sm">
            {title}
          </Heading>
          <Text color="fg.muted" textStyle="sm">
            {hint}
            {early && ` ${words.purge.until(formatMoment(tenant.purgeAfter ?? ''))}`}
          </Text>
        </Box>
        <Button look={step.destroys ? 'danger-plain' : 'plain'} flexShrink={0} minW="28" disabled={early} onClick={onAsk}>
          {title}
        </Button>
      </Flex>
    </Box>
  );
}

function AskStep({ step, tenant, onClose }: { readonly step: Step; readonly tenant: Tenant; readonly onClose: () => void }) {
  const { ask, consequences, title, done } = words[step.name];
  const change = useStep(step.name);
  const reasoned = step.name !== 'purge';
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={ask(tenant.name)}
      consequences={consequences}
      action={title}
      danger={step.destroys}
      pending={change.isPending}
      problem={change.error}
      {...(step.typed && { word: tenant.rowId })}
      {...(reasoned && { reasonLabel: words.reason })}
      onConfirm={(reason) =>
        change.mutate(
          { id: tenant.rowId, ...(reasoned && { reason }) },
          {
            onSuccess: () => {
              toast('secure', done);
              onClose();
            },
          },
        )
      }
    />
  );
}
