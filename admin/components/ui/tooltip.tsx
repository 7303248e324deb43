import type { ReactElement, ReactNode } from 'react';
import { Portal, Tooltip as ChakraTooltip } from '@chakra-ui/react';
import { CircleHelp } from 'lucide-react';
import { common } from '../../text/common.ts';
import { IconButton } from './button.tsx';

/** Words that show on hover and on focus. The child must be able to take the focus. */
export function Tooltip({ content, children }: { readonly content: ReactNode; readonly children: ReactElement }) {
  return (
    <ChakraTooltip.Root openDelay={300} closeDelay={100} positioning={{ placement: 'top' }}>
      <ChakraTooltip.Trigger asChild>{children}</ChakraTooltip.Trigger>
      <Portal>
        <ChakraTooltip.Positioner>
          <ChakraTooltip.Content bg="bg.inverted" color="fg.inverted" maxW="xs" textStyle="sm" px="3" py="2">
            {content}
          </ChakraTooltip.Content>
        </ChakraTooltip.Positioner>
      </Portal>
    </ChakraTooltip.Root>
  );
}

/** A question mark that explains what stands before it. */
export function Help({ about, children }: { readonly about: string; readonly children: ReactNode }) {
  return (
    <Tooltip content={children}>
      <IconButton label={`${common.help}: ${about}`} title="" size="2xs" color="fg.muted" borderRadius="full">
        <CircleHelp aria-hidden />
      </IconButton>
    </Tooltip>
  );
}
