import { KeyRound } from 'lucide-react';
import { CheckField, RadioCards } from '../../../components/ui/choice.tsx';
import { Field, Input } from '../../../components/ui/field.tsx';
import { Box, Flex, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { onboarding as words } from '../../../text/onboarding.ts';
import { withSetting } from './draft.ts';
import { SchemaFields } from './schema-fields.tsx';
import type { StepProps } from './wizard.tsx';

/** How it is kept apart, what is asked of who signs in, and who is first. */
export function AccessStep({ draft, change, verdicts, checking, sections }: StepProps) {
  const email = verdicts.get('admin.email');
  const emailError = draft.adminEmail.trim() === '' || checking || email === undefined || email.verdict === 'free' ? undefined : email.words;
  return (
    <Stack gap="6">
      <RadioCards
        label={words.tier}
        value={draft.tier}
        choices={(['standard', 'dedicated'] as const).map((value) => ({ value, ...words.tiers[value] }))}
        onChange={(tier) => change({ tier })}
      />
      <Flex gap="3" bg="bg.subtle" borderWidth="1px" borderColor="border" borderRadius="l2" p="4">
        <Box color="fg.muted" pt="0.5">
          <KeyRound size={18} aria-hidden />
        </Box>
        <Box>
          <Heading as="h4" size="sm">
            {words.keys}
          </Heading>
          <Text textStyle="sm" color="fg.muted" mt="1">
            {words.keysText}
          </Text>
        </Box>
      </Flex>
      {sections
        .filter(({ heldBy }) => heldBy === 'operators')
        .map(({ key, schema }) => (
          <Box key={key} as="section">
            <Heading as="h4" size="sm" mb="3">
              {words.policy}
            </Heading>
            <SchemaFields schema={schema} values={draft.settings[key] ?? {}} onChange={(name, value) => change({ settings: withSetting(draft.settings, key, name, value) })} />
          </Box>
        ))}
      <Box as="section">
        <Heading as="h4" size="sm">
          {words.administrator}
        </Heading>
        <Text textStyle="sm" color="fg.muted" mb="3">
          {words.administratorLead}
        </Text>
        <Stack gap="4">
          <Field label={words.adminName} optional>
            <Input autoComplete="off" maxLength={200} value={draft.adminName} onChange={(event) => change({ adminName: event.currentTarget.value })} />
          </Field>
          <Field label={words.adminEmail} optional error={emailError}>
            <Input type="email" autoComplete="off" maxLength={320} value={draft.adminEmail} onChange={(event) => change({ adminEmail: event.currentTarget.value })} />
          </Field>
        </Stack>
      </Box>
      <CheckField label={words.activate} help={words.activateHelp} checked={draft.activate} onChange={(activate) => change({ activate })} />
    </Stack>
  );
}
