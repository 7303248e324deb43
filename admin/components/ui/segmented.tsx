import { Check } from 'lucide-react';
import { Button } from './button.tsx';
import { Flex } from './layout.tsx';

interface SegmentedProps<Value extends string> {
  /** What is chosen by it. */
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

/** One of two or three views of the same list, side by side. The chosen one is told by a tick too, not by colour alone. */
export function Segmented<Value extends string>({ label, value, choices, onChange, disabled = false }: SegmentedProps<Value>) {
  return (
    <Flex role="group" aria-label={label} gap="1" p="1" flexShrink={0} borderWidth="1px" borderColor="border.emphasized" borderRadius="l2" bg="bg.panel">
      {choices.map((choice) => {
        const chosen = choice.value === value;
        return (
          <Button
            key={choice.value}
            look="quiet"
            size="xs"
            minH="8"
            aria-pressed={chosen}
            disabled={disabled}
            {...(chosen && { bg: 'bg.emphasized', fontWeight: 'semibold' })}
            onClick={() => onChange(choice.value)}
          >
            {chosen && <Check aria-hidden />}
            {choice.label}
          </Button>
        );
      })}
    </Flex>
  );
}
