import { RadioCards } from '../../../components/ui/choice.tsx';
import { Box, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { onboarding as words } from '../../../text/onboarding.ts';
import { withSetting } from './draft.ts';
import { SchemaFields, simpleFields } from './schema-fields.tsx';
import type { StepProps } from './wizard.tsx';

/** What it begins with, and the settings of its own that have single values. */
export function StartStep({ draft, change, templates, sections }: StepProps) {
  const shown = sections.filter(({ heldBy, schema }) => heldBy === 'tenant' && simpleFields(schema).length > 0);
  return (
    <Stack gap="6">
      <RadioCards
        label={words.template}
        value={draft.template}
        choices={templates.map(({ template, title, description, users }) => ({
          value: template ?? '',
          title: title ?? '',
          description: [description, (users?.length ?? 0) === 0 ? '' : words.templateUsers((users ?? []).join(', '))].join(' ').trim(),
        }))}
        onChange={(template) => change({ template })}
      />
      <Text color="fg.muted">{words.settingsLead}</Text>
      {shown.map(({ key, schema }) => (
        <Box key={key} as="section">
          <Heading as="h4" size="sm" mb="3">
            {titleOf(schema)}
          </Heading>
          <SchemaFields schema={schema} values={draft.settings[key] ?? {}} onChange={(name, value) => change({ settings: withSetting(draft.settings, key, name, value) })} />
        </Box>
      ))}
    </Stack>
  );
}

function titleOf(schema: unknown): string {
  return (schema as { readonly title?: string }).title ?? '';
}
