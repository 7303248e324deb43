import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { common } from '../text/common.ts';
import { Breadcrumbs } from './ui/breadcrumbs.tsx';
import type { Crumb } from './ui/breadcrumbs.tsx';
import { Box, Flex, Heading, Stack, Text } from './ui/layout.tsx';

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** The way here; the page itself is added. */
  readonly crumbs?: readonly Crumb[];
  /** Beside the title: a status, badges. */
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** What every page is in: its title (also the window's), the way to it and what can be done. */
export function Page({ title, lead, crumbs = [], aside, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${common.product}`;
  }, [title]);
  return (
    <Stack gap="6">
      <Stack gap="3">
        {crumbs.length > 0 && <Breadcrumbs crumbs={[...crumbs, { label: title }]} />}
        <Flex justify="space-between" align="flex-start" gap="4" wrap="wrap">
          <Box minW="0">
            <Flex align="center" gap="3" wrap="wrap">
              <Heading as="h1" size="3xl" letterSpacing="-0.02em" id="page-title" tabIndex={-1} overflowWrap="anywhere">
                {title}
              </Heading>
              {aside}
            </Flex>
            {lead !== undefined && (
              <Text color="fg.muted" mt="1" maxW="3xl">
                {lead}
              </Text>
            )}
          </Box>
          {actions !== undefined && (
            <Flex gap="2" wrap="wrap">
              {actions}
            </Flex>
          )}
        </Flex>
      </Stack>
      {children}
    </Stack>
  );
}
