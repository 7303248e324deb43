import { useEffect, useEffectEvent, useId, useState } from 'react';
import { Input } from './ui/field.tsx';
import { Box } from './ui/layout.tsx';

/** Milliseconds without a key after which the filter is set. */
const PAUSE_MS = 300;

interface FilterFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly title?: string;
  /** What may be meant, offered by the browser while one types. */
  readonly suggestions?: readonly string[];
}

/** A filter that is typed; what it is set to is whoever's shows it. */
export function FilterField({ label, hint, value, onChange, title, suggestions = [] }: FilterFieldProps) {
  const list = useId();
  const [typed, setTyped] = useState(value);
  const send = useEffectEvent((text: string) => {
    if (text.trim() !== value) onChange(text.trim());
  });
  useEffect(() => {
    const timer = setTimeout(() => send(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    setTyped((before) => (before.trim() === value ? before : value));
  }, [value]);
  return (
    <Box width={{ base: 'full', sm: 'auto' }} flex={{ sm: '1 1 9rem' }} maxW={{ sm: '52' }}>
      <Input
        aria-label={label}
        placeholder={hint}
        title={title}
        value={typed}
        maxLength={100}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        {...(suggestions.length > 0 && { list })}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {suggestions.length > 0 && (
        <datalist id={list}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion}>
              {suggestion}
            </option>
          ))}
        </datalist>
      )}
    </Box>
  );
}
