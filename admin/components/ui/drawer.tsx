import type { ReactNode } from 'react';
import { Drawer as ChakraDrawer, Portal } from '@chakra-ui/react';
import { X } from 'lucide-react';
import { common } from '../../text/common.ts';
import { IconButton } from './button.tsx';
import { useFocusKept } from './focus.ts';

interface DrawerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly side?: 'start' | 'end';
  /** How much of a wide screen it takes. */
  readonly width?: 'sm' | 'lg';
}

/** More about one thing, beside the list it is from; the sections on a phone. */
export function Drawer({ open, onClose, title, children, side = 'end', width = 'sm' }: DrawerProps) {
  useFocusKept(open);
  return (
    <ChakraDrawer.Root
      open={open}
      placement={side}
      size={width}
      lazyMount
      unmountOnExit
      onOpenChange={(details) => {
        if (!details.open) onClose();
      }}
    >
      <Portal>
        <ChakraDrawer.Backdrop css={{ background: 'rgb(8 12 20 / 0.6)' }} />
        <ChakraDrawer.Positioner>
          <ChakraDrawer.Content bg="bg.panel">
            <ChakraDrawer.Header pe="14">
              <ChakraDrawer.Title>{title}</ChakraDrawer.Title>
            </ChakraDrawer.Header>
            {/* What is longer than the screen scrolls, which the keyboard reaches. */}
            <ChakraDrawer.Body tabIndex={0} role="region" aria-label={title} _focusVisible={{ outlineOffset: '-2px' }}>
              {children}
            </ChakraDrawer.Body>
            <ChakraDrawer.CloseTrigger asChild position="absolute" top="5" insetEnd="4">
              <IconButton label={common.close} size="sm">
                <X aria-hidden />
              </IconButton>
            </ChakraDrawer.CloseTrigger>
          </ChakraDrawer.Content>
        </ChakraDrawer.Positioner>
      </Portal>
    </ChakraDrawer.Root>
  );
}
