import { useState } from 'react';
import { X } from 'lucide-react';
import { frame } from '../text/frame.ts';
import { SearchList } from './search-list.tsx';
import { TenantHint } from './tenant-hint.tsx';
import { useTenantSearch } from './tenant-search.ts';
import { Button } from './ui/button.tsx';
import { Box, Flex, Stack, Text } from './ui/layout.tsx';

interface TenantChipsProps {
  readonly label: string;
  /** Ids, in the order in which they were chosen. */
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  /** How many may be chosen. */
  readonly most: number;
}

/** Chooses several tenants by searching for each: those chosen stand above, each with a way to take it back. */
export function TenantChips({ label, chosen, onChange, most }: TenantChipsProps) {
  const [term, setTerm] = useState('');
  const { tenants, matching, pending } = useTenantSearch(term);
  const offered = tenants.filter(({ rowId }) => !chosen.includes(rowId));
  const add = (id: string): void => {
    setTerm('');
    onChange([...chosen, id]);
  };
  return (
    <Stack gap="2">
      <Text textStyle="sm" fontWeight="medium">
        {label}
      </Text>
      <Flex as="ul" aria-label={frame.chosenTenants} listStyleType="none" gap="2" wrap="wrap" minH="9" align="center">
        {chosen.length === 0 && (
          <Text as="li" color="fg.muted" textStyle="sm">
            {frame.noneChosen}
          </Text>
        )}
        {chosen.map((id) => (
          <li key={id}>
            <Button size="sm" aria-label={frame.takeBack(id)} onClick={() => onChange(chosen.filter((other) => other !== id))}>
              <Box as="span" fontFamily="mono">
                {id}
              </Box>
              <X size={14} aria-hidden />
            </Button>
          </li>
        ))}
      </Flex>
      {chosen.length >= most ? (
        <Text color="fg.muted" textStyle="sm">
          {frame.mostChosen(most)}
        </Text>
      ) : (
        <SearchList
          label={label}
          placeholder={frame.searchTenants}
          term={term}
          onTerm={setTerm}
          pending={pending}
          empty={frame.noTenants}
          height="10rem"
          groups={[
            {
              label: matching ? frame.matchingTenants : frame.newestTenants,
              entries: offered.map(({ rowId, name, status }) => ({
                key: rowId,
                label: name,
                detail: <TenantHint id={rowId} status={status} />,
                onChoose: () => add(rowId),
              })),
            },
          ]}
        />
      )}
    </Stack>
  );
}
