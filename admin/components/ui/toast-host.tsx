import { Toaster as ChakraToaster, Toast, createToaster } from '@chakra-ui/react';
import { X } from 'lucide-react';
import { common } from '../../text/common.ts';
import { IconButton } from './button.tsx';
import { Box } from './layout.tsx';
import { paletteOf, toneIcons } from './status-badge.tsx';
import type { Tone } from './status-badge.tsx';

// By its own default Alt+T takes the focus here, which is the tenant selector's: messages would then wait for ever.
const toaster = createToaster({ placement: 'bottom-end', pauseOnPageIdle: true, max: 4, hotkey: ['F8'] });

const TYPES = { critical: 'error', secure: 'success', attention: 'warning', info: 'info', done: 'info', neutral: 'info' } as const;

/** Adds one; `toast` is what calls it. */
export function showToast(tone: Tone, title: string, description?: string): void {
  toaster.create({
    title,
    ...(description !== undefined && { description }),
    type: TYPES[tone],
    duration: tone === 'critical' ? Infinity : 6_000,
    meta: { tone },
  });
}

/** The corner in which they are. */
export function ToastHost() {
  return (
    <ChakraToaster toaster={toaster} insetInline={{ mdDown: '4' }}>
      {(item) => {
        const tone = (item.meta?.['tone'] ?? 'info') as Tone;
        const Icon = toneIcons[tone];
        return (
          <Toast.Root width={{ md: 'sm' }} bg="bg.panel" color="fg" borderWidth="1px" borderColor="border" shadow="lg" colorPalette={paletteOf(tone)}>
            <Box color="colorPalette.fg" pt="0.5">
              <Icon size={20} aria-hidden />
            </Box>
            <Box flex="1" minW="0">
              <Toast.Title fontWeight="semibold">{item.title}</Toast.Title>
              {item.description !== undefined && <Toast.Description color="fg.muted">{item.description}</Toast.Description>}
            </Box>
            <Toast.CloseTrigger asChild position="static">
              <IconButton label={common.close} size="xs">
                <X aria-hidden />
              </IconButton>
            </Toast.CloseTrigger>
          </Toast.Root>
        );
      }}
    </ChakraToaster>
  );
}
