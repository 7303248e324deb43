import type { ReactNode } from 'react';
import { Box, Grid } from './ui/layout.tsx';

/** Names and what stands for them, one below the other. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <Grid as="dl" templateColumns={{ base: '1fr', sm: 'minmax(8rem, max-content) 1fr' }} columnGap="6" rowGap={{ base: '1', sm: '2.5' }} alignContent="start" m="0">
      {facts.map(([name, value]) => (
        <Box key={name} display="contents">
          <Box as="dt" color="fg.muted" textStyle="sm" pt={{ sm: '0.5' }}>
            {name}
          </Box>
          <Box as="dd" m="0" mb={{ base: '2', sm: '0' }} minW="0" overflowWrap="anywhere">
            {value}
          </Box>
        </Box>
      ))}
    </Grid>
  );
}
