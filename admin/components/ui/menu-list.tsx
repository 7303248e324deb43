import { Menu as ChakraMenu, Portal } from '@chakra-ui/react';
import type { MenuProps } from './menu.tsx';

/** The menu itself, open: `<Menu>` loads it when its button is first pressed. */
export function MenuList({ trigger, sections, header }: MenuProps) {
  const entries = new Map(sections.flatMap((section) => section.entries.map((entry) => [entry.key, entry] as const)));
  return (
    <ChakraMenu.Root defaultOpen positioning={{ placement: 'bottom-end' }} onSelect={({ value }) => entries.get(value)?.onSelect()} lazyMount unmountOnExit>
      <ChakraMenu.Trigger asChild>{trigger}</ChakraMenu.Trigger>
      <Portal>
        <ChakraMenu.Positioner>
          <ChakraMenu.Content bg="bg.panel" minW="14rem" shadow="lg" borderWidth="1px" borderColor="border">
            {header}
            {sections.map((section, index) => (
              <ChakraMenu.ItemGroup key={section.label ?? index}>
                {index > 0 && <ChakraMenu.Separator />}
                {section.label !== undefined && <ChakraMenu.ItemGroupLabel color="fg.muted">{section.label}</ChakraMenu.ItemGroupLabel>}
                {section.entries.map((entry) => (
                  <ChakraMenu.Item
                    key={entry.key}
                    value={entry.key}
                    minH="10"
                    color={entry.danger === true ? 'critical.fg' : 'fg'}
                    fontWeight={entry.chosen === true ? 'semibold' : 'normal'}
                    aria-current={entry.chosen === true ? 'true' : undefined}
                  >
                    {entry.icon}
                    {entry.label}
                  </ChakraMenu.Item>
                ))}
              </ChakraMenu.ItemGroup>
            ))}
          </ChakraMenu.Content>
        </ChakraMenu.Positioner>
      </Portal>
    </ChakraMenu.Root>
  );
}
