import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Ban, Circle, CircleCheck, CircleMinus, CircleX, LoaderCircle, Undo2 } from 'lucide-react';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { SlowNote } from '../../../components/slow-note.tsx';
import { SupportContact } from '../../../components/support-contact.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Box, Flex, Grid, Stack, Text } from '../../../components/ui/layout.tsx';
import { LinkButton } from '../../../components/ui/link.tsx';
import { Live } from '../../../components/ui/live.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { useApiMutation, useApiQuery, useApiSubscription } from '../../../graphql/api.tsx';
import { common } from '../../../text/common.ts';
import { errors } from '../../../text/errors.ts';
import { onboarding } from '../../../text/onboarding.ts';
import { CancelProvisioningDocument, ProvisioningProgressDocument, RetryProvisioningDocument, SupportContactDocument } from '../api/onboarding.generated.ts';
import { formatDuration } from './durations.ts';
import { NextSteps } from './next-steps.tsx';
import { elapsedOf, isRolledBack, stepsOf } from './run-steps.ts';
import type { Event, Run, ShownStep, StepState } from './run-steps.ts';
import { WIZARD_WIDTH } from './width.ts';

const words = onboarding.progress;

/** Follows the bringing up of a tenant, whoever ordered it, to its end; failed, it can be ordered again, and until it is open called off. */
export function Progress({ tenantId, onClose }: { readonly tenantId: string; readonly onClose: () => void }) {
  const [event, setEvent] = useState<Event | null>(null);
  const [cancelling, setCancelling] = useState(false);
  const refusal = useApiSubscription(ProvisioningProgressDocument, { tenantId }, ({ provisioningProgress }) => setEvent(provisioningProgress));
  const cancel = useApiMutation(CancelProvisioningDocument);
  const retry = useApiMutation(RetryProvisioningDocument);
  const tenant = event?.tenant ?? null;
  const run = event?.run ?? null;
  const status = cancel.data?.cancelProvisioning?.result?.status ?? tenant?.status ?? null;
  const name = tenant?.name ?? tenantId;
  const failed = run?.status === 'failed' && status === 'failed';
  const open = status === 'provisioning' || status === 'ready' || status === 'failed';

  const body = (): ReactNode => {
    if (refusal !== null) return <ErrorState error={refusal} onRetry={() => location.reload()} />;
    if (event === null) {
      return (
        <Stack gap="4" aria-busy>
          <SlowNote />
          <LinesSkeleton count={6} />
        </Stack>
      );
    }
    if (tenant === null || run === null) return <EmptyState title={words.gone} hint={words.goneHint} picture={<Ban size={40} />} />;
    const steps = stepsOf(status === 'cancelled' ? { ...run, status: 'cancelled' } : run, tenant.template);
    return (
      <Stack gap="5">
        <Outcome run={run} status={status ?? ''} name={name} />
        {retry.error !== null && (
          <Notice tone="critical" urgent title={errors[retry.error.code].title}>
            {retry.error.message}
          </Notice>
        )}
        {failed && <Failure run={run} />}
        <Steps steps={steps} />
        <Clock run={run} />
        {(status === 'active' || status === 'ready') && <NextSteps tenantId={tenantId} invited={run.administratorNamed} />}
      </Stack>
    );
  };
  return (
    <>
      <Dialog
        open
        onClose={onClose}
        title={words.title(name)}
        width={WIZARD_WIDTH}
        footer={
          <>
            {open && (
              <Box flex="1">
                <Button look="danger-plain" onClick={() => setCancelling(true)}>
                  {words.cancel}
                </Button>
              </Box>
            )}
            <Button onClick={onClose}>{common.close}</Button>
            {failed && (
              <Button look="primary" loading={retry.isPending} onClick={() => retry.mutate({ id: tenantId })}>
                {words.retry}
              </Button>
            )}
            {status === 'active' && (
              <LinkButton to={`/tenants/${encodeURIComponent(tenantId)}`} look="primary">
                {words.openTenant}
              </LinkButton>
            )}
          </>
        }
      >
        {body()}
      </Dialog>
      <ConfirmDialog
        open={cancelling && open}
        onClose={() => setCancelling(false)}
        title={words.cancelTitle(name)}
        consequences={words.cancelConsequences}
        reasonLabel={words.cancelReason}
        action={words.cancel}
        pending={cancel.isPending}
        problem={cancel.error}
        onConfirm={(reason) => cancel.mutate({ id: tenantId, reason }, { onSuccess: () => setCancelling(false) })}
      />
    </>
  );
}

