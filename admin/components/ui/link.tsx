import type { ReactNode } from 'react';
import { Button as ChakraButton } from '@chakra-ui/react';
import type { ButtonProps } from './button.tsx';
import { Link as RouterLink } from 'react-router';

/** A link within the console. */
export function Link({ to, children, quiet = false }: { readonly to: string; readonly children: ReactNode; readonly quiet?: boolean }) {
  return (
    <RouterLink to={to} className={quiet ? 'tn-link tn-link-quiet' : 'tn-link'}>
      {children}
    </RouterLink>
  );
}

/** A link that looks like a button: it leads somewhere, so it can be opened in another tab. */
export function LinkButton({ to, look = 'plain', size = 'md', children }: Pick<ButtonProps, 'look' | 'size'> & { readonly to: string; readonly children: ReactNode }) {
  const colors =
    look === 'primary'
      ? ({ variant: 'solid', colorPalette: 'brand' } as const)
      : look === 'quiet'
        ? ({ variant: 'ghost', colorPalette: 'gray' } as const)
        : ({ variant: 'outline', colorPalette: 'gray', bg: 'bg.panel', borderColor: 'border.emphasized' } as const);
  return (
    <ChakraButton asChild size={size} {...colors}>
      <RouterLink to={to}>{children}</RouterLink>
    </ChakraButton>
  );
}

/** A link of an icon alone; its name is what a screen reader says and a tooltip shows. */
export function IconLink({ to, label, children }: { readonly to: string; readonly label: string; readonly children: ReactNode }) {
  return (
    <RouterLink to={to} className="tn-icon-link" aria-label={label} title={label}>
      {children}
    </RouterLink>
  );
}
