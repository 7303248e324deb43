import type { ReactNode } from 'react';
import { Checkbox as ChakraCheckbox } from '@chakra-ui/react';
import { Text } from './layout.tsx';

interface CheckboxProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** What it says; also what a click on it changes. */
  readonly children: ReactNode;
  /** Below, in smaller words. */
  readonly help?: string | undefined;
  readonly disabled?: boolean;
}

/** Yes or no. */
export function Checkbox({ checked, onChange, children, help, disabled = false }: CheckboxProps) {
  return (
    <ChakraCheckbox.Root checked={checked} disabled={disabled} alignItems="flex-start" colorPalette="brand" onCheckedChange={(details) => onChange(details.checked === true)}>
      <ChakraCheckbox.HiddenInput />
      <ChakraCheckbox.Control mt="0.5" borderColor="border.emphasized" bg="bg.panel" _checked={{ bg: 'colorPalette.solid', borderColor: 'colorPalette.solid' }} />
      <ChakraCheckbox.Label fontWeight="normal" display="block">
        {children}
        {help !== undefined && (
          <Text as="span" display="block" textStyle="sm" color="fg.muted" fontWeight="normal">
            {help}
          </Text>
        )}
      </ChakraCheckbox.Label>
    </ChakraCheckbox.Root>
  );
}
