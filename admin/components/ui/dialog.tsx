import type { ReactNode } from 'react';
import { Dialog as ChakraDialog, Portal } from '@chakra-ui/react';
import { X } from 'lucide-react';
import { common } from '../../text/common.ts';
import { IconButton } from './button.tsx';
import { useFocusKept } from './focus.ts';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons below, the one that leads on last. */
  readonly footer?: ReactNode;
  /** Pixels, at most. */
  readonly width?: number;
  /** `alertdialog` for what asks before it destroys. */
  readonly role?: 'dialog' | 'alertdialog';
  /** False: it stays until it is answered, whatever is pressed beside it. */
  readonly dismissable?: boolean;
}

/** What has to be dealt with before the page behind it. The focus stays inside, and goes back to where it came from. */
export function Dialog({ open, onClose, title, children, footer, width = 480, role = 'dialog', dismissable = true }: DialogProps) {
  useFocusKept(open);
  return (
    <ChakraDialog.Root
      open={open}
      role={role}
      scrollBehavior="inside"
      closeOnInteractOutside={dismissable && role === 'dialog'}
      closeOnEscape={dismissable}
      lazyMount
      unmountOnExit
      // A dialog that takes another's place stays, though the other one gives the focus back to where it came from.
      onFocusOutside={(event) => event.preventDefault()}
      onOpenChange={(details) => {
        if (!details.open) onClose();
      }}
    >
      <Portal>
        <ChakraDialog.Backdrop css={{ background: 'rgb(8 12 20 / 0.6)' }} />
        <ChakraDialog.Positioner px="4">
          <ChakraDialog.Content width="full" css={{ maxWidth: `${width}px` }} bg="bg.panel" shadow="lg" borderWidth="1px" borderColor="border">
            <ChakraDialog.Header pe="14">
              <ChakraDialog.Title>{title}</ChakraDialog.Title>
            </ChakraDialog.Header>
            <ChakraDialog.Body>{children}</ChakraDialog.Body>
            {footer !== undefined && <ChakraDialog.Footer flexWrap="wrap" borderTopWidth="1px" borderColor="border" pt="4">{footer}</ChakraDialog.Footer>}
            {dismissable && (
              <ChakraDialog.CloseTrigger asChild position="absolute" top="5" insetEnd="4">
                <IconButton label={common.close} size="sm">
                  <X aria-hidden />
                </IconButton>
              </ChakraDialog.CloseTrigger>
            )}
          </ChakraDialog.Content>
        </ChakraDialog.Positioner>
      </Portal>
    </ChakraDialog.Root>
  );
}
