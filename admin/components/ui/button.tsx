import { Button as ChakraButton, IconButton as ChakraIconButton } from '@chakra-ui/react';
import type { ButtonProps as ChakraButtonProps } from '@chakra-ui/react';

export interface ButtonProps extends Omit<ChakraButtonProps, 'variant' | 'colorPalette'> {
  /**
   * `primary`: the one that leads on, once on a page. `plain`: every other. `quiet`: among rows and in bars.
   * `danger`: what destroys; it stands back until a dialog asks for it.
   */
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger' | 'danger-plain';
}

const looks = {
  primary: { variant: 'solid', colorPalette: 'brand' },
  plain: { variant: 'outline', colorPalette: 'gray', bg: 'bg.panel', borderColor: 'border.emphasized' },
  quiet: { variant: 'ghost', colorPalette: 'gray' },
  danger: { variant: 'solid', colorPalette: 'critical' },
  'danger-plain': { variant: 'outline', colorPalette: 'critical', borderColor: 'critical.border' },
} as const;

/** A button that says what it does. With `loading` it can't be pressed twice. */
export function Button({ look = 'plain', type = 'button', ...rest }: ButtonProps) {
  return <ChakraButton type={type} {...looks[look]} {...rest} />;
}

/** A button of an icon alone; its name is what a screen reader says and a tooltip shows. */
export function IconButton({ look = 'quiet', type = 'button', label, ...rest }: ButtonProps & { readonly label: string }) {
  return <ChakraIconButton type={type} {...looks[look]} aria-label={label} title={label} {...rest} />;
}
