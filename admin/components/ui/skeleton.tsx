import { Skeleton as ChakraSkeleton } from '@chakra-ui/react';
import { common } from '../../text/common.ts';
import { Box, Grid, Stack, VisuallyHidden } from './layout.tsx';

interface SkeletonProps {
  readonly height?: string;
  readonly width?: string;
}

/** The place of something that is on its way, in its size, so that nothing jumps. Hidden from screen readers. */
export function Skeleton({ height = '4', width = 'full' }: SkeletonProps) {
  return <ChakraSkeleton height={height} width={width} aria-hidden borderRadius="l1" css={{ '--start-color': 'colors.bg.muted', '--end-color': 'colors.bg.emphasized' }} />;
}

/** Says once, for who can't see the skeletons, that something is loading. */
export function LoadingWord() {
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {common.loading}
    </VisuallyHidden>
  );
}

/** Cards, as many as will come. */
export function CardsSkeleton({ count, height = '28' }: { readonly count: number; readonly height?: string }) {
  return (
    <Grid templateColumns="repeat(auto-fill, minmax(15rem, 1fr))" gap="4">
      <LoadingWord />
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} height={height} />
      ))}
    </Grid>
  );
}

/** Lines of a form or of prose. */
export function LinesSkeleton({ count }: { readonly count: number }) {
  return (
    <Stack gap="4">
      <LoadingWord />
      {Array.from({ length: count }, (_, index) => (
        <Box key={index}>
          <Skeleton height="3.5" width={index % 2 === 0 ? '32' : '44'} />
          <Box mt="2">
            <Skeleton height="9" />
          </Box>
        </Box>
      ))}
    </Stack>
  );
}
