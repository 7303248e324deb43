import { Keys } from '../components/ui/kbd.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { Box, Flex, Stack, Text } from '../components/ui/layout.tsx';
import { frame } from '../text/frame.ts';
import { KEYS } from './shortcuts.ts';

const rows = [
  { ways: KEYS.palette, does: frame.shortcuts.palette },
  { ways: KEYS.tenant, does: frame.shortcuts.tenant },
  { ways: KEYS.keyboard, does: frame.shortcuts.help },
  { ways: [['↑'], ['↓']], does: frame.moveInLists },
  { ways: [['Enter']], does: frame.choose },
  { ways: KEYS.close, does: frame.shortcuts.close },
] as const;

/** Every key that works on every page. */
export function KeyboardHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title={frame.keyboard}>
      <Stack gap="4">
        <Text color="fg.muted">{frame.keyboardLead}</Text>
        <Box as="dl">
          {rows.map(({ ways, does }) => (
            <Flex key={does} justify="space-between" align="center" gap="4" minH="11" borderBottomWidth="1px" borderColor="border">
              <Text as="dt">{does}</Text>
              <Box as="dd" flexShrink={0}>
                <Keys ways={ways} />
              </Box>
            </Flex>
          ))}
        </Box>
      </Stack>
    </Dialog>
  );
}
