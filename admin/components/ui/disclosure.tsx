import type { ReactNode } from 'react';
import { ChevronRight } from 'lucide-react';
import { Box, Flex, Heading, Text } from './layout.tsx';

interface DisclosureProps {
  readonly title: string;
  readonly description?: string;
  /** Beside the title: what it comes to, so that it need not be opened. */
  readonly aside?: ReactNode;
  /** Whether it is open when it is first shown; then it is as whoever reads it leaves it. */
  readonly open: boolean;
  readonly id?: string;
  readonly children: ReactNode;
}

/** A part of a page that is opened by its heading. On paper it is open: what isn't printed can't be opened there. */
export function Disclosure({ title, description, aside, open, id, children }: DisclosureProps) {
  return (
    <Box
      as="details"
      {...(open && { open })}
      {...(id !== undefined && { id })}
      scrollMarginTop="20"
      bg="bg.panel"
      borderWidth="1px"
      borderColor="border"
      borderRadius="l3"
      shadow="xs"
      css={{
        '& > summary': { cursor: 'button', listStyle: 'none', borderRadius: 'l3' },
        '& > summary::-webkit-details-marker': { display: 'none' },
        '& > summary:hover': { bg: 'bg.subtle' },
        '& > summary > div > svg': { flexShrink: 0, marginTop: '0.25rem', transition: 'transform 0.15s' },
        '&[open] > summary > div > svg': { transform: 'rotate(90deg)' },
        '@media print': { '&::details-content': { contentVisibility: 'visible', display: 'block', height: 'auto' }, '& > summary > div > svg': { display: 'none' } },
      }}
    >
      <summary>
        <Flex gap="3" align="flex-start" px={{ base: '4', sm: '5' }} py="3.5">
          <ChevronRight size={18} aria-hidden />
          <Flex flex="1" minW="0" columnGap="4" rowGap="2" wrap="wrap" justify="space-between" align="flex-start">
            <Box flex="1 1 18rem" minW="0">
              <Heading as="h3" textStyle="md" fontWeight="semibold">
                {title}
              </Heading>
              {description !== undefined && (
                <Text textStyle="sm" color="fg.muted">
                  {description}
                </Text>
              )}
            </Box>
            {aside}
          </Flex>
        </Flex>
      </summary>
      <Box borderTopWidth="1px" borderColor="border" overflow="hidden" borderBottomRadius="l3">
        {children}
      </Box>
    </Box>
  );
}
