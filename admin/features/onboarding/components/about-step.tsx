import { Button } from '../../../components/ui/button.tsx';
import { Field, Input, Textarea } from '../../../components/ui/field.tsx';
import { Flex, Stack, Text } from '../../../components/ui/layout.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { onboarding as words } from '../../../text/onboarding.ts';
import type { Verdict } from '../api/onboarding.ts';
import type { StepProps } from './wizard.tsx';

/** Who the tenant is. */
export function AboutStep({ draft, change, verdicts, checking, suggestion }: StepProps) {
  const errorOf = (field: string, value: string): string | undefined => {
    const verdict = verdicts.get(field);
    return value.trim() === '' || checking || verdict === undefined || verdict.verdict === 'free' ? undefined : verdict.words;
  };
  const idError = errorOf('id', draft.id);
  return (
    <Stack gap="5">
      <Field label={words.name} required help={<Standing value={draft.name} verdict={verdicts.get('name')} checking={checking} help={words.nameHelp} />} error={errorOf('name', draft.name)}>
        <Input data-autofocus maxLength={120} autoComplete="off" value={draft.name} onChange={(event) => change({ name: event.currentTarget.value })} />
      </Field>
      <Field
        label={words.id}
        required
        help={<Standing value={draft.id} verdict={verdicts.get('id')} checking={checking} help={draft.ownId || draft.id === '' ? words.idHelp : `${words.suggested} ${words.idHelp}`} />}
        error={idError}
      >
        <Input
          maxLength={48}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          fontFamily="mono"
          value={draft.id}
          onChange={(event) => change({ id: event.currentTarget.value, ownId: event.currentTarget.value !== '' })}
        />
        {idError !== undefined && suggestion !== null && suggestion !== draft.id && (
          <Button size="sm" onClick={() => change({ id: suggestion, ownId: false })}>
            {words.takeSuggestion(suggestion)}
          </Button>
        )}
      </Field>
      <Field label={words.domain} optional help={<Standing value={draft.domain} verdict={verdicts.get('domain')} checking={checking} help={words.domainHelp} />} error={errorOf('domain', draft.domain)}>
        <Input autoComplete="off" autoCapitalize="off" spellCheck={false} value={draft.domain} onChange={(event) => change({ domain: event.currentTarget.value })} />
      </Field>
      <Field label={words.description} optional help={words.descriptionHelp}>
        <Textarea rows={2} maxLength={2_000} value={draft.description} onChange={(event) => change({ description: event.currentTarget.value })} />
      </Field>
    </Stack>
  );
}

/** What a field is for, and what the server says of it. */
function Standing({ value, verdict, checking, help }: { readonly value: string; readonly verdict: Verdict | undefined; readonly checking: boolean; readonly help: string }) {
  const known = value.trim() !== '';
  return (
    <Flex as="span" align="flex-start" gap="2" role="status" minH="6">
      {known && checking && <Text as="span">{words.checking}</Text>}
      {known && !checking && verdict?.verdict === 'free' && (
        <StatusBadge tone="secure" size="sm">
          {words.free}
        </StatusBadge>
      )}
      <span>{help}</span>
    </Flex>
  );
}
