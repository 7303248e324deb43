/** A line to type in and a list that follows it, all by keyboard: what the selector of tenants and the palette are made of. */
import { useEffect, useEffectEvent, useId, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Search } from 'lucide-react';
import { frame } from '../text/frame.ts';
import { Input } from './ui/field.tsx';
import { Box, Flex, Text } from './ui/layout.tsx';
import { Live } from './ui/live.tsx';

export interface SearchEntry {
  readonly key: string;
  readonly label: string;
  /** Beside the label: an id, keys to press. */
  readonly detail?: ReactNode;
  readonly icon?: ReactNode;
  readonly onChoose: () => void;
}

export interface SearchGroup {
  readonly label: string;
  readonly entries: readonly SearchEntry[];
}

interface SearchListProps {
  readonly label: string;
  readonly placeholder: string;
  readonly term: string;
  readonly onTerm: (term: string) => void;
  readonly groups: readonly SearchGroup[];
  /** The answer is on its way. */
  readonly pending: boolean;
  /** Said when there is nothing in any group. */
  readonly empty: string;
  /** How much of the list shows at once. */
  readonly height?: string;
}

/** The line keeps the focus; arrows move the mark, Enter chooses what is marked. Pattern: combobox with a listbox of WAI-ARIA. */
export function SearchList({ label, placeholder, term, onTerm, groups, pending, empty, height = '22rem' }: SearchListProps) {
  const id = useId();
  const entries = groups.flatMap((group) => group.entries);
  const keys = entries.map(({ key }) => key).join('\n');
  const [marked, setMarked] = useState(0);
  const [known, setKnown] = useState(keys);
  // Another list: the mark is at its first entry again.
  if (known !== keys) {
    setKnown(keys);
    setMarked(0);
  }

  // Whoever types and presses Enter means what answers the term, not what happened to stand there before.
  const [awaited, setAwaited] = useState(false);
  const chooseFirst = useEffectEvent(() => entries[0]?.onChoose());
  useEffect(() => {
    if (!awaited || pending) return;
    setAwaited(false);
    chooseFirst();
  }, [awaited, pending]);

  const move = (to: number): void => {
    if (entries.length > 0) setMarked((to + entries.length) % entries.length);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = { ArrowDown: marked + 1, ArrowUp: marked - 1, PageDown: Math.min(marked + 8, entries.length - 1), PageUp: Math.max(marked - 8, 0) };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      if (pending && marked === 0) setAwaited(true);
      else entries[marked]?.onChoose();
    }
  };
  const optionId = (key: string): string => `${id}-${key}`;
  const current = entries[marked];
  return (
    <Flex direction="column" minH="0" gap="3">
      <Box position="relative">
        <Box position="absolute" insetStart="3" top="0" bottom="0" display="flex" alignItems="center" color="fg.muted" pointerEvents="none" zIndex="1">
          <Search size={18} aria-hidden />
        </Box>
        <Input
          role="combobox"
          size="lg"
          ps="10"
          aria-label={label}
          aria-expanded={entries.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current === undefined ? undefined : optionId(current.key)}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={term}
          onChange={(event) => {
            setAwaited(false);
            onTerm(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
      </Box>
      <Live>{pending ? '' : frame.found(entries.length)}</Live>
      {entries.length === 0 && !pending && (
        <Text color="fg.muted" px="1" py="4">
          {empty}
        </Text>
      )}
      <Box id={`${id}-list`} role="listbox" aria-label={label} aria-busy={pending} overflowY="auto" minH={pending ? '40' : undefined} maxH={height} mx="-2">
        {groups
          .filter((group) => group.entries.length > 0)
          .map((group) => (
            <Box key={group.label} role="group" aria-labelledby={optionId(`group-${group.label}`)} mb="2">
              <Text id={optionId(`group-${group.label}`)} role="presentation" textStyle="xs" fontWeight="semibold" color="fg.muted" px="3" py="1.5" letterSpacing="0.04em">
                {group.label}
              </Text>
              {group.entries.map((entry) => (
                <Flex
                  key={entry.key}
                  id={optionId(entry.key)}
                  ref={entry === current ? intoView : undefined}
                  role="option"
                  aria-selected={entry === current}
                  align="center"
                  gap="3"
                  minH="11"
                  px="3"
                  borderRadius="l2"
                  cursor="pointer"
                  borderWidth="1px"
                  borderColor={entry === current ? 'brand.focusRing' : 'transparent'}
                  bg={entry === current ? 'bg.muted' : undefined}
                  onPointerMove={() => setMarked(entries.indexOf(entry))}
                  onClick={entry.onChoose}
                >
                  {entry.icon !== undefined && (
                    <Box color="fg.muted" flexShrink={0}>
                      {entry.icon}
                    </Box>
                  )}
                  <Text flex="1" minW="0" truncate fontWeight="medium">
                    {entry.label}
                  </Text>
                  {entry.detail !== undefined && (
                    <Flex flexShrink={0} align="center" gap="2" color={entry === current ? 'fg' : 'fg.muted'} textStyle="sm" maxW="50%">
                      {entry.detail}
                    </Flex>
                  )}
                </Flex>
              ))}
            </Box>
          ))}
      </Box>
    </Flex>
  );
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
