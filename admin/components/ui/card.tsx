import type { ReactNode } from 'react';
import { Card as ChakraCard } from '@chakra-ui/react';
import { Flex } from './layout.tsx';

interface CardProps {
  readonly title?: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** The level of its heading; 2 below a page's title. */
  readonly level?: 2 | 3;
}

/** A part of a page with a heading of its own. */
export function Card({ title, description, actions, children, level = 2 }: CardProps) {
  return (
    <ChakraCard.Root as="section" bg="bg.panel" borderColor="border" shadow="xs">
      {title !== undefined && (
        <ChakraCard.Header pb="0">
          <Flex justify="space-between" align="flex-start" gap="4" wrap="wrap">
            <div>
              <ChakraCard.Title as={level === 2 ? 'h2' : 'h3'} textStyle="md">
                {title}
              </ChakraCard.Title>
              {description !== undefined && <ChakraCard.Description color="fg.muted">{description}</ChakraCard.Description>}
            </div>
            {actions}
          </Flex>
        </ChakraCard.Header>
      )}
      <ChakraCard.Body>{children}</ChakraCard.Body>
    </ChakraCard.Root>
  );
}
