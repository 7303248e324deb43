import { useState } from 'react';
import type { ReactNode } from 'react';
import { Field as ChakraField, Input as ChakraInput, NativeSelect, Textarea as ChakraTextarea } from '@chakra-ui/react';
import type { InputProps as ChakraInputProps, TextareaProps as ChakraTextareaProps } from '@chakra-ui/react';
import { Eye, EyeOff, TriangleAlert } from 'lucide-react';
import { Flex, Text } from './layout.tsx';
import { IconButton } from './button.tsx';
import { common } from '../../text/common.ts';

export interface FieldProps {
  readonly label: string;
  /** What goes in here; stands below the field. */
  readonly help?: ReactNode;
  /** What is wrong with what is in here; said at once to who can't see it. */
  readonly error?: string | undefined;
  readonly required?: boolean;
  /** It may stay empty, and says so. A choice that always has a value is neither. */
  readonly optional?: boolean;
  readonly children: ReactNode;
}

/** A label, its field, help and error, tied together for everybody. */
export function Field({ label, help, error, required = false, optional = false, children }: FieldProps) {
  return (
    <ChakraField.Root required={required} invalid={error !== undefined}>
      <ChakraField.Label>
        {label}
        {optional && (
          <>
            {' '}
            <Text as="span" color="fg.muted" fontWeight="normal">
              {common.optional}
            </Text>
          </>
        )}
      </ChakraField.Label>
      {children}
      {help !== undefined && <ChakraField.HelperText color="fg.muted">{help}</ChakraField.HelperText>}
      <ChakraField.ErrorText color="fg.error" fontWeight="medium" role="alert">
        <TriangleAlert size={14} aria-hidden />
        {error}
      </ChakraField.ErrorText>
    </ChakraField.Root>
  );
}

const edges = { borderColor: 'border.emphasized', bg: 'bg.panel' } as const;

/** A line of text; inside `<Field>`. */
export function Input(props: ChakraInputProps) {
  return <ChakraInput {...edges} {...props} />;
}

export function Textarea(props: ChakraTextareaProps) {
  return <ChakraTextarea {...edges} rows={3} {...props} />;
}

/** A password, which can be looked at. */
export function PasswordInput({ showLabel, hideLabel, ...props }: ChakraInputProps & { readonly showLabel: string; readonly hideLabel: string }) {
  const [shown, setShown] = useState(false);
  return (
    <Flex position="relative" width="full">
      <ChakraInput {...edges} pe="12" {...props} type={shown ? 'text' : 'password'} autoCapitalize="off" spellCheck={false} />
      <IconButton
        label={shown ? hideLabel : showLabel}
        aria-pressed={shown}
        size="sm"
        position="absolute"
        insetEnd="0.5"
        top="0.5"
        onClick={() => setShown(!shown)}
      >
        {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
      </IconButton>
    </Flex>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface SelectProps {
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
  /** Where there is no `<Field>` around. */
  readonly label?: string;
  readonly size?: 'sm' | 'md';
  readonly width?: string;
  readonly disabled?: boolean;
}

/** One of a few, with the browser's own list, which works on every device. */
export function Select({ value, choices, onChange, label, size = 'md', width = 'full', disabled = false }: SelectProps) {
  return (
    <NativeSelect.Root size={size} width={width} disabled={disabled}>
      <NativeSelect.Field {...edges} value={value} aria-label={label} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </NativeSelect.Field>
      <NativeSelect.Indicator color="fg.muted" />
    </NativeSelect.Root>
  );
}
