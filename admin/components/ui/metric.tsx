import type { ReactNode } from 'react';
import { Box, Flex, Text } from './layout.tsx';
import { Skeleton } from './skeleton.tsx';
import { StatusBadge } from './status-badge.tsx';
import type { Tone } from './status-badge.tsx';
import { Help } from './tooltip.tsx';

export interface MetricProps {
  readonly label: string;
  /** Null while it is being asked for. */
  readonly value: ReactNode;
  /** What is counted, over what time, and what it should be. Every metric has it. */
  readonly help: string;
  readonly note?: ReactNode;
  readonly status?: { readonly tone: Tone; readonly word: string };
}

/** One figure with its name and what it means. */
export function Metric({ label, value, help, note, status }: MetricProps) {
  return (
    <Box bg="bg.panel" borderWidth="1px" borderColor="border" borderRadius="l3" px="5" py="4" shadow="xs" minW="0">
      <Flex align="center" gap="1" minH="6">
        <Text as="p" textStyle="sm" color="fg.muted" fontWeight="medium">
          {label}
        </Text>
        <Help about={label}>{help}</Help>
      </Flex>
      <Flex align="baseline" gap="3" wrap="wrap" mt="1">
        {value === null ? (
          <Skeleton height="9" width="16" />
        ) : (
          <Text fontSize="3xl" lineHeight="1.2" fontWeight="semibold" letterSpacing="tight">
            {value}
          </Text>
        )}
        {status !== undefined && <StatusBadge tone={status.tone}>{status.word}</StatusBadge>}
      </Flex>
      {note !== undefined && (
        <Text textStyle="sm" color="fg.muted" mt="1">
          {note}
        </Text>
      )}
    </Box>
  );
}