/** How it stands, in a sentence, said to who can't see it. */
function Outcome({ run, status, name }: { readonly run: Run; readonly status: string; readonly name: string }) {
  if (status === 'active') return <Notice tone="secure" title={words.done(name)}>{words.doneHint}</Notice>;
  if (status === 'ready') return <Notice tone="info" title={words.ready(name)}>{words.readyHint}</Notice>;
  if (status === 'cancelled') return <Notice tone="neutral" title={words.cancelled}>{words.cancelledHint}</Notice>;
  if (status === 'failed') {
    const rolledBack = isRolledBack(run);
    return (
      <Notice tone="critical" urgent title={words.failed(labelOf(run.failedStep))}>
        {rolledBack ? words.rolledBack : words.notRolledBack}
      </Notice>
    );
  }
  return <Text color="fg.muted">{run.status === 'queued' ? `${words.queued}. ${words.lead}` : words.lead}</Text>;
}

function labelOf(step: string | null): string {
  if (step === null) return '';
  if (step === 'activation') return words.steps.active;
  return Object.hasOwn(words.steps, step) ? words.steps[step as keyof typeof words.steps] : step;
}

/** Why it failed, and whom to ask. */
function Failure({ run }: { readonly run: Run }) {
  const contact = useApiQuery(SupportContactDocument, {});
  const facts = [
    { label: words.failedStep, value: labelOf(run.failedStep) },
    { label: words.reason, value: run.error ?? '' },
    { label: words.code, value: <Code>{run.sqlstate ?? ''}</Code> },
    { label: words.support, value: <SupportContact contact={contact.data?.systemHealth?.supportContact ?? null} /> },
  ];
  return (
    <Grid as="dl" templateColumns={{ base: '1fr', sm: '10rem 1fr' }} columnGap="4" rowGap="1.5" borderWidth="1px" borderColor="border" borderRadius="l2" px="4" py="3">
      {facts.map(({ label, value }) => (
        <Box key={label} display="contents">
          <Text as="dt" color="fg.muted">
            {label}
          </Text>
          <Box as="dd" overflowWrap="anywhere">
            {value}
          </Box>
        </Box>
      ))}
    </Grid>
  );
}

const LOOKS: Readonly<Record<StepState, { readonly icon: typeof Circle; readonly color: string }>> = {
  waiting: { icon: Circle, color: 'fg.muted' },
  running: { icon: LoaderCircle, color: 'info.fg' },
  done: { icon: CircleCheck, color: 'secure.fg' },
  failed: { icon: CircleX, color: 'critical.fg' },
  undone: { icon: Undo2, color: 'attention.fg' },
  skipped: { icon: Circle, color: 'fg.muted' },
  unasked: { icon: CircleMinus, color: 'fg.muted' },
};

function Steps({ steps }: { readonly steps: readonly ShownStep[] }) {
  const newest = steps.findLast(({ state }) => state === 'done' || state === 'failed');
  return (
    <Box>
      <Live>{newest === undefined ? '' : `${words.steps[newest.name]}: ${words.state[newest.state]}`}</Live>
      <Stack as="ol" listStyleType="none" gap="0">
        {steps.map(({ name, state, ms }) => {
          const { icon: Icon, color } = LOOKS[state];
          return (
            <Flex as="li" key={name} align="center" gap="3" minH="10" py="1" borderBottomWidth="1px" borderColor="border">
              <Box color={color} flexShrink={0} animation={state === 'running' ? 'spin 1s linear infinite' : undefined}>
                <Icon size={20} aria-hidden />
              </Box>
              <Text flex="1" minW="0" fontWeight={state === 'running' || state === 'failed' ? 'semibold' : 'normal'} color={state === 'skipped' || state === 'waiting' || state === 'unasked' ? 'fg.muted' : 'fg'}>
                {words.steps[name]}
              </Text>
              <Text textStyle="sm" color={color}>
                {words.state[state]}
              </Text>
              <Text textStyle="sm" color="fg.muted" minW="16" textAlign="end">
                {ms === null ? '' : formatDuration(ms)}
              </Text>
            </Flex>
          );
        })}
      </Stack>
    </Box>
  );
}

/** How long it has taken; it runs while the run does. */
function Clock({ run }: { readonly run: Run }) {
  const [now, setNow] = useState(() => Date.now());
  const over = run.finishedAt !== null;
  useEffect(() => {
    if (over) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [over]);
  const time = formatDuration(elapsedOf(run, now));
  return (
    <Text textStyle="sm" color="fg.muted" textAlign="end">
      {over ? words.total(time) : words.elapsed(time)}
    </Text>
  );
}
