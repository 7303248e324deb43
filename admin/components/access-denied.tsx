import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { ShieldX } from 'lucide-react';
import { frame } from '../text/frame.ts';
import { Box, Center, Flex, Heading, Stack, Text } from './ui/layout.tsx';
import { LinkButton } from './ui/link.tsx';

/** The whole screen: what was tried reaches across tenants. `report` is the way to report an incident. */
export function AccessDenied({ report }: { readonly report?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Center position="fixed" inset="0" zIndex="modal" bg="bg" px="6" role="alertdialog" aria-modal aria-labelledby="denied" aria-describedby="denied-hint">
      <Stack maxW="xl" gap="6" align="center" textAlign="center">
        <Box color="critical.fg" bg="critical.subtle" borderRadius="full" p="5">
          <ShieldX size={48} aria-hidden />
        </Box>
        <Heading as="h1" ref={heading} tabIndex={-1} outline="none" id="denied" size="2xl" color="critical.fg">
          {frame.denied}
        </Heading>
        <Text id="denied-hint">{frame.deniedHint}</Text>
        <Flex gap="3" wrap="wrap" justify="center">
          {report}
          <LinkButton to="/tenants" look="primary">
            {frame.backToTenants}
          </LinkButton>
        </Flex>
      </Stack>
    </Center>
  );
}
