import { useEffect, useRef, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Box, Flex, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { useSettled } from '../../../components/tenant-search.ts';
import { useApiMutation, useApiQuery } from '../../../graphql/api.tsx';
import type { Problem } from '../../../session/problem.ts';
import { common } from '../../../text/common.ts';
import { onboarding as words } from '../../../text/onboarding.ts';
import { CreateTenantDocument, SuggestTenantIdDocument } from '../api/onboarding.generated.ts';
import { useCheck, useStart } from '../api/onboarding.ts';
import type { Section, Template, Verdict } from '../api/onboarding.ts';
import { AboutStep } from './about-step.tsx';
import { AccessStep } from './access-step.tsx';
import { STEPS, emptyDraft, orderOf } from './draft.ts';
import type { Draft, Step } from './draft.ts';
import { ReviewStep } from './review-step.tsx';
import { fits } from './schema-fields.tsx';
import { StartStep } from './start-step.tsx';
import { WIZARD_WIDTH } from './width.ts';

/** Milliseconds without a key before the server is asked about what is typed. */
const PAUSE_MS = 250;

/** What every step is given. */
export interface StepProps {
  readonly draft: Draft;
  readonly change: (changes: Partial<Draft>) => void;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly checking: boolean;
  readonly suggestion: string | null;
  readonly templates: readonly Template[];
  readonly sections: readonly Section[];
}

/** Gathers what a tenant needs, checked as it is typed, and orders it. */
export function Wizard({ onClose, onCreated }: { readonly onClose: () => void; readonly onCreated: (id: string) => void }) {
  const [entered, setEntered] = useState(emptyDraft);
  const [step, setStep] = useState<Step>('about');
  const [moved, setMoved] = useState(false);
  const change = (changes: Partial<Draft>): void => setEntered((before) => ({ ...before, ...changes }));
  const name = useSettled(entered.name.trim(), PAUSE_MS);
  const suggestion = useApiQuery(SuggestTenantIdDocument, { name }, { enabled: name !== '', keep: true });
  const suggested = name === '' ? null : (suggestion.data?.suggestTenantId ?? null);
  // Until an id is typed it follows the name.
  const draft: Draft = entered.ownId ? entered : { ...entered, id: entered.name.trim() === '' ? '' : (suggested ?? '') };

  const typed = [draft.id, draft.name, draft.domain, draft.adminEmail].join('\n');
  const settled = useSettled(typed, PAUSE_MS);
  const [id = '', asked = '', domain = '', adminEmail = ''] = settled.split('\n');
  const check = useCheck({ id, name: asked, domain, adminEmail });
  const checking = check.pending || typed !== settled || (!draft.ownId && (suggestion.isFetching || name !== draft.name.trim()));
  const start = useStart();
  const create = useApiMutation(CreateTenantDocument);
  const at = STEPS.indexOf(step);
  const verdictOf = (field: string): Verdict | undefined => check.verdicts.get(field);
  const isFree = (field: string, value: string, required: boolean): boolean => (value.trim() === '' ? !required : verdictOf(field)?.verdict === 'free' && !checking);
  const sections = (start.data?.settingSections?.nodes ?? []).filter((section) => section !== null);
  const settingsFit = sections.every(({ key, schema }) => fits(schema, draft.settings[key] ?? {}));
  const ready: Readonly<Record<Step, boolean>> = {
    about: isFree('name', draft.name, true) && isFree('id', draft.id, true) && isFree('domain', draft.domain, false),
    start: start.data !== undefined && settingsFit,
    access: settingsFit && isFree('admin.email', draft.adminEmail, false),
    review: true,
  };
  const order = (): void => create.mutate(orderOf(draft), { onSuccess: ({ createTenant }) => onCreated(createTenant?.result?.rowId ?? draft.id) });
  const go = (to: Step): void => {
    create.reset();
    setMoved(true);
    setStep(to);
  };
  const props: StepProps = {
    draft,
    change,
    verdicts: check.verdicts,
    checking,
    suggestion: suggested,
    templates: (start.data?.tenantTemplates?.nodes ?? []).filter((template) => template !== null),
    sections,
  };
  const pristine = entered === emptyDraft;
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title}
      width={WIZARD_WIDTH}
      dismissable={pristine}
      footer={
        <>
          <Box flex="1">
            <Button look="quiet" onClick={onClose}>
              {pristine ? common.cancel : words.leave}
            </Button>
          </Box>
          {at > 0 && <Button onClick={() => go(STEPS[at - 1] ?? 'about')}>{words.back}</Button>}
          {step === 'review' ? (
            <Button look="primary" loading={create.isPending} onClick={order}>
              {words.create}
            </Button>
          ) : (
            <Button look="primary" type="submit" form="onboarding-step" disabled={!ready[step]}>
              {words.next}
            </Button>
          )}
        </>
      }
    >
      <form
        id="onboarding-step"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready[step] && step !== 'review') go(STEPS[at + 1] ?? 'review');
        }}
      >
        <Stack gap="5" minH="22rem">
          <Stepper at={at} />
          <StepHeading key={step} step={step} focused={moved} />
          {step === 'about' ? (
            <AboutStep {...props} />
          ) : (
            <QueryStates query={start} skeleton={<LinesSkeleton count={4} />}>
              {() => <LaterStep {...props} step={step} problem={create.error} onChange={go} />}
            </QueryStates>
          )}
        </Stack>
      </form>
    </Dialog>
  );
}

interface LaterStepProps extends StepProps {
  readonly step: Exclude<Step, 'about'>;
  readonly problem: Problem | null;
  readonly onChange: (step: Step) => void;
}

function LaterStep({ step, problem, onChange, ...props }: LaterStepProps) {
  if (step === 'start') return <StartStep {...props} />;
  if (step === 'access') return <AccessStep {...props} />;
  return <ReviewStep {...props} problem={problem} onChange={onChange} />;
}

/** What the step is about; on the way from another one it takes the focus, so that reading begins there. */
function StepHeading({ step, focused }: { readonly step: Step; readonly focused: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focused) heading.current?.focus();
  }, [focused]);
  return (
    <Heading as="h3" size="md" ref={heading} tabIndex={-1} outline="none">
      {words.steps[step]}
    </Heading>
  );
}

/** Where one is among the steps, in words and as a bar. */
function Stepper({ at }: { readonly at: number }) {
  return (
    <Box>
      <Text textStyle="sm" color="fg.muted" fontWeight="medium" role="status">
        {words.stepOf(at + 1, STEPS.length)}
      </Text>
      <Flex gap="1.5" mt="2" aria-hidden>
        {STEPS.map((step, index) => (
          <Box key={step} flex="1" height="1" borderRadius="full" bg={index <= at ? 'brand.focusRing' : 'bg.emphasized'} />
        ))}
      </Flex>
    </Box>
  );
}
