import { useEffect, useEffectEvent, useState } from 'react';
import type { ReactNode } from 'react';
import { Search } from 'lucide-react';
import type { TableState } from './table-state.ts';
import { Input, Select } from './ui/field.tsx';
import type { Choice } from './ui/field.tsx';
import { Box, Flex } from './ui/layout.tsx';

/** Milliseconds without a key after which the search is sent. */
const PAUSE_MS = 250;

/** On a phone filters share a line, two by two. */
const FILTER_FLEX = { base: '1 1 9rem', sm: '0 0 auto' } as const;

interface FilterChoice {
  readonly name: string;
  readonly label: string;
  /** What stands for no filter. */
  readonly any: string;
  readonly choices: readonly Choice[];
}

interface ToolbarProps {
  readonly state: TableState;
  readonly searchLabel?: string;
  readonly filters?: readonly FilterChoice[];
  readonly children?: ReactNode;
}

/** Search and filters above a list; what they are set to is in the address. */
export function Toolbar({ state, searchLabel, filters = [], children }: ToolbarProps) {
  return (
    <Flex role="search" gap="3" wrap="wrap" align="center">
      {searchLabel !== undefined && <SearchField label={searchLabel} value={state.search} onChange={state.setSearch} />}
      {filters.map(({ name, label, any, choices }) => (
        <Box key={name} flex={FILTER_FLEX} minW="0" width={{ sm: '48' }}>
          <Select label={label} value={state.filter(name)} choices={[{ value: '', label: any }, ...choices]} onChange={(value) => state.setFilter(name, value)} />
        </Box>
      ))}
      {children}
    </Flex>
  );
}

function SearchField({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const send = useEffectEvent((text: string) => {
    if (text.trim() !== value) onChange(text.trim());
  });
  useEffect(() => {
    const timer = setTimeout(() => send(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  // Going back, or clearing, changes the address under the field.
  useEffect(() => {
    setTyped((before) => (before.trim() === value ? before : value));
  }, [value]);
  return (
    <Box position="relative" width={{ base: 'full', sm: '72' }}>
      <Box position="absolute" insetStart="3" top="50%" transform="translateY(-50%)" color="fg.muted" pointerEvents="none" zIndex="1">
        <Search size={16} aria-hidden />
      </Box>
      <Input type="search" ps="9" aria-label={label} placeholder={label} value={typed} maxLength={100} onChange={(event) => setTyped(event.currentTarget.value)} />
    </Box>
  );
}
