import { useId } from 'react';
import type { ReactNode } from 'react';
import { Box, Stack, Text } from './layout.tsx';

const control = {
  '& input': { width: '1.25rem', height: '1.25rem', marginTop: '0.125rem', flexShrink: 0, accentColor: 'var(--tn-colors-brand-solid)', cursor: 'pointer' },
} as const;

interface CheckFieldProps {
  readonly label: string;
  readonly help?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

/** Yes or no, with what it means. */
export function CheckField({ label, help, checked, onChange, disabled = false }: CheckFieldProps) {
  const id = useId();
  return (
    <Box display="flex" gap="3" css={control}>
      <input
        type="checkbox"
        id={id}
        checked={checked}
        disabled={disabled}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <Box minW="0">
        <label htmlFor={id}>
          <Text as="span" fontWeight="medium">
            {label}
          </Text>
        </label>
        {help !== undefined && (
          <Text id={`${id}-help`} textStyle="sm" color="fg.muted">
            {help}
          </Text>
        )}
      </Box>
    </Box>
  );
}

interface RadioCardsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly title: string; readonly description?: ReactNode }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few, each with what it means. */
export function RadioCards<Value extends string>({ label, value, choices, onChange }: RadioCardsProps<Value>) {
  const name = useId();
  return (
    <Box as="fieldset" minW="0">
      <Box as="legend" fontWeight="medium" textStyle="sm" mb="2">
        {label}
      </Box>
      <Stack gap="2">
        {choices.map((choice) => (
          <Box
            as="label"
            key={choice.value}
            display="flex"
            gap="3"
            p="3"
            cursor="pointer"
            borderWidth="1px"
            borderRadius="l2"
            borderColor={choice.value === value ? 'brand.focusRing' : 'border.emphasized'}
            bg={choice.value === value ? 'bg.subtle' : 'bg.panel'}
            css={control}
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              aria-labelledby={`${name}-${choice.value}`}
              aria-describedby={choice.description === undefined ? undefined : `${name}-${choice.value}-about`}
              onChange={() => onChange(choice.value)}
            />
            <Box minW="0">
              <Text as="span" display="block" id={`${name}-${choice.value}`} fontWeight="semibold">
                {choice.title}
              </Text>
              {choice.description !== undefined && (
                <Text as="span" display="block" id={`${name}-${choice.value}-about`} textStyle="sm" color="fg.muted">
                  {choice.description}
                </Text>
              )}
            </Box>
          </Box>
        ))}
      </Stack>
    </Box>
  );
}
