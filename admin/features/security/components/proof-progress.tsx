import { useEffect, useEffectEvent, useState } from 'react';
import type { ReactNode } from 'react';
import { CircleAlert, CircleDashed, LoaderCircle, ShieldCheck } from 'lucide-react';
import { ErrorState } from '../../../components/error-state.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Box, Flex, Stack, Text } from '../../../components/ui/layout.tsx';
import { LinkButton } from '../../../components/ui/link.tsx';
import { Live } from '../../../components/ui/live.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { useApiMutation, useApiSubscription } from '../../../graphql/api.tsx';
import { common } from '../../../text/common.ts';
import { security } from '../../../text/security.ts';
import { IsolationProgressDocument, IsolationSummaryDocument, VerifyIsolationDocument } from '../api/security.generated.ts';
import type { IsolationProgressSubscription } from '../api/security.generated.ts';

const words = security.proof;

type Run = NonNullable<NonNullable<IsolationProgressSubscription['isolationProgress']>['run']>;

interface ProofProgressProps {
  readonly tenantId: string;
  readonly name: string;
  readonly onClose: () => void;
  /** When the proof is over: what shows proofs is no longer true. */
  readonly onOver: () => void;
}

/** Orders a proof and follows it, step by step, as the server tells of it. */
export function ProofProgress({ tenantId, name, onClose, onOver }: ProofProgressProps) {
  const verify = useApiMutation(VerifyIsolationDocument, { changes: [IsolationSummaryDocument] });
  const [run, setRun] = useState<Run | null>(null);
  const [givenUp, setGivenUp] = useState(false);
  const answer = verify.data?.verifyIsolation?.result ?? null;
  const ordered = answer?.runId ?? null;
  const order = useEffectEvent(() => verify.mutate({ id: tenantId }));
  useEffect(() => order(), []);
  const lost = useApiSubscription(IsolationProgressDocument, ordered === null ? null : { tenantId }, ({ isolationProgress }) => {
    const next = isolationProgress?.run ?? null;
    // Another proof of the same tenant may be the newest by now; this one is what was asked for.
    if (next !== null && next.rowId === ordered) setRun(next);
    // One that is given up leaves no run: the newest is then again what it was, or none.
    else if ((next?.rowId ?? null) === (answer?.attemptsRunId ?? null)) setGivenUp(true);
  });
  const ended = run !== null && run.status !== 'running';
  const over = ended || givenUp;
  const tell = useEffectEvent(onOver);
  useEffect(() => {
    if (over) tell();
  }, [over]);

  const posture = run ?? answer;
  const passed = run?.status === 'passed';
  const verdict = !over ? words.working : givenUp ? words.givenUp(name) : passed ? words.passed(name) : words.failed(name);
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.drawer(name)}
      footer={
        <>
          <Button onClick={onClose}>{common.close}</Button>
          {ended && (
            <LinkButton look="primary" to={`/security/proofs/${run.rowId}`}>
              {words.details}
            </LinkButton>
          )}
        </>
      }
    >
      {verify.error === null ? (
        <Stack gap="4">
          <Step done={ordered !== null} label={words.steps.ordered} />
          <Step
            done={posture !== null && posture.postureChecks !== null}
            failed={(posture?.postureFailures ?? 0) > 0}
            label={words.steps.posture}
            word={posture === null || posture.postureChecks === null ? words.working : words.postureDone(posture.postureChecks, posture.postureFailures ?? 0)}
          />
          <Step
            done={ended}
            waits={ordered === null || givenUp}
            failed={ended && !passed}
            label={words.steps.attempts}
            word={givenUp ? undefined : ended ? (run.broken === null ? words.attemptsDone(run.attempts ?? 0, run.attemptFailures ?? 0) : words.broken) : ordered === null ? words.waiting : words.working}
          />
          {over && (
            <Notice tone={givenUp ? 'attention' : passed ? 'secure' : 'critical'} urgent={!passed} title={verdict}>
              {ended && run.durationMs !== null && words.ms(Number(run.durationMs))}
            </Notice>
          )}
          {lost !== null && <ErrorState error={lost} />}
          <Live>{verdict}</Live>
        </Stack>
      ) : (
        <ErrorState error={verify.error} onRetry={() => verify.mutate({ id: tenantId })} />
      )}
    </Dialog>
  );
}

interface StepProps {
  readonly done: boolean;
  readonly label: string;
  readonly word?: ReactNode;
  readonly failed?: boolean;
  readonly waits?: boolean;
}

function Step({ done, label, word, failed = false, waits = false }: StepProps) {
  const Icon = failed ? CircleAlert : done ? ShieldCheck : waits ? CircleDashed : LoaderCircle;
  return (
    <Flex gap="3" align="flex-start">
      <Box pt="0.5" color={failed ? 'critical.fg' : done ? 'secure.fg' : 'fg.muted'} {...(!done && !failed && !waits && { animation: 'spin' })}>
        <Icon size={20} aria-hidden />
      </Box>
      <Box>
        <Text fontWeight="semibold">{label}</Text>
        {word !== undefined && (
          <Text textStyle="sm" color="fg.muted">
            {word}
          </Text>
        )}
      </Box>
    </Flex>
  );
}
